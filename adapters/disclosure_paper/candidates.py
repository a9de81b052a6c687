"""The candidates on paper: one row each, however many pages that takes."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from reportlab.platypus import Flowable

from adapters.disclosure_paper.booking_lines import minute, person_lines, stay_lines
from adapters.disclosure_paper.layout import CODE, SMALL, grid, heading, text

_TITLES: Final = ("Rank", "Similarity", "Raw score", "Person as booked", "Booking", "Photo")
_SHARES: Final = (0.07, 0.11, 0.11, 0.23, 0.27, 0.21)
_REASONS: Final = {
    "sealed": "the record was sealed",
    "expunged": "the record was expunged",
    "juvenile": "the record is that of a juvenile",
    "restricted": "the record was restricted",
    "removed": "the photo was removed; why is not known here",
}


def candidate_table(candidates: Sequence[Mapping[str, Any]]) -> Iterator[Flowable]:
    """Yield the table, where there is anybody; a charge is no conviction, and that is said."""
    if not candidates:
        return
    yield from grid(_TITLES, [_row(one) for one in candidates], _SHARES)
    yield text(
        "A charge is an accusation, not a conviction. Names and charges are as the jail management "
        "system said them when the search was made.",
        SMALL,
    )
    for one in candidates:
        if one["expected_false_positives"] is not None:
            yield text(_others(one["rank"], one["expected_false_positives"]), SMALL)


def changes(later: Sequence[Mapping[str, Any]]) -> Iterator[Flowable]:
    """Yield who was sealed or removed since."""
    yield heading("Removed or sealed since the search")
    if not later:
        yield text("None of the candidates.")
    for one in later:
        since = f", as known since {one['known_since']}" if one["known_since"] else ""
        reason = _REASONS.get(one["reason"], one["reason"])
        yield text(f"Candidate of rank {one['rank']}: {reason}{since}.")


def _others(rank: int, expected: Mapping[str, Any]) -> str:
    """Say how many other people reach a candidate's score."""
    worst = expected["worst_group"]
    of_worst = f"; for {worst['group']}, at most {worst['high']:.3g}" if worst else ""
    number = expected["expected"]
    told = (
        f"fewer than {expected['high']:.3g}"
        if number is None
        else f"{number:.3g} (95 % interval {expected['low']:.3g} to {expected['high']:.3g})"
    )
    return (
        f"Rank {rank}: other people expected at this score or above among {expected['people']:,} "
        f"enrolled, {expected['meaning']}: {told}{of_worst}. Calibration "
        f"{expected['calibration_id']} of {expected['calibrated_at'][:10]}."
    )


def _row(one: Mapping[str, Any]) -> list[Flowable]:
    numbers = [
        text(one["rank"], SMALL),
        text(f"{one['similarity']:.2f}", SMALL),
        text(f"{one['raw_score']:.6g}", SMALL),
    ]
    if one["redacted"]:
        redacted = text("Redacted: sealed or removed since", SMALL)
        return [*numbers, redacted, text("Redacted", SMALL), text("Redacted", SMALL)]
    person, booking, photo = _person(one), _booking(one), _photo(one)
    return [*numbers, text(person, SMALL), text(booking, SMALL), text(photo, CODE)]


def _person(one: Mapping[str, Any]) -> str:
    booking = one["booking"]
    if booking is None:
        return f"Booking {one['booking_status'].replace('_', ' ')}"
    return "\n".join(person_lines(booking["person"])) or "No name on record"


def _booking(one: Mapping[str, Any]) -> str:
    booking = one["booking"]
    return "" if booking is None else "\n".join(stay_lines(booking))


def _photo(one: Mapping[str, Any]) -> str:
    lines = [one["external_image_id"]]
    lines += [f"taken {minute(one['taken_at'])}"] if one["taken_at"] else []
    others = one["other_photos"]
    if others:
        more = "photo" if len(others) == 1 else "photos"
        lines.append(f"and {len(others)} other {more} of the person in disclosure.json")
    return "\n".join(lines)

"""The candidates on paper: one row each, however many pages that takes."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from reportlab.platypus import Flowable

from adapters.disclosure_paper.layout import CODE, SMALL, grid, heading, text
from adapters.disclosure_paper.letters import one_line

_MOST_CHARGES: Final = 5  # on paper; disclosure.json has all
_LONGEST: Final = 120  # characters of one charge on paper
_LONGEST_NAME: Final = 120
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


def changes(later: Sequence[Mapping[str, Any]]) -> Iterator[Flowable]:
    """Yield who was sealed or removed since."""
    yield heading("Removed or sealed since the search")
    if not later:
        yield text("None of the candidates.")
    for one in later:
        since = f", as known since {one['known_since']}" if one["known_since"] else ""
        reason = _REASONS.get(one["reason"], one["reason"])
        yield text(f"Candidate of rank {one['rank']}: {reason}{since}.")


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
    person = booking["person"]
    given = " ".join(person[n] for n in ("first_name", "middle_name", "suffix") if person[n])
    named = ", ".join(name for name in (person["last_name"], given) if name)
    lines = [one_line(named, _LONGEST_NAME)]
    if person["date_of_birth"]:
        lines.append(f"Born {person['date_of_birth']}")
    if person["person_id"]:
        lines.append(f"Person {one_line(person['person_id'], _LONGEST_NAME)}")
    return "\n".join(line for line in lines if line) or "No name on record"


def _booking(one: Mapping[str, Any]) -> str:
    booking = one["booking"]
    if booking is None:
        return ""
    lines = [one_line(str(booking["booking_number"] or "No number"), _LONGEST_NAME)]
    lines += [f"Booked {_minute(booking['booked_at'])}"] if booking["booked_at"] else []
    lines += [f"Released {_minute(booking['released_at'])}"] if booking["released_at"] else []
    charges = booking["charges"]
    lines += [_charge(charge) for charge in charges[:_MOST_CHARGES]]
    if len(charges) > _MOST_CHARGES:
        more = len(charges) - _MOST_CHARGES
        lines.append(f"and {more} more {'charge' if more == 1 else 'charges'} in disclosure.json")
    return "\n".join(lines)


def _charge(charge: Mapping[str, Any]) -> str:
    parts = [charge[name] for name in ("statute", "description", "severity")]
    said = " ".join(str(part) for part in parts if part) or "charge without text"
    told = f"{said} (disposition: {charge['disposition'] or 'not known'})"
    return one_line(told, _LONGEST)


def _minute(at: str) -> str:
    return f"{at[:10]} {at[11:16]}Z"


def _photo(one: Mapping[str, Any]) -> str:
    lines = [one["external_image_id"]]
    lines += [f"taken {_minute(one['taken_at'])}"] if one["taken_at"] else []
    others = one["other_photos"]
    if others:
        more = "photo" if len(others) == 1 else "photos"
        lines.append(f"and {len(others)} other {more} of the person in disclosure.json")
    return "\n".join(lines)

"""An evaluation in plain sentences, and its figures as people read them.

They say no more than was counted: k of n and the interval stand beside every rate, and what is not
to be quoted is told to be so.
"""

from collections.abc import Iterator
from math import floor, log10
from typing import Final

from app.domain.evaluation.labelled import Role
from app.domain.evaluation.rate import Interval, Rate
from app.domain.evaluation.result import Evaluation, MissAtFalsePositiveRate, RankPoint

_FOUND: Final = {1: "first", 5: "among the first five", 20: "among the first twenty"}
_DECIMALS_FROM: Final = 0.99  # of a share: above it, and below 1 less it, a whole number hides much

LEAD: Final = (
    "A candidate is a lead for human review and may be somebody else. It is not an identification "
    "and not probable cause."
)


def percent(share: float) -> str:
    """Return a share from 0 to 1 as a percentage that does not round to nothing or to all."""
    hundredths = 100 * share
    if 0 < hundredths < 1:
        return f"{hundredths:.{1 - floor(log10(hundredths))}f} %"
    said = f"{hundredths:.1f}"
    if said == "100.0" and share < 1:
        said = f"{floor(hundredths * 100) / 100:.2f}"
    return f"{said} %"


def per_hundred(share: float) -> str:
    """Return how many of 100: a whole number, or one with decimals near none and near all."""
    if 1 - _DECIMALS_FROM <= share <= _DECIMALS_FROM or share in {0.0, 1.0}:
        return f"{100 * share:.0f}"
    return percent(share).removesuffix(" %")


def counted(rate: Rate) -> str:
    """Return k of n."""
    return f"{rate.k:,} of {rate.n:,}"


def between(interval: Interval | None) -> str:
    """Return the interval of a rate; a dash where there is none."""
    if interval is None:
        return "-"
    if interval.high is None:
        return f"{percent(interval.low)} or more"
    return f"{percent(interval.low)} to {percent(interval.high)}"


def found_within(point: RankPoint) -> str:
    """Say of how many of 100 searches the right person came back within a rank."""
    where = _FOUND.get(point.rank, f"among the first {point.rank}")
    missed = point.fnir
    if missed.value is None:
        return f"How often the right person came back {where} was not measured."
    interval = ""
    if missed.interval is not None and missed.interval.high is not None:
        low, high = 1 - missed.interval.high, 1 - missed.interval.low
        interval = f"; between {per_hundred(low)} and {per_hundred(high)}"
    return (
        "Of 100 searches for a person who is in the gallery, the right person was "
        f"{where} in {per_hundred(1 - missed.value)} "
        f"({missed.n - missed.k:,} of {missed.n:,}{interval})."
    )


def not_to_be_quoted(rate: Rate) -> str:
    """Say why a figure is not to be quoted without its interval; empty where it may be."""
    return f"not estimable: {rate.not_estimable}" if rate.not_estimable else ""


def doubts_of(point: MissAtFalsePositiveRate) -> str:
    """Say which of its rates is not to be quoted without its interval, and why; else nothing."""
    rates = {"FPIR": point.measured_fpir, "FNIR": point.fnir}
    told = {name: not_to_be_quoted(rate) for name, rate in rates.items() if rate}
    return "; ".join(f"{name} {said}" for name, said in told.items() if said)


def what_was_tested(evaluation: Evaluation) -> Iterator[str]:
    """Say what was searched among what."""
    facts = evaluation.facts
    photos = facts.photos
    gallery = photos.get(Role.GALLERY_MATED, 0) + photos.get(Role.GALLERY_DISTRACTOR, 0)
    mated, others = photos.get(Role.PROBE_MATED, 0), photos.get(Role.PROBE_NONMATED, 0)
    yield (
        f"{sum(photos.values()):,} photos of {facts.people:,} people were used. {gallery:,} of "
        f"them, of {facts.gallery_people:,} people, were the gallery. The live gallery was not "
        "changed."
    )
    yield (
        f"Then other photos were searched in it: {mated:,} of people who are in that gallery, and "
        f"{others:,} of people who are not."
    )


def with_a_threshold(point: MissAtFalsePositiveRate, scale_top: float) -> str | None:
    """Say what a threshold costs; None where it could not be measured."""
    fpir, fnir = point.measured_fpir, point.fnir
    if point.similarity is None or not (fpir and fnir) or None in {fpir.value, fnir.value}:
        return None
    at = f"a similarity of {point.similarity:.1f}"
    if point.similarity >= scale_top:
        at = f"a score beyond the scale's end ({scale_top:g})"
    return (
        f"At {at}, {per_hundred(fpir.value or 0)} of 100 searches for a person who is not in the "
        f"gallery still bring back somebody ({_with_its_doubt(fpir)}), and "
        f"{per_hundred(fnir.value or 0)} of 100 searches for a person who is in it miss them "
        f"({_with_its_doubt(fnir)})."
    )


def _with_its_doubt(rate: Rate) -> str:
    """Return k of n with its interval, and why it is not to be quoted, where it is not."""
    return "; ".join(filter(None, (counted(rate), between(rate.interval), not_to_be_quoted(rate))))


def what_it_does_not_say(evaluation: Evaluation) -> Iterator[str]:
    """Say what nobody may read into it."""
    yield LEAD
    yield (
        "A similarity is no percentage of certainty: it says how the score stands among scores, "
        "not how sure anybody may be of a person."
    )
    people = evaluation.facts.gallery_people
    yield (
        f"The figures hold for photos like these in a gallery of {people:,} people. Among more "
        "people more look alike, and the right one comes further down."
    )
    yield "What people then make of the candidates, and how often they err, was not measured."
    columns = ", ".join(one.column for one in evaluation.by_group)
    if columns:
        yield f"Differences between groups were measured by {columns} alone."
    else:
        yield (
            "Whether it errs more often against people of one sex, race or age was not measured: "
            "the set does not say who belongs to which group."
        )

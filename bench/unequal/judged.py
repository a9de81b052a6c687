"""Holds a method against what the product does, by the rule that was set before anything was seen.

A method is kept if, at the threshold that misses the same share of LFW's mated searches, the worst
group's false match rate is lower by an interval that excludes zero, no compared group's error rate
is higher by such an interval, and neither is any share of searches that miss. Twelve methods by
95 % intervals: chance alone may let one through.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from adapters.measurement.arrays import Bools, Floats
from app.domain.evaluation import LEAST_PEOPLE, PlacedPhoto, Role
from app.domain.evaluation.grouping import columns_of
from bench.unequal.figures import Compared, Difference, Draws, Scores, Searched, worst
from bench.unequal.trials import Method, Trial

MISSED: Final = 0.1
"""The share of LFW's mated searches that every method's threshold misses."""
FALSE_POSITIVES: Final = 0.1
FALSE_MATCHES: Final = 0.01
"""Of London's comparisons of different people, at each method's other threshold."""

AT_MISSES: Final = "10 % of LFW's searches miss"
AT_MATCHES: Final = "1 % of London's comparisons pass"


@dataclass(frozen=True, slots=True)
class Group:
    """People of London who share a property."""

    column: str
    value: str
    members: Bools  # (people,)

    @property
    def people(self) -> int:
        """How many they are."""
        return int(self.members.sum())

    @property
    def is_compared(self) -> bool:
        """Whether they are enough to be compared with others."""
        return self.people >= LEAST_PEOPLE


@dataclass(frozen=True, slots=True)
class Figure:
    """One error rate of one method; `values` are a rate's repetitions."""

    name: str
    trials: int
    values: Floats

    @property
    def failed(self) -> int:
        """How many failed, as observed."""
        return round(float(self.values[0]) * self.trials)


@dataclass(frozen=True, slots=True)
class GroupFigure:
    """One error rate of a group at one threshold."""

    at: str
    kind: str  # false match, false non-match
    group: Group
    figure: Figure


@dataclass(frozen=True, slots=True)
class Ratio:
    """The worst compared group's false match rate by the best one's, as they were observed.

    A repetition is infinite where the best had no event, and NaN where neither had one.
    """

    at: str
    column: str
    worst: str
    best: str
    values: Floats


@dataclass(frozen=True, slots=True)
class Outcome:
    """Everything that was measured of a method."""

    searches: Sequence[Figure]
    groups: Sequence[GroupFigure]
    ratios: Sequence[Ratio]
    worst: Floats  # of the compared groups' false match rates, at the threshold that misses as many


def groups_of(people: Sequence[str], told: Mapping[str, Mapping[str, str]]) -> list[Group]:
    """Group people, in order, by what a set tells of them; the bands are those of `evaluate`."""
    placed = [PlacedPhoto(one, one, Role.GALLERY_MATED, told[one]) for one in people]
    return [
        Group(column.name, value, np.array([one == value for one in column.gallery], bool))
        for column in columns_of(placed, ())
        for value in column.values
    ]


def outcome(method: Method, press: Trial, portraits: Trial, groups: Sequence[Group]) -> Outcome:
    """Measure a method on searches of press photographs and comparisons of portraits."""
    searched = Searched(Draws(press.people), method(press))
    scores, draws = method(portraits), Draws(portraits.people)
    different = Compared.of(draws, scores, mated=False)
    thresholds = {
        AT_MISSES: searched.threshold_at(MISSED),
        AT_MATCHES: different.threshold_at(FALSE_MATCHES),
    }
    kinds = {"false match": different}
    if portraits.seconds is None:  # else a person's photos are enrolled themselves
        kinds["false non-match"] = Compared.of(draws, scores, mated=True)
    told = [
        GroupFigure(at, kind, group, _reached(kind, within, threshold))
        for at, threshold in thresholds.items()
        for kind, compared in kinds.items()
        for group in groups
        if (within := compared.within(group.members)).count
    ]
    return Outcome(
        _missed(searched), told, list(_ratios(told)), worst(_false_match_rates(told, AT_MISSES))
    )


def verdict(of: Outcome, plain: Outcome) -> str:
    """Say whether a method is kept, and what speaks against it."""
    against = [f"{name} is higher" for name, one in _differences(of, plain) if one.is_higher]
    if not Difference.between(of.worst, plain.worst).is_lower:
        against.insert(0, "the worst group's rate is not lower")
    return "kept" if not against else f"not kept: {'; '.join(against)}"


def lowered(of: Outcome, plain: Outcome) -> str:
    """Say which error rates a method lowers by an interval that leaves out zero."""
    return "; ".join(name for name, one in _differences(of, plain) if one.is_lower)


def _differences(of: Outcome, plain: Outcome) -> Iterator[tuple[str, Difference]]:
    """Yield what the rule looks at, besides the worst group."""
    for figure, usual in zip(of.searches, plain.searches, strict=True):
        yield figure.name, Difference.between(figure.values, usual.values)
    for one, usual_one in zip(of.groups, plain.groups, strict=True):
        if one.at == AT_MISSES and one.group.is_compared:
            name = f"{one.kind} of {one.group.column} {one.group.value}"
            yield name, Difference.between(one.figure.values, usual_one.figure.values)


def _missed(searched: Searched) -> list[Figure]:
    mated = int(searched.people.is_mated.sum())
    return [
        Figure("FNIR at rank 1", mated, searched.missed_at_rank(1)),
        Figure("FNIR at rank 5", mated, searched.missed_at_rank(5)),
        Figure("FNIR at FPIR 10 %", mated, searched.missed_at_fpir(FALSE_POSITIVES)),
    ]


def _reached(kind: str, compared: Compared, thresholds: Scores) -> Figure:
    reached = compared.reached(thresholds)
    return Figure(kind, compared.count, reached if kind == "false match" else 1 - reached)


def _false_match_rates(told: Sequence[GroupFigure], at: str) -> list[Floats]:
    return [
        one.figure.values
        for one in told
        if one.at == at and one.kind == "false match" and one.group.is_compared
    ]


def _ratios(told: Sequence[GroupFigure]) -> Iterator[Ratio]:
    for at in (AT_MISSES, AT_MATCHES):
        for column in dict.fromkeys(one.group.column for one in told):
            of_column = [one for one in told if one.group.column == column]
            values = np.stack(_false_match_rates(of_column, at))
            names = [
                one.group.value
                for one in of_column
                if one.at == at and one.kind == "false match" and one.group.is_compared
            ]
            highest, lowest = int(values[:, 0].argmax()), int(values[:, 0].argmin())
            with np.errstate(divide="ignore", invalid="ignore"):
                ratio = values[highest] / values[lowest]
            yield Ratio(at, column, names[highest], names[lowest], ratio)

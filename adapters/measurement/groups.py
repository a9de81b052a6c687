"""Error rates by group at thresholds that all groups share."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from adapters.measurement.arrays import Bools, Comparisons, Ints, above
from adapters.measurement.bootstrap import Repeated, ratio
from adapters.measurement.independence import of_pairs
from adapters.measurement.open_set import RANKS, OpenSetFigures
from app.domain.evaluation import (
    FEW_PEOPLE,
    LEAST_EVENTS,
    LEAST_PEOPLE,
    GroupedBy,
    GroupFigures,
    Rate,
    Ratio,
    SharedThreshold,
)
from app.domain.evaluation.grouping import Column

FALSE_MATCH_RATES = 1e-2, 1e-3, 1e-4, 1e-5
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class _Threshold:
    false_match_rate: float
    threshold: float
    false_matches: Comparisons


@dataclass(frozen=True)
class GroupRates:
    """Compares groups by the strongest comparisons of different people.

    `enrolled` tells by place what can be found; `strongest` holds at least the largest of
    FALSE_MATCH_RATES of all comparisons, or as many as can be held.
    """

    figures: OpenSetFigures
    enrolled: Bools
    strongest: Comparisons
    similarity: Callable[[float], float]

    def by(self, column: Column) -> GroupedBy:
        """Return the groups of one column."""
        return GroupedBy(
            column.name,
            column.of_person,
            column.unlabelled,
            tuple(self._shared(column, one) for one in self._thresholds),
            column.contradicted,
        )

    @cached_property
    def _thresholds(self) -> Sequence[_Threshold]:
        """Return the thresholds that enough comparisons stand behind."""
        everybody = self.photos(self._all_probes), self.photos_enrolled(self._all_places)
        comparisons, _ = self.figures.bootstrap.pairs_between(*everybody)
        found = []
        for rate in FALSE_MATCH_RATES:
            allowed = int(rate * comparisons + _ROUNDING)
            if LEAST_EVENTS <= allowed < len(self.strongest.scores):
                threshold = above(self.strongest.scores[allowed])
                matches = self.strongest.at_or_above(threshold)
                found.append(_Threshold(rate, threshold, matches))
        return found

    def _shared(self, column: Column, at: _Threshold) -> SharedThreshold:
        matches = self.false_matches(at, self._all_probes, self._all_places)
        misses = self.figures.misses_below(at.threshold, self._all_probes)
        closeness = matches.closeness()
        groups = [_Group(self, column, value, at, closeness) for value in column.values]
        told = [one.figures for one in groups]
        return SharedThreshold(
            at.false_match_rate,
            at.threshold,
            self.similarity(at.threshold),
            matches.rate(),
            misses.rate(),
            tuple(told),
            _worst_to_best(
                [
                    (one.group, one.false_match, group.false_matches)
                    for one, group in zip(told, groups, strict=True)
                    if one.has_false_matches_to_compare
                ]
            ),
            _worst_to_best(
                [
                    (one.group, one.false_nonmatch, group.misses)
                    for one, group in zip(told, groups, strict=True)
                    if one.has_misses_to_compare
                ]
            ),
        )

    def false_matches(self, at: _Threshold, probes: Bools, places: Bools) -> Repeated:
        """Count the comparisons of some probes with some places that count at a threshold."""
        people, bootstrap = self.figures.people, self.figures.bootstrap
        matches = at.false_matches
        within = probes[matches.probes] & places[matches.places]
        ones = people.probes[matches.probes[within]]
        others = people.gallery[matches.places[within]]
        each = self.photos(probes), self.photos_enrolled(places)
        n, drawn_n = bootstrap.pairs_between(*each)
        drawn_k = bootstrap.pairs(ones, others)
        return Repeated(len(ones), n, drawn_k, drawn_n, of_pairs(ones, others, *each))

    def photos(self, probes: Bools) -> Ints:
        """Count some probes that could be searched, by person."""
        people = self.figures.people
        searched = probes & self.figures.searched.counted
        return np.bincount(people.probes[searched], minlength=people.count)

    def photos_enrolled(self, places: Bools) -> Ints:
        """Count the photos that are enrolled at some places, by person."""
        people = self.figures.people
        return np.bincount(people.gallery[places & self.enrolled], minlength=people.count)

    @property
    def _all_probes(self) -> Bools:
        return np.ones(len(self.figures.people.probes), bool)

    @property
    def _all_places(self) -> Bools:
        return np.ones(len(self.figures.people.gallery), bool)


class _Group:
    """One value of a column at one threshold.

    `closeness` is how closely the false matches of a person go together over all groups, which is
    held of this one where few of its own people have any: with as many comparisons as half its
    people, no difference between groups of less than hundreds would show.
    """

    def __init__(
        self,
        rates: GroupRates,
        column: Column,
        value: str,
        at: _Threshold,
        closeness: float,
    ) -> None:
        self._people = people = rates.figures.people
        self._probes = np.array([one == value for one in column.probes], bool)
        self._labelled = np.array([one == value for one in column.gallery], bool)
        places = self._labelled if column.of_person else np.ones(len(self._labelled), bool)
        self.false_matches = rates.false_matches(at, self._probes, places)
        self.misses = rates.figures.misses_below(at.threshold, self._probes)
        sides = rates.photos(self._probes), rates.photos_enrolled(places)
        compared = min(int((one > 0).sum()) for one in sides)
        mated = len(np.unique(people.probes[self._probes & people.is_mated]))
        self.figures = GroupFigures(
            value,
            self._count,
            int(self._probes.sum()),
            self.false_matches.rate(closeness),
            self.misses.rate(),
            rates.figures.ranks(RANKS, self._probes),
            _warning(compared, mated),
            compared,
            mated,
        )

    @property
    def _count(self) -> int:
        """How many people have the value."""
        known = self._people.probes[self._probes], self._people.gallery[self._labelled]
        return len(np.unique(np.concatenate(known)))


def _warning(compared: int, mated: int) -> str | None:
    """Warn of the false matches' people and of the misses' people, or of both in one."""
    few = {"false matches": _few(compared), "misses": _few(mated)}
    if len(set(few.values())) == 1:
        return few["misses"]
    return "; ".join(f"{errors}: {told}" for errors, told in few.items() if told)


def _few(people: int) -> str | None:
    if people >= FEW_PEOPLE:
        return None
    if people >= LEAST_PEOPLE:
        return f"only {people} people: read the intervals, not the figures"
    some = "1 person" if people == 1 else f"{people} people"
    return f"{some}: too few to say anything about this group"


def _worst_to_best(groups: Sequence[tuple[str, Rate, Repeated]]) -> Ratio | None:
    if len(groups) < 2 or not any(rate.k for _, rate, _ in groups):  # noqa: PLR2004 - two groups
        return None
    ordered = sorted(groups, key=lambda one: (one[1].k / one[1].n, one[0]))
    return ratio(ordered[-1], ordered[0])

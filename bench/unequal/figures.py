"""Error rates in many repetitions at once, people drawn again, so that methods can be compared.

Every figure is an array, (1 + samples,): first as observed, then as each repetition of the people
gives it. Two methods' figures on the same searches are paired: repetition by repetition they drew
the same people.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt

from adapters.measurement.arrays import Bools, Floats, Ints, People
from adapters.measurement.bootstrap import Bootstrap

Scores = npt.NDArray[np.float32]

SAMPLES: Final = 1_000
SEED: Final = 1
_ROUNDING: Final = 1e-9  # a tenth of 30 is 3


@dataclass(frozen=True)
class Draws:
    """How often each person counts: once as observed, then as drawn."""

    people: People
    samples: int = SAMPLES

    @cached_property
    def every(self) -> Scores:
        """Return the counts, (1 + samples, people)."""
        everybody = np.arange(self.people.count)
        drawn = Bootstrap(self.people, self.samples, SEED).weights(everybody)
        return np.vstack([np.ones((1, self.people.count)), drawn]).astype(np.float32)


@dataclass(frozen=True)
class Searched:
    """Searches of one gallery in which each person has one place; scores (probes, gallery)."""

    draws: Draws
    scores: Scores

    def missed_at_rank(self, rank: int) -> Floats:
        """Return the share of mated searches whose person is not among the first `rank`."""
        better = (self._mated_scores >= self._mates[:, None]).sum(1)
        return self._share(better > rank)

    def missed_at_fpir(self, fpir: float) -> Floats:
        """Return FNIR where at most `fpir` of the non-mated searches return anybody."""
        tops = self.scores[~self.people.is_mated].max(1)
        weights = self.draws.every[:, self.people.probes[~self.people.is_mated]]
        first = _first_beyond(tops, weights, fpir)
        return self._below(np.nextafter(tops[first], np.float32(np.inf)))

    def threshold_at(self, missed: float) -> Scores:
        """Return the highest threshold that misses no more than that share of mated searches."""
        first = _first_beyond(-self._mates, self._mated_weights, missed)
        return self._mates[first]

    @property
    def people(self) -> People:
        """Who was searched among whom."""
        return self.draws.people

    @property
    def _mated_scores(self) -> Scores:
        return self.scores[self.people.is_mated]

    @property
    def _mated_weights(self) -> Scores:
        return self.draws.every[:, self.people.probes[self.people.is_mated]]

    @cached_property
    def _mates(self) -> Scores:
        own = self.people.probes[self.people.is_mated][:, None] == self.people.gallery
        best: Scores = np.where(own, self._mated_scores, -np.inf).max(1)
        return best

    def _share(self, failed: Bools) -> Floats:
        weights = self._mated_weights.astype(np.float64)
        share: Floats = (weights @ failed) / weights.sum(1)
        return share

    def _below(self, thresholds: Scores) -> Floats:
        order = np.argsort(self._mates, kind="stable")
        places = np.searchsorted(self._mates[order], thresholds)
        missed: Floats = _up_to(self._mated_weights[:, order], places)
        share: Floats = missed / self._mated_weights.sum(1)
        return share


@dataclass(frozen=True)
class Compared:
    """Comparisons of a probe with an enrolled person, by index; scores (comparisons,)."""

    draws: Draws
    probes: Ints
    enrolled: Ints
    scores: Scores

    @classmethod
    def of(cls, draws: Draws, scores: Scores, *, mated: bool) -> "Compared":
        """Take out of (probes, gallery) the comparisons of one person, or of two."""
        people = draws.people
        own = people.probes[:, None] == people.gallery
        probe, place = np.nonzero(own if mated else ~own)
        return cls(draws, people.probes[probe], people.gallery[place], scores[probe, place])

    def within(self, group: Bools) -> "Compared":
        """Return those of people of a group, (people,), among one another."""
        both = group[self.probes] & group[self.enrolled]
        return Compared(self.draws, self.probes[both], self.enrolled[both], self.scores[both])

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.scores)

    def threshold_at(self, share: float) -> Scores:
        """Return the lowest threshold that no more than that share reach."""
        first = _first_beyond(self.scores, self._weights(np.arange(self.count)), share)
        return np.nextafter(self.scores[first], np.float32(np.inf))

    def reached(self, thresholds: Scores) -> Floats:
        """Return the share at or above the threshold of each repetition; NaN where none drawn."""
        order = np.argsort(-self.scores, kind="stable")
        places = np.searchsorted(-self.scores[order], -thresholds, side="right")
        weights = self._weights(order)
        with np.errstate(invalid="ignore"):
            share: Floats = _up_to(weights, places) / weights.sum(1)
        return share

    def _weights(self, order: Ints) -> Scores:
        """Count comparisons by both people; nobody is compared with themselves."""
        one, other = self.probes[order], self.enrolled[order]
        every = self.draws.every
        weights = every[:, one]
        weights[:, one != other] *= every[:, other[one != other]]
        return weights


@dataclass(frozen=True, slots=True)
class Difference:
    """How much a figure is above another's in the same repetitions, with the interval of 95 %."""

    value: float
    low: float
    high: float

    @classmethod
    def between(cls, figure: Floats, plain: Floats) -> "Difference":
        """Compare a method's figure with the plain one's."""
        each = figure - plain
        low, high = np.nanpercentile(each[1:], (2.5, 97.5))
        return cls(float(each[0]), float(low), float(high))

    @property
    def is_lower(self) -> bool:
        """Whether the interval lies below zero."""
        return self.high < 0

    @property
    def is_higher(self) -> bool:
        """Whether the interval lies above zero."""
        return self.low > 0


def worst(figures: Sequence[Floats]) -> Floats:
    """Return the highest of some figures in each repetition."""
    highest: Floats = np.nanmax(np.stack(figures), axis=0)
    return highest


def _first_beyond(scores: Scores, weights: Scores, share: float) -> Ints:
    """Return, of each repetition, the first score from above that is one too many."""
    order = np.argsort(-scores, kind="stable")
    counts = np.cumsum(weights[:, order], axis=1, dtype=np.float64)
    allowed = np.floor(share * counts[:, -1:] + _ROUNDING)
    first: Ints = order[np.argmax(counts > allowed, axis=1)]
    return first


def _up_to(weights: Scores, places: Ints) -> Floats:
    """Sum the first `places` weights of each row."""
    counts = np.cumsum(weights, axis=1, dtype=np.float64)
    before = counts[np.arange(len(counts)), np.maximum(places - 1, 0)]
    sums: Floats = np.where(places > 0, before, 0.0)
    return sums

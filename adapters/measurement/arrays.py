"""The arrays that the measurement is made of."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from app.domain.evaluation import Role
from app.ports.measurement import Searches

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

NOT_RETURNED = np.iinfo(np.int64).max
"""The rank of a person whom a search did not return."""


@dataclass(frozen=True)
class People:
    """Everybody of the searches by index, in the order of their names."""

    gallery: Ints  # (places,) whose photo is enrolled there
    probes: Ints  # (probes,)
    is_mated: Bools  # (probes,)
    count: int

    @classmethod
    def of(cls, searches: Searches) -> "People":
        """Number the people of a gallery and its probes."""
        names = sorted({photo.person for photo in (*searches.gallery, *searches.probes)})
        number = {name: index for index, name in enumerate(names)}
        return cls(
            gallery=_ints([number[photo.person] for photo in searches.gallery]),
            probes=_ints([number[photo.person] for photo in searches.probes]),
            is_mated=np.array([one.role is Role.PROBE_MATED for one in searches.probes], bool),
            count=len(names),
        )

    @cached_property
    def parts(self) -> tuple[Ints, ...]:
        """People with mated probes, with others, and with none: resampled each among themselves."""
        part = np.full(self.count, 2)
        part[self.probes[~self.is_mated]] = 1
        part[self.probes[self.is_mated]] = 0
        return tuple(np.flatnonzero(part == which) for which in range(3))


@dataclass(frozen=True, slots=True)
class Searched:
    """What each search came to, by probe; a failed one returned nobody."""

    counted: Bools  # whether it could be searched
    rank: Ints  # of its own person among people, NOT_RETURNED for none; others at a tie come first
    mate: Floats  # the best score of its own person, -inf for none
    best_other: Floats  # the best score of anybody else, -inf for none


@dataclass(frozen=True, slots=True)
class Comparisons:
    """Some comparisons of a probe with a gallery photo, strongest first."""

    probes: Ints
    places: Ints
    scores: Floats

    def at_or_above(self, threshold: float) -> "Comparisons":
        """Return those that count at a threshold."""
        end = int(np.searchsorted(-self.scores, -threshold, side="right"))
        return Comparisons(self.probes[:end], self.places[:end], self.scores[:end])


def sorted_comparisons(probes: Ints, places: Ints, scores: Floats) -> Comparisons:
    """Order comparisons: strongest first, equals by probe and place."""
    order = np.lexsort((places, probes, -scores))
    return Comparisons(probes[order], places[order], scores[order])


def above(score: float) -> float:
    """Return the threshold that stands halfway to the next float32 above a score.

    Raw scores are float32: whoever reads them back from nine digits comes to the same counts.
    """
    return (score + float(np.nextafter(np.float32(score), np.float32(np.inf)))) / 2


def at(score: float) -> float:
    """Return the threshold that a score just reaches, halfway to the next float32 below it."""
    return (score + float(np.nextafter(np.float32(score), np.float32(-np.inf)))) / 2


def _ints(values: Sequence[int]) -> Ints:
    return np.array(values, np.int64)

"""The measurement port: scores in, error rates with their intervals out."""

from array import array
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from app.domain.evaluation import GroupedBy, LabelDoubt, OpenSet, PlacedPhoto, Rate
from app.ports.scratch_engine import RawScores


@dataclass(frozen=True, slots=True)
class Searches:
    """Who was enrolled and who is searched."""

    gallery: Sequence[PlacedPhoto]  # by place
    enrolled: Sequence[bool]  # by place: False where it failed
    probes: Sequence[PlacedPhoto]
    scores: RawScores
    similarity: Callable[[float], float]


@dataclass(frozen=True, slots=True)
class Trial:
    """One trial of a rate, of a person."""

    person: str
    failed: bool


@dataclass(frozen=True, slots=True)
class Figures:
    """What the searches of one set come to."""

    open_set: OpenSet
    by_group: tuple[GroupedBy, ...]
    doubts: tuple[LabelDoubt, ...]


class Taker(Protocol):
    """Takes searches as they come."""

    def add(self, probe: int, scores: "array[float]") -> None:
        """Take one search, of the probe at this index; one that failed is never added."""
        ...


class Tally(Taker, Protocol):
    """Counts searches; it keeps no whole row of scores."""

    def figures(self) -> Figures:
        """Return the figures; the order in which searches came makes no difference."""
        ...


class Measurement(Protocol):
    """Computes rates by NIST's definitions (FRTE 1:N), with intervals of people and not of photos.

    The same searches give the same figures, to the last digit.
    """

    seed: int  # of the bootstrap
    samples: int

    def tally(self, searches: Searches) -> Tally:
        """Begin to count."""
        ...

    def rate(self, trials: Iterable[Trial]) -> Rate:
        """Return how many trials failed, with an interval by person."""
        ...

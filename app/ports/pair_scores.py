"""The port that keeps many raw scores, and says which of them so many reach."""

from array import array
from typing import Protocol


class PairScores(Protocol):
    """Raw scores of pairs of photos."""

    @property
    def count(self) -> int:
        """How many there are."""
        ...

    def add(self, scores: "array[float]") -> None:
        """Take more, as float32; NaN is none."""
        ...

    def reached_by(self, share: float) -> float:
        """Return the raw score that this share of them reaches; ValueError without any."""
        ...

    def at_or_above(self, raw_score: float) -> int:
        """Count those that reach a raw score."""
        ...

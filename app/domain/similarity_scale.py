"""From an engine's own similarities to Amazon Rekognition's numbers and back, for its clients."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SimilarityScale:
    """Points (the engine's similarity, Rekognition's), both rising, a straight line between them.

    It lets the thresholds that clients of Rekognition send keep their use. It does not make the
    numbers of two engines equal: nothing can.
    """

    points: tuple[tuple[float, float], ...] = ((0.0, 0.0), (100.0, 100.0))

    def rekognition(self, similarity: float) -> float:
        """Return what a client of Rekognition is told for the engine's own similarity."""
        return _along(similarity, self.points)

    def own(self, threshold: float) -> float:
        """Return the engine's own similarity for a threshold that a client of Rekognition sends."""
        return _along(threshold, [(theirs, ours) for ours, theirs in self.points])


SAME = SimilarityScale()
"""For an engine whose similarities are Rekognition's, or whose scale nobody has measured."""


def _along(value: float, points: Sequence[tuple[float, float]]) -> float:
    place = min(max(bisect_right([x for x, _ in points], value), 1), len(points) - 1)
    (left, low), (right, high) = points[place - 1], points[place]
    share = min(max((value - left) / (right - left), 0.0), 1.0)
    return low + share * (high - low)

"""Counts of scores in bins that are fine while they are filled, and few when they are shown."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from adapters.measurement.arrays import Floats, Ints
from app.domain.evaluation import Histogram
from app.ports.scratch_engine import RawScores

FINE = 8_192
_SHOWN = 100


class FineHistogram:
    """Counts in FINE bins over all that a raw score can be."""

    def __init__(self, scores: RawScores) -> None:
        self.counts: Ints = np.zeros(FINE, np.int64)
        self._scores = scores

    def add(self, values: npt.NDArray[np.floating]) -> None:
        """Count values; those outside go to the ends."""
        span = self._scores.high - self._scores.low
        bins = ((values.astype(np.float64) - self._scores.low) * (FINE / span)).astype(np.int64)
        self.counts += np.bincount(np.clip(bins, 0, FINE - 1), minlength=FINE)

    def reached_by(self, share: float) -> float:
        """Return the score that a share of all values reaches, to one bin."""
        from_top = np.cumsum(self.counts[::-1])
        bins = int(np.searchsorted(from_top, share * from_top[-1]))
        return self._edge(FINE - bins - 1)

    def _edge(self, fine: int) -> float:
        return self._scores.low + (self._scores.high - self._scores.low) * fine / FINE


def shown(scores: RawScores, *histograms: FineHistogram) -> Sequence[Histogram]:
    """Return histograms with the same at most 100 bins, from the lowest value to the highest."""
    used = np.flatnonzero(sum(one.counts for one in histograms))
    first, last = (int(used[0]), int(used[-1])) if len(used) else (0, FINE - 1)
    width = -(-(last - first + 1) // _SHOWN)
    bins = -(-(last - first + 1) // width)
    step = (scores.high - scores.low) / FINE
    low = scores.low + first * step
    high = low + bins * width * step
    return [Histogram(low, high, _summed(one.counts[first:], bins, width)) for one in histograms]


def filled(scores: RawScores, values: Floats) -> FineHistogram:
    """Return a histogram of the values that are finite."""
    histogram = FineHistogram(scores)
    histogram.add(values[np.isfinite(values)])
    return histogram


def _summed(counts: Ints, bins: int, width: int) -> tuple[int, ...]:
    padded = np.zeros(bins * width, np.int64)
    part = counts[: bins * width]
    padded[: len(part)] = part
    return tuple(int(one) for one in padded.reshape(bins, width).sum(axis=1))

"""Raw scores of pairs in memory: four bytes each, and eight while they are brought together."""

from array import array
from bisect import bisect_left

import numpy as np
import numpy.typing as npt
from typing_extensions import override

from app.ports.pair_scores import PairScores


class NumpyPairScores(PairScores):
    """Sorts them when it is first asked."""

    def __init__(self) -> None:
        self._parts: list[npt.NDArray[np.float32]] = []
        self._count = 0

    @property
    @override
    def count(self) -> int:
        return self._count

    @override
    def add(self, scores: "array[float]") -> None:
        told = np.frombuffer(scores, np.float32)
        self._parts.append(told[~np.isnan(told)])
        self._count += len(self._parts[-1])

    @override
    def reached_by(self, share: float) -> float:
        if not self._count:
            raise ValueError("there are no scores")
        scores = self._sorted()
        at = (1 - share) * (self._count - 1)
        below = int(at)
        low, high = (float(scores[min(one, self._count - 1)]) for one in (below, below + 1))
        return low + (high - low) * (at - below)

    @override
    def at_or_above(self, raw_score: float) -> int:
        # Each is compared as a Python float: NumPy would write all of them in eight bytes for it.
        return self._count - bisect_left(self._sorted(), raw_score, key=float)

    def _sorted(self) -> npt.NDArray[np.float32]:
        if len(self._parts) != 1 or self._parts[0].flags.writeable:
            whole = np.concatenate([np.empty(0, np.float32), *self._parts])
            self._parts = [whole]
            whole.sort()
            whole.flags.writeable = False
        return self._parts[0]

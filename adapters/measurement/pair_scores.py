"""Raw scores of pairs in memory: four bytes each."""

from array import array

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
        return float(np.quantile(self._sorted(), 1 - share))

    @override
    def at_or_above(self, raw_score: float) -> int:
        return self._count - int(np.searchsorted(self._sorted(), raw_score))

    def _sorted(self) -> npt.NDArray[np.float32]:
        if len(self._parts) != 1 or self._parts[0].flags.writeable:
            whole = np.sort(np.concatenate([np.empty(0, np.float32), *self._parts]))
            whole.flags.writeable = False
            self._parts = [whole]
        return self._parts[0]

"""Keeps the strongest comparisons of very many, however many there are."""

import numpy as np
import numpy.typing as npt

from adapters.measurement.arrays import Comparisons, Ints, sorted_comparisons


class Strongest:
    """The `most` comparisons with the highest scores, and all that equal the last of them."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._parts: list[Comparisons] = []
        self._held = 0
        self._too_many = 2 * most
        self._least = -np.inf

    def add(self, probe: int, places: Ints, scores: npt.NDArray[np.float32]) -> None:
        """Consider one probe's scores with some places."""
        strong = scores >= self._least
        places, kept = places[strong], scores[strong].astype(np.float64)
        self._parts.append(Comparisons(np.full(len(places), probe), places, kept))
        self._held += len(places)
        if self._held > self._too_many:
            self._forget()

    def comparisons(self) -> Comparisons:
        """Return what was kept, strongest first."""
        whole = self._joined()
        return sorted_comparisons(whole.probes, whole.places, whole.scores)

    def _forget(self) -> None:
        whole = self._joined()
        at = len(whole.scores) - self._most
        self._least = float(np.partition(whole.scores, at)[at])
        kept = whole.scores >= self._least
        self._parts = [Comparisons(whole.probes[kept], whole.places[kept], whole.scores[kept])]
        self._held = int(kept.sum())
        self._too_many = 2 * max(self._most, self._held)

    def _joined(self) -> Comparisons:
        nothing = Comparisons(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0))
        parts = [nothing, *self._parts]
        return Comparisons(
            np.concatenate([part.probes for part in parts]),
            np.concatenate([part.places for part in parts]),
            np.concatenate([part.scores for part in parts]),
        )

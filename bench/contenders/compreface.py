"""CompreFace's algorithm, re-made."""

from collections.abc import Sequence

import numpy as np
from typing_extensions import override

from bench.contenders.contender import Contender, Floats, Halves

_COEFFICIENTS = 1.1, 3.0  # any will do: the similarity rises as the distance falls


class CompreFace(Contender):
    """CompreFace's algorithm, re-made from its sources' description; CompreFace is not run.

    Its API server keeps all embeddings in one matrix of doubles, copies it for each search,
    takes the Euclidean distance to every row, makes a similarity of it with a hyperbolic tangent
    and sorts all of them (exadel-inc/CompreFace: docs/Architecture-and-scalability.md, issues 804
    and 1091). It does so in Java with ND4J; this is numpy.
    """

    @override
    def load(self, values: Halves) -> None:
        """Keep the matrix."""
        self._embeddings = values.astype(np.float64)

    @override
    def search(self, query: Floats, count: int) -> Sequence[int]:
        """Measure, convert and sort all."""
        copied = self._embeddings.copy()
        copied -= query / np.linalg.norm(query)
        distances = np.sqrt(np.einsum("ij,ij->i", copied, copied))
        middle, steepness = _COEFFICIENTS
        similarities = (np.tanh((middle - distances) * steepness) + 1) / 2
        return [int(row) for row in np.argsort(-similarities)[:count]]

"""faiss: flat in float32 and in float16, and an HNSW graph."""

from collections.abc import Sequence
from typing import Any

import faiss
from typing_extensions import override

from bench.contenders.contender import (
    BUILD_WIDTH,
    NEIGHBOURS,
    SEARCH_WIDTH,
    Contender,
    Floats,
    Halves,
    blocks,
)


class Flat(Contender):
    """Every template is compared, as float32."""

    def empty(self, dimensions: int) -> Any:  # noqa: ANN401 - faiss has no types
        """Return the index before anything is in it."""
        return faiss.IndexFlatIP(dimensions)

    @override
    def load(self, values: Halves) -> None:
        self._index = self.empty(values.shape[1])
        for _, block in blocks(values):
            self._index.add(block)
        faiss.omp_set_num_threads(1)

    @override
    def search(self, query: Floats, count: int) -> Sequence[int]:
        _, rows = self._index.search(query[None], count)
        return [int(row) for row in rows[0]]


class FlatHalf(Flat):
    """Every template is compared, kept as float16."""

    @override
    def empty(self, dimensions: int) -> Any:
        half = faiss.ScalarQuantizer.QT_fp16
        return faiss.IndexScalarQuantizer(dimensions, half, faiss.METRIC_INNER_PRODUCT)


class Hnsw(Flat):
    """Approximate: a graph over float32 templates."""

    @override
    def empty(self, dimensions: int) -> Any:
        index = faiss.IndexHNSWFlat(dimensions, NEIGHBOURS, faiss.METRIC_INNER_PRODUCT)
        index.hnsw.efConstruction, index.hnsw.efSearch = BUILD_WIDTH, SEARCH_WIDTH
        return index

"""usearch: its exact search, and its HNSW graph, both on float16."""

from collections.abc import Sequence

from typing_extensions import override
from usearch.index import Index, MetricKind, search

from bench.contenders.contender import (
    BUILD_WIDTH,
    NEIGHBOURS,
    SEARCH_WIDTH,
    Contender,
    Floats,
    Halves,
)


class Exact(Contender):
    """Every template is compared."""

    @override
    def load(self, values: Halves) -> None:
        """Keep them as they are: it searches in any matrix."""
        self._values = values.copy()

    @override
    def search(self, query: Floats, count: int) -> Sequence[int]:
        """Search the matrix."""
        half = query.astype(self._values.dtype)[None]
        found = search(self._values, half, count, MetricKind.IP, exact=True, threads=1)
        return [int(row) for row in found.keys.ravel()]


class Hnsw(Contender):
    """Approximate: a graph."""

    @override
    def load(self, values: Halves) -> None:
        """Build it on all cores."""
        self._index = Index(
            ndim=values.shape[1],
            metric=MetricKind.IP,
            dtype="f16",
            connectivity=NEIGHBOURS,
            expansion_add=BUILD_WIDTH,
            expansion_search=SEARCH_WIDTH,
        )
        self._index.add(range(len(values)), values)

    @override
    def search(self, query: Floats, count: int) -> Sequence[int]:
        """Search the graph."""
        found = self._index.search(query.astype("f2"), count, threads=1)
        return [int(row) for row in found.keys]

"""Qdrant's engine in the process (qdrant-edge-py), on float32."""

from collections.abc import Sequence

import qdrant_edge as qdrant
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

_NEVER = 1_000_000_000  # kilobytes of a segment before it gets a graph


class Exact(Contender):
    """Every template is compared."""

    exact = True
    reopens = True  # its pools have a thread for each core that it sees when it is imported

    @override
    def load(self, values: Halves) -> None:
        """Insert and optimise."""
        shard = self.folder / "shard"
        vectors = {"": qdrant.EdgeVectorParams(values.shape[1], qdrant.Distance.Dot)}
        graph = qdrant.HnswIndexConfig(NEIGHBOURS, BUILD_WIDTH, full_scan_threshold=1)
        threshold = _NEVER if self.exact else 1
        optimizers = qdrant.EdgeOptimizersConfig(
            default_segment_number=1, indexing_threshold=threshold
        )
        config = qdrant.EdgeConfig(vectors=vectors, hnsw_config=graph, optimizers=optimizers)
        shard.mkdir()
        self._shard = qdrant.EdgeShard.create(str(shard), config)
        self.open.callback(self._shard.close)
        for start, block in blocks(values):
            points = [qdrant.Point(start + n, one) for n, one in enumerate(block.tolist())]
            self._shard.update(qdrant.UpdateOperation.upsert_points(points))
        self._shard.flush()
        self._shard.optimize()

    @override
    def reopen(self) -> None:
        """Load the shard."""
        self._shard = qdrant.EdgeShard.load(str(self.folder / "shard"))
        self.open.callback(self._shard.close)

    @override
    def search(self, query: Floats, count: int) -> Sequence[int]:
        """Ask the shard."""
        params = qdrant.SearchParams(hnsw_ef=SEARCH_WIDTH, exact=self.exact)
        nearest = qdrant.Query.Nearest(query.tolist())
        found = self._shard.query(qdrant.QueryRequest(limit=count, query=nearest, params=params))
        return [int(one.id) for one in found]


class Hnsw(Exact):
    """Approximate: a graph."""

    exact = False

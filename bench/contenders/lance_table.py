"""LanceDB in the process: its flat search, and its HNSW index, both on float32."""

from collections.abc import Iterator, Sequence

import lancedb
import pyarrow as pa
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


class Exact(Contender):
    """Every template is compared."""

    reopens = True  # its pools have a thread for each core that it sees when it is imported

    @override
    def load(self, values: Halves) -> None:
        """Write them in one version of a table."""
        dimensions = values.shape[1]
        vector = pa.list_(pa.float32(), dimensions)
        schema = pa.schema([pa.field("id", pa.int64()), pa.field("vector", vector)])

        def batches() -> Iterator[pa.RecordBatch]:
            for start, block in blocks(values):
                numbers = pa.FixedSizeListArray.from_arrays(pa.array(block.ravel()), dimensions)
                ids = pa.array(range(start, start + len(block)), pa.int64())
                yield pa.RecordBatch.from_arrays([ids, numbers], schema=schema)

        database = lancedb.connect(str(self.folder))
        reader = pa.RecordBatchReader.from_batches(schema, batches())
        self._table = database.create_table("templates", reader)
        self.index()

    @override
    def reopen(self) -> None:
        """Open the table."""
        self._table = lancedb.connect(str(self.folder)).open_table("templates")

    def index(self) -> None:
        """Make what it searches with besides the table."""

    @override
    def search(self, query: Floats, count: int) -> Sequence[int]:
        """Ask the table."""
        asked = (
            self._table.search(query).distance_type("dot").select(["id", "_distance"]).limit(count)
        )
        return [int(row) for row in asked.to_arrow()["id"].to_pylist()]


class Hnsw(Exact):
    """Approximate: a graph over the float32 templates, in one partition."""

    @override
    def index(self) -> None:
        """Build it."""
        self._table.create_index(
            metric="dot",
            index_type="IVF_HNSW_FLAT",
            num_partitions=1,
            m=NEIGHBOURS,
            ef_construction=BUILD_WIDTH,
        )

    @override
    def search(self, query: Floats, count: int) -> Sequence[int]:
        """Ask the table, with the width that the others search with."""
        asked = (
            self._table.search(query).distance_type("dot").select(["id", "_distance"]).limit(count)
        )
        return [int(row) for row in asked.ef(SEARCH_WIDTH).to_arrow()["id"].to_pylist()]

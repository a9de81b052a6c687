"""pgvector in the embedded PostgreSQL, with that server's own settings."""

import asyncio
from collections.abc import Sequence

import numpy as np
import psycopg
from typing_extensions import override

from adapters.records.embedded import EmbeddedPostgres
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
    """A sequential scan of float32 templates."""

    kind, number = "vector", ">f4"

    @override
    def begin(self) -> None:
        """Make a cluster and start its server."""
        runner, server = self.open.enter_context(asyncio.Runner()), EmbeddedPostgres(self.folder)
        runner.run(server.__aenter__())
        self.open.callback(lambda: runner.run(server.__aexit__(None, None, None)))
        connecting = psycopg.connect(server.conninfo, autocommit=True)
        self._connection = self.open.enter_context(connecting)
        self._connection.execute("CREATE EXTENSION vector")

    @override
    def load(self, values: Halves) -> None:
        columns = f"id int4 NOT NULL, template {self.kind}({values.shape[1]}) NOT NULL"
        self._connection.execute(f"CREATE TABLE templates ({columns})")
        self._copy(values)
        self.index()
        self._connection.execute("VACUUM ANALYZE templates")

    def index(self) -> None:
        """Make what it searches with besides the table."""

    @override
    def search(self, query: Floats, count: int) -> Sequence[int]:
        nearest = f"SELECT id FROM templates ORDER BY template <#> %s::{self.kind} LIMIT %s"  # noqa: S608 - ours
        text = str(query.tolist())
        rows = self._connection.execute(nearest, (text, count), prepare=True).fetchall()
        return [int(row) for (row,) in rows]

    @override
    def processes(self) -> Sequence[int]:
        return (self._connection.info.backend_pid,)

    @override
    def disk_megabytes(self) -> float:
        [(size,)] = self._connection.execute("SELECT pg_total_relation_size('templates')")
        return float(size) / 1e6

    def _copy(self, values: Halves) -> None:
        """Write templates as pgvector's binary form has them: their length, 0, their numbers."""
        head = values.shape[1].to_bytes(2) + bytes(2)
        copying = "COPY templates FROM STDIN (FORMAT binary)"
        with self._connection.cursor() as cursor, cursor.copy(copying) as copy:
            copy.set_types(["int4", "bytea"])
            for start, block in blocks(values):
                for row, numbers in enumerate(block.astype(np.dtype(self.number)), start):
                    copy.write_row((row, head + numbers.tobytes()))


class ExactHalf(Exact):
    """A sequential scan of float16 templates, half the bytes."""

    kind, number = "halfvec", ">f2"


class Hnsw(Exact):
    """Approximate: a graph over float32 templates, built by two processes."""

    @override
    def index(self) -> None:
        self._connection.execute("SET maintenance_work_mem = '1GB'")
        self._connection.execute("SET max_parallel_maintenance_workers = 1")
        self._connection.execute(
            "CREATE INDEX ON templates USING hnsw (template vector_ip_ops) "
            f"WITH (m = {NEIGHBOURS}, ef_construction = {BUILD_WIDTH})"
        )
        self._connection.execute(f"SET hnsw.ef_search = {SEARCH_WIDTH}")

"""sqlite-vec: a virtual table of float32 templates, searched exactly."""

from collections.abc import Sequence

import apsw
import sqlite_vec
from typing_extensions import override

from bench.contenders.contender import Contender, Floats, Halves, blocks

_NEAREST = "SELECT rowid FROM templates WHERE template MATCH ? ORDER BY distance LIMIT ?"


class Exact(Contender):
    """Every template is compared, by the cosine."""

    @override
    def load(self, values: Halves) -> None:
        """Insert them in one transaction."""
        self._connection = apsw.Connection(str(self.folder / "templates.sqlite"))
        self._connection.enable_load_extension(True)  # noqa: FBT003 - SQLite's own
        self._connection.load_extension(sqlite_vec.loadable_path())
        column = f"template float[{values.shape[1]}] distance_metric=cosine"
        self._connection.execute(f"CREATE VIRTUAL TABLE templates USING vec0({column})")
        with self._connection:
            for start, block in blocks(values):
                rows = ((start + n, one.tobytes()) for n, one in enumerate(block))
                insert = "INSERT INTO templates (rowid, template) VALUES (?, ?)"
                self._connection.executemany(insert, rows)

    @override
    def search(self, query: Floats, count: int) -> Sequence[int]:
        """Ask the table."""
        return [int(row) for (row,) in self._connection.execute(_NEAREST, (query.tobytes(), count))]

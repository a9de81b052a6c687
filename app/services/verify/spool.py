"""A list on disk, in order: what another system lists is in no order, and too long for memory."""

import sqlite3
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Self

_SET_UP = (
    "PRAGMA cache_size = -2000",  # KB; more than that goes to the file
    "PRAGMA temp_store = FILE",
    "PRAGMA journal_mode = OFF",
    "PRAGMA synchronous = OFF",
    "CREATE TABLE kept (key TEXT PRIMARY KEY, value TEXT, seen INTEGER DEFAULT 0) WITHOUT ROWID",
)

_ADD = "INSERT OR IGNORE INTO kept (key, value) VALUES (?, ?)"
_PAGE = "SELECT key, value FROM kept WHERE key > ? AND seen <= ? ORDER BY key LIMIT ?"

_BATCH = 500


class Spool:
    """Keys, each with a value, in a file that has no name and is gone with the process.

    At most two megabytes of it are in memory.
    """

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database

    @classmethod
    @contextmanager
    def opened(cls) -> Iterator[Self]:
        """Open an empty one."""
        database = sqlite3.connect("", isolation_level=None)
        try:
            for statement in _SET_UP:
                database.execute(statement)
            yield cls(database)
        finally:
            database.close()

    def add(self, items: Iterable[tuple[str, str]]) -> int:
        """Keep some, and return how many are new; of the others the first value stays."""
        self._database.execute("BEGIN")
        added = self._database.executemany(_ADD, items).rowcount
        self._database.execute("COMMIT")
        return added

    def see(self, keys: Sequence[str]) -> list[str]:
        """Mark keys as seen; return those that are not here."""
        known = set[str]()
        for start in range(0, len(keys), _BATCH):  # SQLite's statements have a limit
            some = keys[start : start + _BATCH]
            marks = ",".join("?" * len(some))
            change = f"UPDATE kept SET seen = 1 WHERE key IN ({marks}) RETURNING key"  # noqa: S608 - marks
            known.update(key for (key,) in self._database.execute(change, some))
        return [key for key in keys if key not in known]

    def get(self, key: str) -> str | None:
        """Return a key's value."""
        row = self._database.execute("SELECT value FROM kept WHERE key = ?", [key]).fetchone()
        return None if row is None else str(row[0])

    def chosen(self, most: int) -> list[str]:
        """Return some keys by chance."""
        drawn = self._database.execute("SELECT key FROM kept ORDER BY random() LIMIT ?", [most])
        return [key for (key,) in drawn]

    async def items(self, *, unseen: bool = False) -> AsyncIterator[tuple[str, str]]:
        """Yield keys in their order (bytewise) with their values."""
        after = ""
        while page := self._database.execute(_PAGE, [after, 1 - unseen, _BATCH]).fetchall():
            for key, value in page:
                yield key, value
            after = page[-1][0]

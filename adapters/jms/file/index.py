"""Rows by id on the disk, in a file that has no name and is gone with the process."""

import os
import sqlite3
import tempfile
import threading
import weakref
from collections.abc import Iterable, Iterator
from enum import IntEnum
from itertools import islice
from pathlib import Path
from typing import Any, Final, NamedTuple

_CACHE_KIB: Final = 4096
_FILLING_KIB: Final = 16384
_AT_ONCE: Final = 2000
_SETTINGS: Final = (
    "PRAGMA journal_mode = OFF",
    "PRAGMA synchronous = OFF",
    "PRAGMA locking_mode = EXCLUSIVE",
    "PRAGMA temp_store = FILE",
    f"PRAGMA cache_size = -{_FILLING_KIB}",
    "CREATE TABLE rows (id BLOB, line INTEGER, state INTEGER, said BLOB)",
    # Grown with the rows: sorted at the end it would need a directory that we do not choose.
    "CREATE INDEX by_id ON rows (id, state)",
)
_FILLED: Final = (f"PRAGMA cache_size = -{_CACHE_KIB}", "PRAGMA shrink_memory")


class IndexFileError(Exception):
    """The index cannot be written or read; the text says why and where."""


class State(IntEnum):
    """What a row is."""

    GOOD = 0
    REFUSED = 1
    DELETED = 2


class IndexedRow(NamedTuple):
    """A row; `said` is it packed, or why it was refused."""

    identifier: str
    line: int
    state: State
    said: str


class RowIndex:
    """Rows of one file, found by their ids; nothing but a page cache is in memory.

    Filled once, then only read, by any thread. Every method raises IndexFileError.
    """

    def __init__(self, rows: Iterable[IndexedRow], directory: Path | None = None) -> None:
        self._directory = directory or Path(tempfile.gettempdir())
        self._lock = threading.Lock()
        self._connection = self._opened()
        closing = weakref.finalize(self, self._connection.close)
        closing.atexit = False  # a thread may be looking into it; it goes with the process anyway
        self._fill(rows)
        self.good = self._number(
            "SELECT count(*) FROM (SELECT DISTINCT id, state FROM rows WHERE state = 0)"
        )

    def rows_of(self, identifier: str, most: int) -> list[IndexedRow]:
        """Return so many rows of an id at most, the last in the file first."""
        rows = self._asked(
            "SELECT id, line, state, said FROM rows WHERE id = ? ORDER BY rowid DESC LIMIT ?",
            _bytes(identifier),
            most,
        )
        return [_row(*row) for row in rows]

    def ids_after(self, identifier: str, limit: int) -> list[str]:
        """Return so many ids that follow this one in the order of their code points."""
        rows = self._asked(
            "SELECT DISTINCT id FROM rows WHERE id > ? ORDER BY id LIMIT ?",
            _bytes(identifier),
            limit,
        )
        return [_text(found) for (found,) in rows]

    def good_rows(self) -> Iterator[IndexedRow]:
        """Yield the good rows in the order of the file, holding few of them at a time."""
        place = 0
        while rows := self._asked(
            "SELECT rowid, id, line, state, said FROM rows WHERE rowid > ? AND state = 0 "
            "ORDER BY rowid LIMIT ?",
            place,
            _AT_ONCE,
        ):
            yield from (_row(*row) for _, *row in rows)
            place = rows[-1][0]

    def repeated(self, limit: int) -> tuple[list[int], int]:
        """Return the lines of good rows whose id had a good row before: the first, and how many."""
        more = self._number("SELECT count(*) FROM rows WHERE state = 0") - self.good
        if not more:
            return [], 0
        rows = self._asked(
            "SELECT line FROM (SELECT rowid AS place, line, row_number() OVER "
            "(PARTITION BY id, state ORDER BY rowid) AS number FROM rows WHERE state = 0) "
            "WHERE number > 1 ORDER BY place LIMIT ?",
            limit,
        )
        return [line for (line,) in rows], more

    def _opened(self) -> sqlite3.Connection:
        """Open a new file and take its name away, so that it goes when the process does."""
        try:
            handle, name = tempfile.mkstemp(".bookings", "candid-", self._directory)
        except OSError as error:
            raise self._error(error.strerror or error) from error
        os.close(handle)
        try:
            connection = sqlite3.connect(name, isolation_level=None, check_same_thread=False)
            for statement in _SETTINGS:
                connection.execute(statement)
        except sqlite3.Error as error:
            raise self._error(error) from error
        finally:
            Path(name).unlink()
        return connection

    def _fill(self, rows: Iterable[IndexedRow]) -> None:
        told = ((_bytes(one.identifier), one.line, one.state, _bytes(one.said)) for one in rows)
        try:
            while some := list(islice(told, _AT_ONCE)):
                self._connection.execute("BEGIN")
                self._connection.executemany("INSERT INTO rows VALUES (?, ?, ?, ?)", some)
                self._connection.execute("COMMIT")
            for statement in _FILLED:
                self._connection.execute(statement)
        except sqlite3.Error as error:
            raise self._error(error) from error

    def _number(self, statement: str) -> int:
        return int(self._asked(statement)[0][0])

    def _asked(self, statement: str, *values: bytes | int) -> list[Any]:
        try:
            with self._lock:
                return self._connection.execute(statement, values).fetchall()
        except sqlite3.Error as error:
            raise self._error(error) from error

    def _error(self, why: object) -> IndexFileError:
        return IndexFileError(f"its index in {self._directory} fails: {why}")


def _row(identifier: bytes, line: int, state: int, said: bytes) -> IndexedRow:
    return IndexedRow(_text(identifier), line, State(state), _text(said))


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _text(octets: bytes) -> str:
    return octets.decode("utf-8", "surrogatepass")

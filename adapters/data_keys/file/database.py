"""The SQLite file: two connections, one that reads and one that writes, each used by one thread.

Several processes use it at once. A commit is on the disk when it returns (`synchronous`), and what
was deleted is overwritten with zeros (`secure_delete`). It keeps a rollback journal, which a commit
cuts to nothing: a write-ahead log would keep old pages until somebody checkpoints it.
"""

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from operator import itemgetter
from pathlib import Path
from threading import Lock
from typing import Final, TypeVar

from anyio import CapacityLimiter, to_thread

from adapters.data_keys.file.errors import translated
from adapters.key_wrapping import without_store
from app.domain.errors import DataKeysMisconfiguredError

T = TypeVar("T")

VERSION: Final = 2
_PATIENCE: Final = 10.0  # seconds for which another process may have the file

_SCHEMA: Final = """
CREATE TABLE wrapping_keys (
    generation INTEGER PRIMARY KEY, made_at TEXT NOT NULL, wrapped_by TEXT NOT NULL,
    wrapped BLOB NOT NULL
);
CREATE TABLE pages (
    id INTEGER PRIMARY KEY, kind TEXT NOT NULL, generation INTEGER NOT NULL, names TEXT NOT NULL,
    sealed BLOB NOT NULL
);
CREATE INDEX pages_by_kind ON pages (kind);
CREATE TABLE names (name TEXT PRIMARY KEY, page INTEGER NOT NULL) WITHOUT ROWID;
"""
_CHANGES: Final = "CREATE TABLE changes (count INTEGER NOT NULL, mark BLOB NOT NULL)"
_PRAGMAS: Final = (
    "journal_mode=TRUNCATE",
    "synchronous=EXTRA",
    "fullfsync=ON",
    "secure_delete=ON",
    "temp_store=MEMORY",
    "trusted_schema=OFF",
)


class Database:
    """The file, opened; and made where it is not there, if it may be."""

    def __init__(self, path: Path, *, makes: bool = True) -> None:
        self.path = path
        with translated(path):
            if makes:
                _make(path)
            elif not path.exists():
                raise DataKeysMisconfiguredError(without_store(str(path)))
            self._file = _identity(path)
            self._reader, self._writer = _connected(path), _connected(path)
        self._reading, self._writing = CapacityLimiter(1), CapacityLimiter(1)
        self._seen, self._seeing = (0, b""), Lock()
        try:
            with translated(path):
                _transaction(self._writer, "BEGIN IMMEDIATE", _migrate)
        except BaseException:
            self.close()
            raise

    async def read(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run in a thread what reads, all of it at one moment."""
        return await to_thread.run_sync(self._read, work, limiter=self._reading)

    async def write(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run in a thread what writes: all of it is on the disk on return, or nothing of it."""
        return await to_thread.run_sync(self._write, work, limiter=self._writing)

    def close(self) -> None:
        """Close both connections; nothing may be under way."""
        self._reader.close()
        self._writer.close()

    def _read(self, work: Callable[[sqlite3.Connection], T]) -> T:
        with translated(self.path):
            self._check_file()
            return self._followed(self._reader, "BEGIN", work)

    def _write(self, work: Callable[[sqlite3.Connection], T]) -> T:
        with translated(self.path):
            self._check_file()
            return self._followed(self._writer, "BEGIN IMMEDIATE", work)

    def _check_file(self) -> None:
        """Refuse to go on in a file that has no name any more: what is written there is lost."""
        if _identity(self.path) != self._file:
            raise self._replaced()

    def _followed(
        self, connection: sqlite3.Connection, begin: str, work: Callable[[sqlite3.Connection], T]
    ) -> T:
        """Run work where the count of changes is no less than it was: else it is an older copy."""
        before = self._seen

        def follow(connection: sqlite3.Connection) -> tuple[T, tuple[int, bytes]]:
            seen = connection.execute("SELECT count, mark FROM changes").fetchone()
            if seen[0] < before[0] or (seen[0] == before[0] and seen != before):
                raise self._replaced()
            changes = connection.total_changes
            done = work(connection)
            if connection.total_changes > changes:
                seen = (seen[0] + 1, os.urandom(16))
                connection.execute("UPDATE changes SET count = ?, mark = ?", seen)
            return done, seen

        done, seen = _transaction(connection, begin, follow)
        with self._seeing:
            self._seen = max(self._seen, seen, key=itemgetter(0))
        return done

    def _replaced(self) -> DataKeysMisconfiguredError:
        return DataKeysMisconfiguredError(
            f"{self.path} was removed or replaced while it was in use; restart every process "
            "that uses it."
        )


def _transaction(
    connection: sqlite3.Connection, begin: str, work: Callable[[sqlite3.Connection], T]
) -> T:
    connection.execute(begin)
    try:
        done = work(connection)
        connection.execute("COMMIT")
    except BaseException:
        with suppress(sqlite3.Error):  # SQLite has rolled back what it could not write
            connection.execute("ROLLBACK")
        raise
    return done


def _make(path: Path) -> None:
    """Make the file readable by the service's user only: SQLite would ask the umask."""
    if not path.parent.is_dir():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        if os.name != "nt":  # a directory cannot be opened there
            handle = os.open(path.parent, os.O_RDONLY)
            os.fsync(handle)
            os.close(handle)


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino


def _connected(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(
        path, timeout=_PATIENCE, isolation_level=None, check_same_thread=False
    )
    for pragma in _PRAGMAS:
        with closing(connection.execute(f"PRAGMA {pragma}")) as answer:
            answer.fetchall()
    return connection


def _migrate(connection: sqlite3.Connection) -> None:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version > VERSION:
        raise DataKeysMisconfiguredError(
            "The store of the data keys was written by a newer version of Candid; run that one."
        )
    if version == 0:
        for statement in filter(str.strip, _SCHEMA.split(";")):
            connection.execute(statement)
    if version < VERSION:
        connection.execute(_CHANGES)
        connection.execute("INSERT INTO changes VALUES (1, ?)", (os.urandom(16),))
        connection.execute(f"PRAGMA user_version={VERSION}")

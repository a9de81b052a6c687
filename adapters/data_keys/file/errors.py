"""SQLite's errors in the core's words."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.domain.errors import DataKeysMisconfiguredError, DataKeysUnavailableError

_DAMAGED = ("SQLITE_CORRUPT", "SQLITE_NOTADB", "SQLITE_FORMAT")
_REFUSED = ("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM", "SQLITE_AUTH")
_BUSY = ("SQLITE_BUSY", "SQLITE_LOCKED")


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Raise the core's error for what SQLite and the file system raise."""
    try:
        yield
    except sqlite3.Error as error:
        raise _core_error(error, path) from error
    except (PermissionError, FileExistsError, NotADirectoryError) as error:
        raise DataKeysMisconfiguredError(_refused(path, error.strerror)) from error
    except OSError as error:
        raise DataKeysUnavailableError(_now(path, error.strerror)) from error


def _core_error(error: sqlite3.Error, path: Path) -> Exception:
    name = getattr(error, "sqlite_errorname", None) or type(error).__name__
    if name.startswith(_DAMAGED):
        return DataKeysMisconfiguredError(
            f"The store of the data keys, {path}, is damaged ({name}). Put a copy of it back; "
            "docs/encryption.md says how."
        )
    if name.startswith(_REFUSED):
        return DataKeysMisconfiguredError(_refused(path, name))
    if name.startswith(_BUSY):
        return DataKeysUnavailableError(_now(path, "another process has it for too long"))
    return DataKeysUnavailableError(_now(path, str(error)))


def _refused(path: Path, reason: object) -> str:
    return (
        f"The store of the data keys, {path}, cannot be opened for writing ({reason}): give the "
        "service's user that file and its directory, or set CANDID_DATA_KEYS__PATH."
    )


def _now(path: Path, reason: object) -> str:
    return f"The store of the data keys, {path}, cannot be used now: {reason}. Try again."

"""The wrapping keys in the file, as they are kept: wrapped."""

import sqlite3
from collections.abc import Iterable
from datetime import datetime

from adapters.key_wrapping import WrappingKey
from app.ports.key_wrapping import WrappingGeneration


def kept_wrapping_keys(connection: sqlite3.Connection) -> list[WrappingKey]:
    """Return the wrapping keys, oldest first."""
    rows = connection.execute(
        "SELECT generation, made_at, wrapped_by, wrapped FROM wrapping_keys ORDER BY generation"
    )
    return [
        WrappingKey(number, datetime.fromisoformat(made_at), by, wrapped)
        for number, made_at, by, wrapped in rows
    ]


def holds_pages(connection: sqlite3.Connection) -> bool:
    """Say whether there is a data key."""
    return connection.execute("SELECT 1 FROM pages LIMIT 1").fetchone() is not None


def keep_next(connection: sqlite3.Connection, key: WrappingKey) -> bool:
    """Keep a wrapping key that follows the newest one; False where another was faster."""
    (newest,) = connection.execute("SELECT max(generation) FROM wrapping_keys").fetchone()
    if key.generation != (newest or 0) + 1:
        return False
    connection.execute(
        "INSERT INTO wrapping_keys VALUES (?, ?, ?, ?)",
        (key.generation, key.made_at.isoformat(), key.wrapped_by, key.wrapped),
    )
    return True


def replace(connection: sqlite3.Connection, keys: Iterable[WrappingKey]) -> int:
    """Write keys over those of their generation that are still there."""
    rows = [(one.wrapped_by, one.wrapped, one.generation) for one in keys]
    return connection.executemany(
        "UPDATE wrapping_keys SET wrapped_by = ?, wrapped = ? WHERE generation = ?", rows
    ).rowcount


def remove_unused(connection: sqlite3.Connection) -> list[int]:
    """Remove those that wrap no page, but for the newest, which wraps the next one."""
    rows = connection.execute(
        "DELETE FROM wrapping_keys WHERE generation NOT IN (SELECT generation FROM pages) "
        "AND generation < (SELECT max(generation) FROM wrapping_keys) RETURNING generation"
    )
    return sorted(number for (number,) in rows)


def kinds(connection: sqlite3.Connection) -> dict[str, int]:
    """Count the data keys of each kind."""
    return dict(
        connection.execute(
            "SELECT kind, count(*) FROM names JOIN pages ON id = page GROUP BY kind ORDER BY kind"
        ).fetchall()
    )


def generations(connection: sqlite3.Connection) -> list[WrappingGeneration]:
    """Return the wrapping keys with the number of data keys that each wraps."""
    used = dict(
        connection.execute(
            "SELECT generation, count(*) FROM names JOIN pages ON id = page GROUP BY generation"
        ).fetchall()
    )
    return [
        WrappingGeneration(one.generation, one.made_at, one.wrapped_by, used.get(one.generation, 0))
        for one in kept_wrapping_keys(connection)
    ]

"""What is done to the pages of data keys, each function within one transaction."""

import secrets
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final, TypeVar

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from adapters.key_wrapping import (
    KEY,
    Page,
    Ring,
    kind_of,
    names_of,
    sealed_page,
    unsealed_page,
    unsealed_pairs,
)
from app.domain.errors import DataKeysMisconfiguredError

T = TypeVar("T")
Work = Callable[[Ring, sqlite3.Connection], T]
"""What is done in one transaction with the wrapping keys that are known."""

SIZE: Final = 64
"""Keys of a page: destroying one writes the others anew, some 6 KB."""

_LAST: Final = "\U0010ffff"
"""Follows every character that a name has."""


_DAMAGED: Final = (
    "The store of the data keys is damaged: a page lacks keys that its index names. Put a copy of "
    "it back; docs/encryption.md says how."
)


class OutdatedRingError(Exception):
    """Another process has made a wrapping key that is not known here yet."""


def check_newest(connection: sqlite3.Connection, ring: Ring) -> None:
    """Raise OutdatedRingError unless the newest wrapping key of the store is the ring's."""
    (newest,) = connection.execute("SELECT max(generation) FROM wrapping_keys").fetchone()
    if newest != ring.newest:
        raise OutdatedRingError


def opened(page: Page, ring: Ring) -> dict[str, bytes]:
    """Return the keys of a page; OutdatedRingError where its wrapping key is not known."""
    return unsealed_page(page, _cipher(page, ring))


def find(connection: sqlite3.Connection, ring: Ring, names: Sequence[str]) -> dict[str, bytes]:
    """Return the keys there are of these names."""
    found = dict[str, bytes]()
    for number, wanted in _pages_of(connection, names).items():
        keys = opened(_page(connection, number), ring)
        if not wanted <= keys.keys():
            raise DataKeysMisconfiguredError(_DAMAGED)
        found.update((name, keys[name]) for name in wanted)
    return found


def find_all(connection: sqlite3.Connection, ring: Ring, start: str) -> dict[str, bytes]:
    """Return every key whose name begins so."""
    kind, between, rest = start.partition("/")
    statement = "SELECT generation, names, sealed FROM pages"
    rows = (
        connection.execute(f"{statement} WHERE kind = ?", (kind,))
        if between
        else connection.execute(statement)
    )
    found = dict[str, bytes]()
    for row in rows:
        page = Page(*row)
        found.update(unsealed_pairs(page, _cipher(page, ring)))
    if rest or not between:
        return {name: key for name, key in found.items() if name.startswith(start)}
    return found


def make(connection: sqlite3.Connection, ring: Ring, names: Sequence[str]) -> dict[str, bytes]:
    """Return the key of each name, made where there is none."""
    check_newest(connection, ring)
    found = find(connection, ring, names)
    by_kind = defaultdict[str, dict[str, bytes]](dict)
    for name in names:
        if name not in found:
            by_kind[kind_of(name)][name] = secrets.token_bytes(KEY)
    for kind, made in by_kind.items():
        _add(connection, ring, kind, made)
        found.update(made)
    return found


def destroy(connection: sqlite3.Connection, ring: Ring, names: Sequence[str]) -> None:
    """Write the pages of these names anew without them."""
    check_newest(connection, ring)
    for number, gone in _pages_of(connection, names).items():
        keys = opened(_page(connection, number), ring)
        left = {name: key for name, key in keys.items() if name not in gone}
        if left:
            _replace(connection, number, sealed_page(left, ring))
        else:
            connection.execute("DELETE FROM pages WHERE id = ?", (number,))
        connection.executemany("DELETE FROM names WHERE name = ?", ((name,) for name in gone))


def list_names(
    connection: sqlite3.Connection, start: str, after: str | None, limit: int
) -> list[str]:
    """Return names that begin so and follow `after`, in ascending order."""
    rows = connection.execute(
        "SELECT name FROM names WHERE name >= ? AND name > ? AND name < ? ORDER BY name LIMIT ?",
        (start, after or "", start + _LAST, limit),
    )
    return [name for (name,) in rows]


def rewrap(connection: sqlite3.Connection, ring: Ring, pages: int) -> int:
    """Wrap so many pages by the newest wrapping key; return how many keys these were."""
    check_newest(connection, ring)
    rows = connection.execute(
        "SELECT id, generation, names, sealed FROM pages WHERE generation <> ? LIMIT ?",
        (ring.newest, pages),
    ).fetchall()
    done = 0
    for number, *page in rows:
        keys = opened(Page(*page), ring)
        _replace(connection, number, sealed_page(keys, ring))
        done += len(keys)
    return done


def _cipher(page: Page, ring: Ring) -> AESGCM:
    cipher = ring.ciphers.get(page.generation)
    if cipher is None:
        raise OutdatedRingError
    return cipher


def _add(connection: sqlite3.Connection, ring: Ring, kind: str, made: Mapping[str, bytes]) -> None:
    """Fill the last page of the kind, and new ones."""
    left = list(made.items())
    last = connection.execute(
        "SELECT id, generation, names, sealed FROM pages WHERE kind = ? ORDER BY id DESC LIMIT 1",
        (kind,),
    ).fetchone()
    if last is not None and (room := SIZE - len(names_of(last[2]))) > 0:
        page = sealed_page({**opened(Page(*last[1:]), ring), **dict(left[:room])}, ring)
        _replace(connection, last[0], page)
        _name(connection, (name for name, _ in left[:room]), last[0])
        left = left[room:]
    for at in range(0, len(left), SIZE):
        page = sealed_page(dict(left[at : at + SIZE]), ring)
        number = connection.execute(
            "INSERT INTO pages (kind, generation, names, sealed) VALUES (?, ?, ?, ?)",
            (kind, page.generation, page.names, page.sealed),
        ).lastrowid
        _name(connection, names_of(page.names), number)


def _name(connection: sqlite3.Connection, names: Iterable[str], number: int | None) -> None:
    connection.executemany("INSERT INTO names VALUES (?, ?)", ((name, number) for name in names))


def _replace(connection: sqlite3.Connection, number: int, page: Page) -> None:
    connection.execute(
        "UPDATE pages SET generation = ?, names = ?, sealed = ? WHERE id = ?",
        (page.generation, page.names, page.sealed, number),
    )


def _page(connection: sqlite3.Connection, number: int) -> Page:
    row = connection.execute(
        "SELECT generation, names, sealed FROM pages WHERE id = ?", (number,)
    ).fetchone()
    if row is None:
        raise DataKeysMisconfiguredError(_DAMAGED)
    return Page(*row)


def _pages_of(connection: sqlite3.Connection, names: Iterable[str]) -> dict[int, set[str]]:
    found = defaultdict[int, set[str]](set)
    for name in names:
        row = connection.execute("SELECT page FROM names WHERE name = ?", (name,)).fetchone()
        if row is not None:
            found[row[0]].add(name)
    return found

"""Data keys in one SQLite file, used by every process of one machine."""

import sqlite3
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Final, TypeVar

from anyio import to_thread
from typing_extensions import override

from adapters.data_keys.file import pages
from adapters.data_keys.file.database import Database
from adapters.data_keys.file.pages import OutdatedRingError, Work
from adapters.data_keys.file.wrapping import FileKeyWrapping
from adapters.data_keys.file.wrapping_keys import holds_pages, keep_next, kept_wrapping_keys
from adapters.key_wrapping import (
    EncryptionKeys,
    Ring,
    checked,
    new_wrapping_key,
    unlocked,
    without_store,
    without_wrapping_keys,
)
from app.domain.errors import DataKeysMisconfiguredError
from app.ports.data_keys import DataKeys, KeyNames
from app.ports.key_wrapping import KeyWrapping

T = TypeVar("T")

NAMES_OF_A_PAGE: Final = 10_000
_ATTEMPTS: Final = 3


@asynccontextmanager
async def opened_file_data_keys(
    path: Path, keys: EncryptionKeys, *, makes: bool = True
) -> AsyncGenerator["FileDataKeys"]:
    """Open the store in this file, made where there is none, if it may be.

    Raises DataKeysMisconfiguredError and DataKeysUnavailableError; a key-encryption key that is not
    the store's changes nothing.
    """
    database = await to_thread.run_sync(partial(Database, path, makes=makes))
    try:
        ring = await (_first_ring if makes else _ring)(database, keys)
        yield FileDataKeys(database, keys, ring)
    finally:
        database.close()


class FileDataKeys(DataKeys):
    """Keeps pages of wrapped keys; what is destroyed is overwritten."""

    def __init__(self, database: Database, keys: EncryptionKeys, ring: Ring) -> None:
        self._database = database
        self._keys = keys
        self._ring = ring

    @property
    def wrapping(self) -> KeyWrapping:
        """Return what changes how the keys are wrapped."""
        return FileKeyWrapping(self._database, self._keys, self._written)

    @override
    async def made(self, names: Iterable[str]) -> Mapping[str, bytes]:
        asked = checked(names)
        found = await self.of(asked)
        if len(found) == len(asked):
            return found
        return await self._written(lambda ring, db: pages.make(db, ring, asked))

    @override
    async def of(self, names: Iterable[str]) -> Mapping[str, bytes]:
        asked = list(dict.fromkeys(names))
        return await self._read(lambda ring, db: pages.find(db, ring, asked))

    @override
    async def all_of(self, start: str) -> Mapping[str, bytes]:
        return await self._read(lambda ring, db: pages.find_all(db, ring, start))

    @override
    async def destroy(self, names: Sequence[str]) -> None:
        await self._written(lambda ring, db: pages.destroy(db, ring, names))

    @override
    async def names(self, start: str, after: str | None) -> KeyNames:
        limit = NAMES_OF_A_PAGE + 1
        found = await self._database.read(lambda db: pages.list_names(db, start, after, limit))
        items = tuple(found[:NAMES_OF_A_PAGE])
        return KeyNames(items, items[-1] if len(found) == limit else None)

    @override
    async def ping(self) -> None:
        await self._written(lambda ring, db: pages.check_newest(db, ring))

    async def _read(self, work: Work[T]) -> T:
        return await self._in_ring(self._database.read, work)

    async def _written(self, work: Work[T]) -> T:
        return await self._in_ring(self._database.write, work)

    async def _in_ring(
        self,
        run: Callable[[Callable[[sqlite3.Connection], T]], Awaitable[T]],
        work: Work[T],
    ) -> T:
        """Run work with the wrapping keys there are, also those of another process's rotation."""
        for _ in range(_ATTEMPTS):
            try:
                return await run(partial(work, self._ring))
            except OutdatedRingError:
                self._ring = await _ring(self._database, self._keys)
        raise DataKeysMisconfiguredError(
            f"Data keys in {self._database.path} are wrapped by a wrapping key that is not there. "
            "Put a copy of the store back; docs/encryption.md says how."
        )


async def _first_ring(database: Database, keys: EncryptionKeys) -> Ring:
    """Open the wrapping keys, made at first start."""
    if not await database.read(kept_wrapping_keys) and not await database.read(holds_pages):
        await keys.current.prepare()
        first = await new_wrapping_key(1, keys.current)
        await database.write(lambda db: keep_next(db, first))
    return await _ring(database, keys)


async def _ring(database: Database, keys: EncryptionKeys) -> Ring:
    if not (kept := await database.read(kept_wrapping_keys)):
        lost = await database.read(holds_pages)
        told = (without_wrapping_keys if lost else without_store)(str(database.path))
        raise DataKeysMisconfiguredError(told)
    return await unlocked(kept, keys, str(database.path))

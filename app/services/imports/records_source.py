"""What is on record here as the source of an import: to read it all again."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

from typing_extensions import override

from app.domain.errors import (
    PhotoMissingError,
    PhotoStoreMisconfiguredError,
    PhotoStoreUnavailableError,
    RecordsUnavailableError,
    SourceUnavailableError,
)
from app.domain.imports import ImportSource, NewItem
from app.domain.record import PhotoRecord
from app.ports.photo_source import PhotoSource, SourcePage
from app.ports.photo_store import PhotoStore
from app.ports.records import Records

_PAGE = 1_000


@dataclass(frozen=True, slots=True)
class RecordsSource(PhotoSource):
    """Lists the photos that are kept, in the order of their ids; `location` is the store's key."""

    records: Records
    store: PhotoStore
    since: datetime | None = None

    @override
    async def page(self, after: str | None) -> SourcePage:
        try:
            async with self.records.view() as view:
                known = await view.photos.page(after, _PAGE)
        except RecordsUnavailableError as error:
            raise SourceUnavailableError(str(error)) from error
        items = tuple(
            _item(record, record.photo_key)
            for record in known
            if record.photo_key and (self.since is None or record.changed_at >= self.since)
        )
        last = known[-1].external_image_id if len(known) == _PAGE else None
        return SourcePage(items, last)

    @override
    async def photo(self, item: str) -> bytes:
        try:
            photo = await self.store.get(item) or await self._replaced(item)
        except (PhotoStoreUnavailableError, PhotoStoreMisconfiguredError) as error:
            raise SourceUnavailableError(str(error)) from error
        except RecordsUnavailableError as error:
            raise SourceUnavailableError(str(error)) from error
        if photo is None:
            raise PhotoMissingError
        return photo

    async def _replaced(self, key: str) -> bytes | None:
        """Return the photo that took the place of the one that was listed."""
        external_image_id, _, _ = key.partition("/")
        async with self.records.view() as view:
            record = await view.photos.get(external_image_id)
        if record is None or record.photo_key in {None, key}:
            return None
        return await self.store.get(record.photo_key or "")


@asynccontextmanager
async def open_records_source(
    records: Records, store: PhotoStore, _: ImportSource, since: datetime | None
) -> AsyncIterator[PhotoSource]:
    """Open what is on record; nothing has to be opened for it."""
    yield RecordsSource(records, store, since)


def _item(record: PhotoRecord, key: str) -> NewItem:
    taken_at = record.standing.taken_at
    return NewItem(record.external_image_id, key, record.view, taken_at)

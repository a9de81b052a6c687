"""Photo sources in memory, which can be told to fail or to hang."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime

import anyio
from typing_extensions import override

from app.domain.errors import CandidError, PhotoMissingError, SourceUnusableError
from app.domain.imports import ImportSource, NewItem
from app.ports.photo_source import PhotoSource, PhotoSources, SourcePage, checked_photo

HANG = "hang"
"""In the place of an error: the call never returns."""


@dataclass(slots=True)
class Trouble:
    """What goes wrong with a page or a photo; after so many `times` it is over, None: never."""

    error: CandidError | str  # or HANG
    times: int | None = None


class FakePhotoSource(PhotoSource):
    """Lists `items` in pages, and has their `photos` by location.

    Troubles are by cursor (None: the first page) and by location. The cursor is the number of
    items before it, so `items` may be changed between pages as a live system's listing does.
    """

    def __init__(
        self, items: Sequence[NewItem], photos: Mapping[str, bytes], *, page_size: int = 1000
    ) -> None:
        self.items = list(items)
        self.photos = dict(photos)
        self.page_size = page_size
        self.page_troubles: dict[str | None, Trouble] = {}
        self.photo_troubles: dict[str, Trouble] = {}
        self.pages_asked: list[str | None] = []
        self.photos_asked: list[str] = []

    @override
    async def page(self, after: str | None) -> SourcePage:
        self.pages_asked.append(after)
        await _suffer(self.page_troubles.get(after))
        start = int(after or 0)
        end = start + self.page_size
        return SourcePage(tuple(self.items[start:end]), str(end) if end < len(self.items) else None)

    @override
    async def photo(self, item: str) -> bytes:
        self.photos_asked.append(item)
        await _suffer(self.photo_troubles.get(item))
        if item not in self.photos:
            raise PhotoMissingError
        return checked_photo(self.photos[item])


@dataclass(slots=True)
class FakePhotoSources(PhotoSources):
    """Opens the source of a location; one that is not known is unusable."""

    known: dict[str, FakePhotoSource]
    opened: list[tuple[ImportSource, datetime | None]] = field(default_factory=list)
    trouble: Trouble | None = None  # of opening
    now_open: int = 0

    @override
    @asynccontextmanager
    async def open(
        self, source: ImportSource, since: datetime | None
    ) -> AsyncGenerator[FakePhotoSource]:
        self.opened.append((source, since))
        await _suffer(self.trouble)
        if source.location not in self.known:
            raise SourceUnusableError("There is no such source.")
        self.now_open += 1
        try:
            yield self.known[source.location]
        finally:
            self.now_open -= 1


async def _suffer(trouble: Trouble | None) -> None:
    if trouble is None or trouble.times == 0:
        return
    if trouble.times is not None:
        trouble.times -= 1
    if isinstance(trouble.error, CandidError):
        raise trouble.error
    await anyio.sleep_forever()

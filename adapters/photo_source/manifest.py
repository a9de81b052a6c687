"""The photo source port on a manifest: a CSV or JSON Lines file of ids and paths or addresses."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import partial
from pathlib import Path
from typing import Final, Self

from anyio import to_thread
from typing_extensions import override

from adapters.photo_source.disk import LISTING_SECONDS, PHOTO_SECONDS, DiskThreads
from adapters.photo_source.fence import Fence, opening, unavailable
from adapters.photo_source.manifest_file import ManifestFile, open_manifest, place_of
from adapters.photo_source.manifest_rows import ManifestRows, is_address
from adapters.photo_source.web_photos import WebPhotos
from app.domain.errors import PhotoMissingError, SourceUnavailableError, SourceUnusableError
from app.ports.photo_source import PhotoSource, SourcePage

PAGE: Final = 1000
"""Rows in a page of a listing."""


@dataclass(frozen=True, slots=True)
class Allowed:
    """Where the photos of a manifest may lie: besides its own directory, and on the web."""

    folders: Sequence[Path] | None = None  # None: anywhere
    web: WebPhotos | None = None


class ManifestPhotoSource(PhotoSource):
    """Lists a manifest's rows, read from the file as they are needed.

    The cursor is the place of the next row and a checksum of what stands before it: a manifest
    that was changed there meanwhile is noticed; rows may be added at its end.
    """

    def __init__(
        self,
        manifest: ManifestFile,
        allowed: Allowed,
        since: datetime | None,
        zone: tzinfo,
        *,
        page_size: int = PAGE,
    ) -> None:
        directory = os.path.realpath(manifest.path.parent)
        folders = allowed.folders
        self._fence = Fence(None if folders is None else [Path(directory), *folders])
        self._rows = ManifestRows(directory, self._fence, allowed.web, zone)
        self._manifest = manifest
        self._web = allowed.web
        self._since = since
        self._page_size = page_size
        self._threads = DiskThreads()

    @classmethod
    async def opened(
        cls, path: Path, allowed: Allowed, since: datetime | None, zone: tzinfo, **sizes: int
    ) -> Self:
        """Open a manifest; raises SourceUnusableError and SourceUnavailableError."""
        return await to_thread.run_sync(partial(cls._opened, path, allowed, since, zone, **sizes))

    @classmethod
    def _opened(
        cls, path: Path, allowed: Allowed, since: datetime | None, zone: tzinfo, **sizes: int
    ) -> Self:
        with opening("The manifest", path):
            return cls(open_manifest(path), allowed, since, zone, **sizes)

    @override
    async def page(self, after: str | None) -> SourcePage:
        return await self._threads.run(LISTING_SECONDS, self._page, after)

    @override
    async def photo(self, item: str) -> bytes:
        if not is_address(item):
            return await self._threads.run(PHOTO_SECONDS, self._photo, item)
        if self._web is None:
            raise SourceUnusableError("The photo is not fetched: no web server is allowed here.")
        return await self._web.photo(item)

    def _photo(self, location: str) -> bytes:
        try:
            return self._fence.read(self._rows.path(location))
        except PhotoMissingError:
            if not self._manifest.path.exists():  # gone as a whole: a share that is away, perhaps
                raise SourceUnavailableError from None
            raise

    def _page(self, after: str | None) -> SourcePage:
        place = self._manifest.start if after is None else place_of(after)
        try:
            rows, further = self._manifest.rows(place, self._page_size)
        except OSError as error:
            raise unavailable(error) from error
        since = self._since
        items = map(self._rows.item, rows)
        meant = (item for item in items if since is None or self._rows.is_since(item, since))
        return SourcePage(tuple(meant), None if further is None else further.cursor())

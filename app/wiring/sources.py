"""Where an import finds its photos: which sources there are, and where they may lie."""

import os
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import httpx
from anyio import to_thread
from typing_extensions import override

from adapters.photo_source.fence import Fence
from adapters.photo_source.folder import FolderPhotoSource
from adapters.photo_source.manifest import Allowed, ManifestPhotoSource
from adapters.photo_source.web_photos import CONCURRENCY, WebPhotos
from adapters.photo_source.zip import ZipPhotoSource
from app.domain.errors import SourceUnusableError
from app.domain.imports import ImportSource, SourceKind
from app.ports.photo_source import PhotoSource, PhotoSources
from app.settings import PREFIX, Settings

Opener = Callable[[ImportSource, datetime | None], AbstractAsyncContextManager[PhotoSource]]
"""Opens sources of one kind, as `PhotoSources.open` does."""

_FOLDERS: Final = f"{PREFIX}IMPORTS__FOLDERS"
_SECONDS: Final = 15.0
"""That a photo's host may be silent."""


class Sources(PhotoSources):
    """Opens a source by the opener of its kind."""

    def __init__(self, openers: Mapping[SourceKind, Opener]) -> None:
        self._openers = dict(openers)

    @override
    @asynccontextmanager
    async def open(
        self, source: ImportSource, since: datetime | None
    ) -> AsyncGenerator[PhotoSource]:
        opener = self._openers.get(source.kind)
        if opener is None:
            raise SourceUnusableError(
                f"Photos cannot be imported from {source.kind} here; it is not set up."
            )
        async with opener(source, since) as opened:
            yield opened


def photo_sources(settings: Settings, further: Mapping[SourceKind, Opener]) -> Sources:
    """Return folders, manifests, ZIP files and `further` kinds of sources."""
    return Sources(
        {
            SourceKind.FOLDER: partial(_folder, settings),
            SourceKind.MANIFEST: partial(_manifest, settings),
            SourceKind.ZIP: partial(_zip, settings),
            **further,
        }
    )


@asynccontextmanager
async def _folder(
    settings: Settings, source: ImportSource, since: datetime | None
) -> AsyncGenerator[PhotoSource]:
    path = await _allowed_path(settings, source)
    yield await FolderPhotoSource.opened(path, source.pattern, since)


@asynccontextmanager
async def _zip(
    settings: Settings, source: ImportSource, since: datetime | None
) -> AsyncGenerator[PhotoSource]:
    path = await _allowed_path(settings, source)
    zone = ZoneInfo(settings.time_zone)
    async with ZipPhotoSource.opened(path, source.pattern, since, zone) as opened:
        yield opened


@asynccontextmanager
async def _manifest(
    settings: Settings, source: ImportSource, since: datetime | None
) -> AsyncGenerator[PhotoSource]:
    if source.pattern is not None:
        raise SourceUnusableError("A manifest says each photo's id; leave the pattern out.")
    path = await _allowed_path(settings, source)
    async with AsyncExitStack() as stack:
        hosts = settings.imports.hosts
        web = WebPhotos(await stack.enter_async_context(_client()), hosts) if hosts else None
        allowed = Allowed(_folders(settings), web)
        zone = ZoneInfo(settings.time_zone)
        yield await ManifestPhotoSource.opened(path, allowed, since, zone)


def _folders(settings: Settings) -> tuple[Path, ...] | None:
    """Return the directories below which sources may lie; None: anywhere."""
    folders = settings.imports.folders
    return folders if folders or settings.authentication else None


async def _allowed_path(settings: Settings, source: ImportSource) -> Path:
    """Return where a source lies, links followed; SourceUnusableError where it may not."""
    path = Path(source.location)
    if not path.is_absolute() or "\0" in source.location:
        raise SourceUnusableError(f"Give the whole path of the {source.kind}, from the root.")
    real = await to_thread.run_sync(os.path.realpath, path)
    if not await to_thread.run_sync(Fence(_folders(settings)).holds, real):
        raise SourceUnusableError(
            f"{path} does not lie in a directory that {_FOLDERS} names; add its directory there."
        )
    return Path(real)


def _client() -> httpx.AsyncClient:
    return httpx.AsyncClient(
        timeout=_SECONDS,
        limits=httpx.Limits(max_connections=CONCURRENCY),
        follow_redirects=False,
        trust_env=False,
    )

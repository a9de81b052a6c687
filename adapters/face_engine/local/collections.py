"""The local collections: one set of encoder processes, and a gallery a collection."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from typing_extensions import override

from adapters.face_engine.local.encoders import Encoders, opened_encoders
from adapters.face_engine.local.engine import LocalFaceEngine
from adapters.face_engine.local.gallery import Gallery
from adapters.face_engine.local.reading import Networks
from adapters.face_engine.local.users import LocalFaceUsers
from adapters.sandbox.pool import Sandbox
from app.domain.errors import EngineUnavailableError
from app.ports.face_collections import FaceCollections
from app.ports.gallery_feed import GalleryFeed, UserFeed


@dataclass(frozen=True, slots=True)
class Feeds:
    """What each collection follows in the records."""

    of_gallery: Callable[[str], GalleryFeed]
    of_users: Callable[[str], UserFeed]


class LocalCollections(FaceCollections):
    """Opens a gallery when its collection is first asked for, and keeps it until it is closed."""

    def __init__(self, encoders: Encoders, feeds: Feeds) -> None:
        self._encoders = encoders
        self._feeds = feeds
        self._opened: dict[str, asyncio.Task[_Opened]] = {}
        self._closed = False

    @override
    async def create(self, collection_id: str) -> str:
        """Nothing is made: the records know."""
        return self._encoders.facts.model

    @override
    async def delete(self, collection_id: str) -> None:
        """Forget the gallery; what is still being searched in it raises EngineUnavailableError."""
        if opening := self._opened.pop(collection_id, None):
            await _close(opening)

    @override
    async def engine(self, collection_id: str) -> LocalFaceEngine:
        """Return the engine on one collection; raises what the feed raises at the first use."""
        return (await self._open(collection_id)).engine

    @override
    async def users(self, collection_id: str) -> LocalFaceUsers:
        return (await self._open(collection_id)).users

    async def close(self) -> None:
        """Let every gallery go."""
        self._closed = True
        while self._opened:
            await self.delete(next(iter(self._opened)))

    async def _open(self, collection_id: str) -> "_Opened":
        """Open a collection once, whoever else is asking and whoever gives up meanwhile."""
        if self._closed:
            raise EngineUnavailableError
        opening = self._opened.get(collection_id)
        if opening is None or _has_failed(opening):
            opening = asyncio.create_task(self._begin(collection_id))
            self._opened[collection_id] = opening
        await asyncio.wait([opening])
        if opening.cancelled():
            raise EngineUnavailableError
        return opening.result()

    async def _begin(self, collection_id: str) -> "_Opened":
        facts = self._encoders.facts
        feed = self._feeds.of_gallery(collection_id)
        async with AsyncExitStack() as stack:
            gallery = await stack.enter_async_context(Gallery(feed, facts.model, facts.dimensions))
            engine = LocalFaceEngine(self._encoders, gallery)
            users = LocalFaceUsers(self._encoders, gallery, self._feeds.of_users(collection_id))
            return _Opened(engine, users, stack.pop_all())


@dataclass(frozen=True, slots=True)
class _Opened:
    """An open collection; closing the stack closes its gallery."""

    engine: LocalFaceEngine
    users: LocalFaceUsers
    stack: AsyncExitStack


@asynccontextmanager
async def open_local_collections(
    sandbox: Sandbox, networks: Networks, feeds: Feeds
) -> AsyncIterator[LocalCollections]:
    """Serve collections with the networks that the sandbox runs; leaving closes them all.

    Warm the sandbox up with `(LOAD, networks.request())`, so that each process is ready with it.
    """
    collections = LocalCollections(await opened_encoders(sandbox, networks), feeds)
    try:
        yield collections
    finally:
        await collections.close()


def _has_failed(opening: "asyncio.Task[_Opened]") -> bool:
    return opening.done() and (opening.cancelled() or opening.exception() is not None)


async def _close(opening: "asyncio.Task[_Opened]") -> None:
    """Close what was opened; an opening under way is given up."""
    opening.cancel()
    await asyncio.wait([opening])
    if not _has_failed(opening):
        await opening.result().stack.aclose()

"""The local collections: one set of encoder processes, and a gallery a collection and model."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from typing_extensions import override

from adapters.face_engine.local.changing import ChangingFaceEngine, ChangingFaceUsers
from adapters.face_engine.local.description import description
from adapters.face_engine.local.encoders import Encoders, encoders_by_model
from adapters.face_engine.local.engine import LocalFaceEngine
from adapters.face_engine.local.gallery import Gallery
from adapters.face_engine.local.reading import Networks
from adapters.face_engine.local.serving import ServingOfGalleries
from adapters.face_engine.local.users import LocalFaceUsers
from adapters.sandbox.pool import Sandbox
from app.domain.errors import EngineUnavailableError
from app.ports.face_collections import FaceCollections
from app.ports.face_engine import EngineDescription
from app.ports.gallery_feed import GalleryFeed, UserFeed


@dataclass(frozen=True, slots=True)
class Feeds:
    """What each collection follows in the records."""

    of_gallery: Callable[[str], GalleryFeed]
    of_users: Callable[[str], UserFeed]


class LocalCollections(FaceCollections):
    """Opens a gallery when its collection is first asked for, and keeps it until it is closed.

    During a change of the model there are two: the collection's records say which one is served.
    """

    def __init__(self, encoders: Mapping[str, Encoders], feeds: Feeds) -> None:
        """Take what reads photos by model: that of the settings, and the next one if there is."""
        self._encoders = encoders
        self._feeds = feeds
        self._opened: dict[str, asyncio.Task[_Opened]] = {}
        self._closed = False

    @override
    async def create(self, collection_id: str) -> str:
        """Nothing is made: the records know. The newest model outlives a change to it."""
        return list(self._encoders)[-1]

    @override
    async def delete(self, collection_id: str) -> None:
        """Forget the gallery; what is still being searched in it raises EngineUnavailableError."""
        if opening := self._opened.pop(collection_id, None):
            await _close(opening)

    @override
    async def engine(self, collection_id: str) -> ChangingFaceEngine:
        """Return the engine on one collection; raises what the feed raises at the first use."""
        return (await self._open(collection_id)).engine

    @override
    async def users(self, collection_id: str) -> ChangingFaceUsers:
        return (await self._open(collection_id)).users

    async def next_engine(self, collection_id: str) -> LocalFaceEngine | None:
        """Return the engine of the next model on one collection, whichever is served."""
        engines = (await self._open(collection_id)).engines
        return engines[list(engines)[-1]] if len(engines) > 1 else None

    def descriptions(self) -> Sequence[EngineDescription]:
        """Describe the model of the settings, and the next one if there is."""
        return [description(encoders.facts) for encoders in self._encoders.values()]

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
        galleries, engines, users = dict[str, Gallery](), dict[str, LocalFaceEngine](), {}
        async with AsyncExitStack() as stack:
            for model, encoders in self._encoders.items():
                feed = self._feeds.of_gallery(collection_id)
                gallery = Gallery(feed, model, encoders.facts.dimensions)
                galleries[model] = await stack.enter_async_context(gallery)
                engines[model] = LocalFaceEngine(encoders, gallery)
                of_users = self._feeds.of_users(collection_id)
                users[model] = LocalFaceUsers(encoders, gallery, of_users)
            serving = ServingOfGalleries(galleries)
            engine = ChangingFaceEngine(engines, serving)
            return _Opened(engine, ChangingFaceUsers(users, serving), engines, stack.pop_all())


@dataclass(frozen=True, slots=True)
class _Opened:
    """An open collection; closing the stack closes its galleries."""

    engine: ChangingFaceEngine
    users: ChangingFaceUsers
    engines: Mapping[str, LocalFaceEngine]
    stack: AsyncExitStack


@asynccontextmanager
async def open_local_collections(
    sandbox: Sandbox, networks: Sequence[Networks], feeds: Feeds
) -> AsyncIterator[LocalCollections]:
    """Serve collections with the networks that the sandbox runs; leaving closes them all.

    `networks` are those of the settings, and the next ones if there are. Warm the sandbox up with
    `warm_up(networks)`, so that each process is ready with them.
    """
    collections = LocalCollections(await encoders_by_model(sandbox, networks), feeds)
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

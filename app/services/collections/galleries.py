"""The collections as every call about one finds them: engine, records, model, images."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TypeVar

from app.domain.booking import RecordStatus
from app.domain.collection import Collection
from app.domain.errors import (
    CollectionModelError,
    CollectionNotFoundError,
    EngineMisconfiguredError,
    EngineUnavailableError,
    FaceNotHeldError,
)
from app.ports.face_collections import FaceCollections
from app.ports.face_engine import EngineDescription, FaceEngine
from app.ports.object_source import ObjectSource
from app.ports.records import Records, RecordsOfCollections
from app.services.collections.call import Image

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Gallery:
    """One collection, open."""

    collection: Collection
    engine: FaceEngine
    description: EngineDescription
    records: Records

    async def check_may_be_searched(self, face_id: str) -> None:
        """Raise FaceNotHeldError for a face that is not there or whose record may not be shown."""
        async with self.records.view() as view:
            face = (await view.faces.of([face_id])).get(face_id)
        if face is None or face.standing.status is not RecordStatus.ACTIVE:
            raise FaceNotHeldError


@dataclass(frozen=True, slots=True)
class Galleries:
    """Every collection of the engine, with its records; `own` is the service's."""

    collections: FaceCollections
    records: RecordsOfCollections
    objects: ObjectSource
    own: str

    async def known(self, collection_id: str) -> Collection:
        """Return what is on record of a collection; CollectionNotFoundError."""
        async with self.records.of(collection_id).view() as view:
            collection = await view.collections.get(collection_id)
        if collection is None:
            raise CollectionNotFoundError
        return collection

    async def opened(self, collection_id: str) -> Gallery:
        """Open a collection for indexing or searching.

        Raises CollectionNotFoundError, and CollectionModelError where its faces do not compare
        with what the engine makes now.
        """
        collection = await self.known(collection_id)
        engine = await self.collections.engine(collection_id)
        description = await engine.describe()
        if collection.model != description.model:  # switched between the two looks, perhaps
            collection, description = await self.known(collection_id), await engine.describe()
        if collection.model != description.model:
            raise CollectionModelError(collection_id, collection.model, description.model)
        return Gallery(collection, engine, description, self.records.of(collection_id))

    async def steadily(
        self, collection_id: str, work: Callable[[Gallery], Awaitable[Result]]
    ) -> tuple[Gallery, Result]:
        """Open a collection and return what comes of work with it, all done with one model.

        The model may be switched at any moment; then the work is done again with the new one.
        Raises what `opened` and the work raise.
        """
        while True:
            gallery = await self.opened(collection_id)
            result = await work(gallery)
            if (await gallery.engine.describe()).model == gallery.description.model:
                return gallery, result

    @asynccontextmanager
    async def still_there(self, collection_id: str) -> AsyncGenerator[None]:
        """Tell what the engine cannot do because the collection was deleted meanwhile.

        Raises CollectionNotFoundError instead.
        """
        try:
            yield
        except (EngineUnavailableError, EngineMisconfiguredError):
            await self.known(collection_id)
            raise

    async def photo(self, image: Image) -> bytes:
        """Return an image's bytes; ObjectNotReadableError and PhotoStoreUnavailableError."""
        if isinstance(image, bytes):
            return image
        return await self.objects.read(image.bucket, image.name, image.version)

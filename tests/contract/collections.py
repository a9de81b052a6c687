"""The face collections that the contract suite runs on; a new adapter is one more entry."""

from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from uuid import UUID

import aioboto3
from prometheus_client import CollectorRegistry
from typing_extensions import override

from adapters.face_engine.local.collections import Feeds, open_local_collections
from adapters.face_engine.local.encoder import Encoder
from adapters.face_engine.local.models import install_models
from adapters.face_engine.local.reading import LOAD, Networks
from adapters.face_engine.metered import EngineMetrics, MeteredFaceCollections
from adapters.face_engine.rekognition.collections import RekognitionCollections
from adapters.face_engine.rekognition.service import Rekognition
from adapters.sandbox import Sandbox
from app.domain.face import EnrolledFace
from app.ports.face_collections import FaceCollections, FaceUsers, ListedCollections
from app.ports.face_engine import FaceEngine
from tests.contract.engines import Photos, drawn_photos, real_photos
from tests.contract.wire import Wire
from tests.fakes_collections import FakeFaceCollections
from tests.gallery.feeds import MemoryFeed, MemoryUserFeed
from tests.kept import MODELS
from tests.rekognition.real_faces import RealFaces
from tests.rekognition_stub import RekognitionStub


class NoRecords:
    """What the service would write down; nothing, where the engine holds everything itself."""

    def keep(self, collection_id: str, face: EnrolledFace) -> None:
        """Let a face count."""

    def forget(self, collection_id: str, face_id: str) -> None:
        """Let a face count no more."""

    def associate(self, collection_id: str, user_id: str, face_ids: tuple[str, ...]) -> None:
        """Let faces count for a user."""

    def disassociate(self, collection_id: str, user_id: str, face_ids: tuple[str, ...]) -> None:
        """Let faces count for a user no more."""

    def drop(self, collection_id: str) -> None:
        """Forget a collection."""


@dataclass
class MemoryRecords(NoRecords):
    """What an engine that holds no face follows."""

    galleries: dict[str, MemoryFeed] = field(default_factory=lambda: defaultdict(MemoryFeed))
    users: dict[str, MemoryUserFeed] = field(default_factory=lambda: defaultdict(MemoryUserFeed))

    @override
    def keep(self, collection_id: str, face: EnrolledFace) -> None:
        assert face.template is not None
        self.galleries[collection_id].put(UUID(face.face_id), face.template)

    @override
    def forget(self, collection_id: str, face_id: str) -> None:
        self.galleries[collection_id].remove(face_id)

    @override
    def associate(self, collection_id: str, user_id: str, face_ids: tuple[str, ...]) -> None:
        self.users[collection_id].associate(user_id, *face_ids)

    @override
    def disassociate(self, collection_id: str, user_id: str, face_ids: tuple[str, ...]) -> None:
        self.users[collection_id].disassociate(user_id, *face_ids)

    @override
    def drop(self, collection_id: str) -> None:
        self.galleries.pop(collection_id, None)
        self.users.pop(collection_id, None)


@dataclass(frozen=True)
class TriedCollections:
    """Face collections, photos for them, and what the records would say."""

    collections: FaceCollections
    photos: Photos
    records: NoRecords
    listed: ListedCollections | None = None  # the same, where the engine itself knows them


@dataclass(frozen=True)
class Place:
    """One collection, which nobody used before."""

    tried: TriedCollections
    name: str

    @property
    def photos(self) -> Photos:
        return self.tried.photos

    async def engine(self) -> FaceEngine:
        return await self.tried.collections.engine(self.name)

    async def users(self) -> FaceUsers:
        return await self.tried.collections.users(self.name)

    async def enrol(
        self, photo: bytes, external_image_id: str | None = None, most: int = 100
    ) -> list[str]:
        """Enrol the faces of a photo; return their ids."""
        engine = await self.engine()
        enrolled = await engine.enrol_all(photo, external_image_id, most, filtered=True)
        for face in enrolled.kept:
            self.tried.records.keep(self.name, face)
        return [face.face_id for face in enrolled.kept]

    async def book(self) -> list[tuple[str, str]]:
        """Enrol every booking photo; return (person, face id)."""
        booked = []
        for number, (person, photo) in enumerate(self.photos.booked):
            booked += [(person, each) for each in await self.enrol(photo, f"A-{number}", 1)]
        return booked

    async def associate(self, user_id: str, *face_ids: str, floor: float = 0.0) -> None:
        """Make a user of faces that are all accepted."""
        users = await self.users()
        await users.create(user_id)
        answer = await users.associate(user_id, face_ids, floor)
        assert answer.face_ids == face_ids
        self.tried.records.associate(self.name, user_id, face_ids)

    async def disassociate(self, user_id: str, *face_ids: str) -> None:
        await (await self.users()).disassociate(user_id, face_ids)
        self.tried.records.disassociate(self.name, user_id, face_ids)


@asynccontextmanager
async def fake(_: Wire) -> AsyncIterator[TriedCollections]:
    collections = FakeFaceCollections()
    yield TriedCollections(collections, drawn_photos(), NoRecords(), collections)


@asynccontextmanager
async def local(_: Wire) -> AsyncIterator[TriedCollections]:
    photos, records = real_photos(), MemoryRecords()
    install_models(MODELS, print)
    networks = Networks(MODELS)
    feeds = Feeds(lambda name: records.galleries[name], lambda name: records.users[name])
    async with (
        Sandbox(1, 1500 * 2**20, 20.0, warm_up=[(LOAD, networks.request())]) as sandbox,
        open_local_collections(sandbox, [networks], feeds) as collections,
    ):
        yield TriedCollections(collections, photos, records)


@asynccontextmanager
async def metered(_: Wire) -> AsyncIterator[TriedCollections]:
    collections = MeteredFaceCollections(FakeFaceCollections(), EngineMetrics(CollectorRegistry()))
    yield TriedCollections(collections, drawn_photos(), NoRecords())


@asynccontextmanager
async def rekognition(_: Wire) -> AsyncIterator[TriedCollections]:
    photos = real_photos()
    stub = RekognitionStub.seeing(RealFaces(Encoder(install_models(MODELS, print))))
    session = aioboto3.Session("test", "test", region_name="us-east-1")
    with stub.serving():
        async with session.client("rekognition", endpoint_url=stub.url) as client:
            collections = RekognitionCollections(Rekognition(client))
            yield TriedCollections(collections, photos, NoRecords(), collections)


@asynccontextmanager
async def rekognition_over_the_wire(wire: Wire) -> AsyncIterator[TriedCollections]:
    async with wire.client() as client:
        collections = RekognitionCollections(Rekognition(client))
        yield TriedCollections(collections, real_photos(), NoRecords(), collections)


COLLECTIONS: dict[str, Callable[[Wire], AbstractAsyncContextManager[TriedCollections]]] = {
    "fake": fake,
    "local": local,
    "metered": metered,
    "rekognition": rekognition,
    "rekognition over the wire": rekognition_over_the_wire,
}

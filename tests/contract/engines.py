"""The face engines that the contract suite runs on, each with photos it understands."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from uuid import UUID, uuid4

import aioboto3

from adapters.face_engine.local.encoder import Encoder
from adapters.face_engine.local.engine import open_local_engine
from adapters.face_engine.local.models import install_models
from adapters.face_engine.local.reading import LOAD, Networks
from adapters.face_engine.rekognition.collection import FaceCollection
from adapters.face_engine.rekognition.engine import RekognitionFaceEngine
from adapters.face_engine.rekognition.service import Rekognition
from adapters.sandbox import Sandbox
from app.domain.face import EnrolledFace
from app.ports.face_engine import FaceEngine
from tests.contract.wire import Wire
from tests.fakes import DrawnFace, FakeFaceEngine, drawn_photo
from tests.gallery.feeds import MemoryFeed
from tests.kept import MODELS
from tests.portraits.photos import booking_and_probe, far_apart, side_by_side, without_face
from tests.rekognition.real_faces import RealFaces
from tests.rekognition_stub import RekognitionStub


@dataclass(frozen=True)
class Photos:
    """What the suite shows an engine."""

    booked: list[tuple[str, bytes]]  # person, booking photo
    probe: tuple[str, bytes]  # another photo of a booked person
    nobody: bytes
    two_alike: bytes  # two faces of about one size
    one_dominant: bytes  # two faces, the first much larger
    with_a_poor_face: bytes  # one good face, and a poor one that is smaller
    garbage: bytes


@dataclass(frozen=True)
class Tried:
    """An engine, its photos, and how the records would tell it which faces are current."""

    engine: FaceEngine
    photos: Photos
    keep: Callable[[EnrolledFace], Awaitable[None]]
    forget: Callable[[str], Awaitable[None]]


def real_photos() -> Photos:
    booked, probe = booking_and_probe()
    first, other = booked[0][1], next(photo for person, photo in booked if person != booked[0][0])
    return Photos(
        booked=booked,
        probe=probe,
        nobody=without_face(),
        two_alike=side_by_side(first, other),
        one_dominant=side_by_side(first, other, 360, zoom=1.5),
        with_a_poor_face=far_apart(first, other),
        garbage=b"this is no photo",
    )


def drawn_photos() -> Photos:
    names = ["Ada", "Bea", "Bea", "Cyn", "Dee", "Eve"]
    return Photos(
        booked=[(name, drawn_photo(name, note=str(year))) for year, name in enumerate(names)],
        probe=("Bea", drawn_photo("Bea", note="another day")),
        nobody=drawn_photo(),
        two_alike=drawn_photo("Ada", DrawnFace("Bea", 0.45)),
        one_dominant=drawn_photo("Ada", DrawnFace("Bea", 0.2)),
        with_a_poor_face=drawn_photo("Ada", DrawnFace("Bea", 0.2, dark=True)),
        garbage=b"this is no photo",
    )


@asynccontextmanager
async def fake(_: Wire) -> AsyncIterator[Tried]:
    engine = FakeFaceEngine()

    async def forget(face_id: str) -> None:
        await engine.discard([face_id])

    yield Tried(engine, drawn_photos(), _nothing, forget)


@asynccontextmanager
async def local(_: Wire) -> AsyncIterator[Tried]:
    photos, feed = real_photos(), MemoryFeed()
    install_models(MODELS, print)
    networks = Networks(MODELS)

    async def keep(face: EnrolledFace) -> None:
        assert face.template is not None
        feed.put(UUID(face.face_id), face.template)

    async def forget(face_id: str) -> None:
        feed.remove(face_id)

    async with (
        Sandbox(1, 1500 * 2**20, 20.0, warm_up=[(LOAD, networks.request())]) as sandbox,
        open_local_engine(sandbox, feed, networks) as engine,
    ):
        yield Tried(engine, photos, keep, forget)


@asynccontextmanager
async def rekognition(_: Wire) -> AsyncIterator[Tried]:
    photos = real_photos()
    stub = RekognitionStub.seeing(RealFaces(Encoder(install_models(MODELS, print))))
    session = aioboto3.Session("test", "test", region_name="us-east-1")
    with stub.serving():
        async with session.client("rekognition", endpoint_url=stub.url) as client:
            engine = RekognitionFaceEngine(Rekognition(client), "jail")
            await engine.prepare()

            async def forget(face_id: str) -> None:
                await engine.discard([face_id])

            yield Tried(engine, photos, _nothing, forget)


@asynccontextmanager
async def rekognition_over_the_wire(wire: Wire) -> AsyncIterator[Tried]:
    async with wire.client() as client:
        collection = FaceCollection(Rekognition(client), f"jail-{uuid4().hex[:8]}")
        engine = RekognitionFaceEngine(Rekognition(client), collection.collection_id)
        await engine.prepare()

        async def forget(face_id: str) -> None:
            await engine.discard([face_id])

        yield Tried(engine, real_photos(), _nothing, forget)
        await collection.delete()


async def _nothing(_: EnrolledFace) -> None:
    """The engine holds its faces itself."""


ENGINES: dict[str, Callable[[Wire], AbstractAsyncContextManager[Tried]]] = {
    "fake": fake,
    "local": local,
    "rekognition": rekognition,
    "rekognition over the wire": rekognition_over_the_wire,
}

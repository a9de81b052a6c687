"""A change of the model with real networks, records and galleries, searched all the while."""

import asyncio
import io
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial

import psycopg
import pytest
from PIL import Image, ImageOps

from adapters.face_engine.local.collections import Feeds, open_local_collections
from adapters.face_engine.local.encoders import warm_up
from adapters.face_engine.local.models import ModelFiles
from adapters.face_engine.local.reading import Networks, SiteNetwork
from adapters.portraits import Portrait
from adapters.records.postgres import (
    ConnectionPool,
    PostgresGalleryFeed,
    PostgresRecords,
    PostgresUserFeed,
    connected,
)
from adapters.sandbox import Sandbox
from app.domain.errors import EngineMisconfiguredError, NotIndexedError
from app.domain.policy_in_force import Policy
from app.domain.purpose import Purpose
from app.domain.search import SearchAnswer, SearchContext, SearchOptions
from app.ports.face_collections import FaceUsers
from app.ports.face_engine import EngineDescription, FaceEngine
from app.services.calibration.calibrated import ReadCalibration
from app.services.enrichment import Enrichment
from app.services.index_call import IndexRequest
from app.services.index_photo import IndexPhoto
from app.services.model.encode_beside import EncodeBeside
from app.services.model.forget_models import ForgetModels
from app.services.model.switch_model import SwitchModel
from app.services.open_own_collection import open_own_collection
from app.services.search_faces import SearchFaces
from app.services.search_request import SearchRequest
from app.services.sweep_intents import SweepIntents
from tests.databases import COLLECTION, DATA_KEYS, DEPLOYMENT
from tests.face_engine_local.site_networks import network
from tests.fakes import FakePhotoStore
from tests.jails import ACTOR, DEFAULT_PROFILE, removal
from tests.kept import MODELS

CONTEXT = SearchContext(Purpose.TRAINING_TEST)
KEPT = 8
"""Photos that stay as they are, and are searched for."""


@dataclass(frozen=True)
class Seen:
    """An answer, and when its search began and ended."""

    answer: SearchAnswer
    began: float
    ended: float


@dataclass
class Process:
    """What one process of the service has of its own."""

    records: PostgresRecords
    store: FakePhotoStore
    engine: FaceEngine
    users: FaceUsers
    next_engine: FaceEngine | None
    described: EngineDescription
    seen: list[Seen] = field(default_factory=list)

    @property
    def sweep(self) -> SweepIntents:
        return SweepIntents(self.engine, self.records, self.store)

    @property
    def encode(self) -> EncodeBeside:
        return EncodeBeside(self.next_engine, self.records, self.store)

    async def open_own(self) -> None:
        following = (await self.next_engine.describe()).model if self.next_engine else None
        await open_own_collection(self.records, COLLECTION, self.described, following)

    async def index(self, external_image_id: str, photo: bytes) -> str | None:
        index = IndexPhoto(self.engine, self.records, self.store, Enrichment(None, 1.0), self.sweep)
        answer = await index(IndexRequest(photo, external_image_id), ACTOR)
        return answer.record.model

    async def remove(self, external_image_id: str) -> None:
        await removal(self.sweep)(external_image_id, ACTOR)

    async def search(self, probe: bytes) -> SearchAnswer:
        search = SearchFaces(
            self.engine,
            self.records,
            Enrichment(None, 1.0),
            Policy(DEFAULT_PROFILE, authentication=True),
            ReadCalibration(self.records),
        )
        options = SearchOptions(max_candidates=5)
        return await search(SearchRequest(probe, CONTEXT, options), ACTOR)


@asynccontextmanager
async def process(
    database: str, store: FakePhotoStore, networks: list[Networks]
) -> AsyncIterator[Process]:
    async with (
        connected(database, connections=6) as pool,
        Sandbox(1, 1500 * 2**20, 20.0, warm_up=[warm_up(networks)]) as sandbox,
        open_local_collections(sandbox, networks, _feeds(pool)) as collections,
    ):
        yield Process(
            PostgresRecords(pool, COLLECTION, DEPLOYMENT),
            store,
            await collections.engine(COLLECTION),
            await collections.users(COLLECTION),
            await collections.next_engine(COLLECTION),
            collections.descriptions()[0],
        )


def _feeds(pool: ConnectionPool) -> Feeds:
    return Feeds(partial(PostgresGalleryFeed, pool, DATA_KEYS), partial(PostgresUserFeed, pool))


@pytest.fixture(scope="module")
def models(model_files: ModelFiles, tmp_path_factory: pytest.TempPathFactory) -> list[Networks]:
    """Two networks of a site's own: the one served, and the one to change to."""
    del model_files
    folder = tmp_path_factory.mktemp("networks")
    return [
        Networks(MODELS, SiteNetwork(network(folder / f"{name}.onnx", seed=seed), name))
        for seed, name in enumerate(("old-net", "new-net"), start=1)
    ]


@pytest.fixture(scope="module")
def photos(portraits: dict[str, Portrait]) -> dict[str, bytes]:
    """Portraits as they are, and in the mirror."""
    found = {name: one.path.read_bytes() for name, one in sorted(portraits.items())}
    mirrored = {f"{name}-mirrored": _mirrored(photo) for name, photo in found.items()}
    return dict(list((found | mirrored).items())[: KEPT + 4])


def _mirrored(photo: bytes) -> bytes:
    with Image.open(io.BytesIO(photo)) as opened:
        written = io.BytesIO()
        ImageOps.mirror(opened.convert("RGB")).save(written, "JPEG", quality=90)
    return written.getvalue()


async def search_on(one: Process, probes: dict[str, bytes], ended: asyncio.Event) -> None:
    """Search for one after the other; each is there, and found first."""
    while not ended.is_set():
        for name, probe in probes.items():
            began = time.monotonic()
            answer = await one.search(probe)
            one.seen.append(Seen(answer, began, time.monotonic()))
            assert answer.candidates[0].external_image_id == name


async def change(one: Process, other: Process, photos: dict[str, bytes]) -> float:
    """Read everything beside while photos come and go, and switch; return when that was over."""
    replaced, removed, added, last = list(photos)[KEPT:]
    for name in list(photos)[: KEPT + 2]:
        await other.encode(name)
    await one.index(replaced, photos[last])
    await other.remove(removed)
    await one.index(added, photos[added])
    with pytest.raises(NotIndexedError):
        await one.encode(removed)
    await asyncio.sleep(0.3)
    forget = ForgetModels(one.engine, one.records)
    after = await SwitchModel(one.records, one.encode, forget)(0, ACTOR)
    switched = time.monotonic()
    await asyncio.sleep(0.5)
    assert str(await other.index(last, photos[last])).startswith("new-net")
    await forget()
    await asyncio.sleep(0.5)
    assert after.faces == KEPT + 2
    return switched


async def test_searches_are_served_throughout_by_one_model_and_then_by_the_other(
    database: str, models: list[Networks], photos: dict[str, bytes]
) -> None:
    store, ended = FakePhotoStore(), asyncio.Event()
    probes = dict(list(photos.items())[:KEPT])
    async with process(database, store, models) as one, process(database, store, models) as other:
        await one.open_own()
        await other.open_own()
        for name in list(photos)[: KEPT + 2]:
            assert str(await one.index(name, photos[name])).startswith("old-net")
        searching = [
            asyncio.create_task(search_on(who, probes, ended)) for who in (one, other, one, other)
        ]
        switched = await change(one, other, photos)
        ended.set()
        await asyncio.gather(*searching)
        added = list(photos)[-2]
        found = await other.search(photos[added])

    assert found.candidates[0].external_image_id == added
    assert found.gallery.faces == KEPT + 3
    _check_answers([*one.seen, *other.seen], database, switched)


def _check_answers(seen: list[Seen], database: str, switched: float) -> None:
    """Hold that no answer mixes models, and that the switch was one moment for everybody."""
    with psycopg.connect(database) as connection:
        rows = connection.execute("SELECT face_id::text, model FROM faces").fetchall()
    models: dict[str, str] = dict(rows)
    for one in seen:
        faces = [candidate.face_id for candidate in one.answer.candidates]
        assert {models[face_id] for face_id in faces} == {one.answer.engine.model}
    old = [one for one in seen if one.answer.engine.model.startswith("old-net")]
    new = [one for one in seen if one.answer.engine.model.startswith("new-net")]
    assert min(len(old), len(new)) > 10
    assert len(old) + len(new) == len(seen)
    assert max(one.began for one in old) < min(one.ended for one in new)
    assert max(one.began for one in old) < switched


async def test_a_process_without_the_model_that_is_served_refuses_and_finds_nobody(
    database: str, models: list[Networks], photos: dict[str, bytes]
) -> None:
    store, name = FakePhotoStore(), next(iter(photos))
    async with (
        process(database, store, models) as one,
        process(database, store, models[:1]) as left_out,
    ):
        await one.open_own()
        await left_out.open_own()
        await left_out.index(name, photos[name])
        await left_out.search(photos[name])
        await SwitchModel(one.records, one.encode, ForgetModels(one.engine, one.records))(0, ACTOR)

        with pytest.raises(
            EngineMisconfiguredError, match=r"with the model new-net.* only old-net"
        ):
            await left_out.search(photos[name])
        with pytest.raises(EngineMisconfiguredError, match="CANDID_ENGINE__MODEL_PATH"):
            await left_out.open_own()
        with pytest.raises(EngineMisconfiguredError):
            await left_out.users.search(photos[name], most=1, floor=0.0)
        with pytest.raises(EngineMisconfiguredError, match="with the model new-net"):
            await left_out.index("another", photos[name])

    async with process(database, store, models[1:]) as restarted:
        await restarted.open_own()
        answer = await restarted.search(photos[name])
    assert answer.candidates[0].external_image_id == name


async def test_one_model_named_twice_is_refused(database: str, models: list[Networks]) -> None:
    with pytest.raises(EngineMisconfiguredError, match=r"CANDID_ENGINE__NEXT__\* names the model"):
        async with process(database, FakePhotoStore(), [models[0], models[0]]):
            pass

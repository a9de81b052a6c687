"""Index calls that end badly: what they began is undone at once, and removals stand."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest
from structlog.testing import capture_logs
from typing_extensions import override

from app.domain.errors import (
    CandidError,
    EngineUnavailableError,
    PhotoStoreUnavailableError,
    SeveralFacesError,
    TombstonedError,
)
from app.domain.face import Enrolled
from app.domain.photo import View
from app.domain.record import IndexOutcome, IndexStatus, Intent, IntentKind
from app.ports.face_engine import EngineDescription
from app.services.index_call import IndexRequest
from tests.fakes import DrawnFace, FakeFaceEngine, FakePhotoStore, drawn_photo
from tests.jails import ACTOR, Jail, lock_out

ANN = drawn_photo("Ann")
OTHER_ANN = drawn_photo("Ann", note="a newer picture")
BOTH = drawn_photo(DrawnFace("Ann", 0.4), DrawnFace("Bob", 0.3))


class SlowEngine(FakeFaceEngine):
    """Enrols, and then answers only when it is let."""

    def __init__(self, *, holds_faces: bool = True) -> None:
        super().__init__()
        self.asked, self.let = asyncio.Event(), asyncio.Event()
        self._holds_faces = holds_faces

    @override
    async def enrol(self, photo: bytes, external_image_id: str, face: int | None) -> Enrolled:
        enrolled = await super().enrol(photo, external_image_id, face)
        self.asked.set()
        await self.let.wait()
        return enrolled

    @override
    async def describe(self) -> EngineDescription:
        return EngineDescription("slow", "fake/1", "fake/1", holds_faces=self._holds_faces)


class BrokenEngine(FakeFaceEngine):
    """Takes the database with it when it breaks."""

    def __init__(self, database: str) -> None:
        super().__init__()
        self._database = database

    @override
    async def enrol(self, photo: bytes, external_image_id: str, face: int | None) -> Enrolled:
        await asyncio.to_thread(lock_out, self._database)
        raise ZeroDivisionError


@dataclass
class FullStore(FakePhotoStore):
    """Has written the photo when it finds that the disk is full."""

    error: CandidError = field(default_factory=PhotoStoreUnavailableError)

    @override
    async def put(self, key: str, photo: bytes) -> None:
        await super().put(key, photo)
        raise self.error


async def open_intents(jail: Jail, external_image_id: str = "A1") -> Sequence[Intent]:
    async with jail.records.view() as view:
        return await view.intents.of(external_image_id)


async def status_of(jail: Jail) -> IndexStatus | None:
    async with jail.records.view() as view:
        record = await view.photos.get("A1")
    return record.status if record else None


async def begun(jail: Jail, engine: SlowEngine, request: IndexRequest) -> asyncio.Task[object]:
    """Return an index call whose photo the engine has just been given."""
    jail.engine = engine
    call = asyncio.create_task(jail.services().index_photo(request, ACTOR))
    await asyncio.wait_for(engine.asked.wait(), 60)
    return call


async def test_a_removal_answered_during_a_replacement_stands(jail: Jail) -> None:
    await jail.index("A1", ANN)
    engine = SlowEngine()
    replacing = await begun(jail, engine, IndexRequest(OTHER_ANN, "A1"))

    await jail.services().remove_photo("A1", ACTOR)
    engine.let.set()
    with pytest.raises(TombstonedError):
        await replacing

    assert await status_of(jail) is IndexStatus.REMOVED
    assert [one.outcome for one in await jail.audit()] == ["answered", "answered", "tombstoned"]
    removed, in_vain = await open_intents(jail)
    assert (removed.kind, in_vain.kind) == (IntentKind.DISCARD, IntentKind.DISCARD)
    assert in_vain.face_ids == tuple(engine.held)
    assert await jail.sweep() == 2
    assert not engine.held
    assert not jail.store.photos


async def test_a_removal_answered_during_a_restoring_stands_too(jail: Jail) -> None:
    await jail.index("A1", ANN)
    await jail.services().remove_photo("A1", ACTOR)
    engine = SlowEngine()
    restoring = await begun(jail, engine, IndexRequest(OTHER_ANN, "A1", restore=True))
    jail.engine = FakeFaceEngine()
    await jail.services().index_photo(IndexRequest(ANN, "A1", restore=True), ACTOR)

    await jail.services().remove_photo("A1", ACTOR)
    engine.let.set()
    with pytest.raises(TombstonedError):
        await restoring

    assert await status_of(jail) is IndexStatus.REMOVED


async def test_a_refused_photo_leaves_no_intent_that_keeps_its_bytes(jail: Jail) -> None:
    with pytest.raises(SeveralFacesError):
        await jail.index("A1", BOTH)
    chosen = await jail.services().index_photo(IndexRequest(BOTH, "A1", face=0), ACTOR)

    await jail.services().remove_photo("A1", ACTOR)

    assert chosen.outcome is IndexOutcome.CREATED
    assert not jail.store.photos
    assert not jail.engine.held
    assert await open_intents(jail) == []


async def test_a_refused_profile_leaves_no_intent(jail: Jail) -> None:
    with pytest.raises(CandidError):
        await jail.index("A1", b"no photo", View.LEFT)

    assert await open_intents(jail) == []


async def test_what_a_failing_store_wrote_and_the_engine_enrolled_is_due_at_once(
    jail: Jail,
) -> None:
    jail.store = FullStore()

    with pytest.raises(PhotoStoreUnavailableError):
        await jail.index("A1", ANN)

    assert await jail.sweep() == 1
    assert not jail.store.photos
    assert not jail.engine.held


async def test_the_sweeper_is_called_for_what_a_failed_call_left(jail: Jail) -> None:
    jail.store = FullStore()
    index_photo = jail.services().index_photo

    with pytest.raises(PhotoStoreUnavailableError):
        await index_photo(IndexRequest(ANN, "A1"), ACTOR)

    assert index_photo.sweep.called.is_set()


async def test_a_face_in_doubt_is_looked_for_later_and_keeps_no_photo(jail: Jail) -> None:
    jail.engine.down = True

    with pytest.raises(EngineUnavailableError):
        await jail.index("A1", ANN)

    [left] = await open_intents(jail)
    assert (left.kind, left.photo_key) == (IntentKind.ENROL, None)


async def test_a_removal_does_not_wait_for_a_face_in_doubt(jail: Jail) -> None:
    await jail.index("A1", ANN)
    jail.engine.down = True
    with pytest.raises(EngineUnavailableError):
        await jail.index("A1", OTHER_ANN)
    jail.engine.down = False

    await jail.services().remove_photo("A1", ACTOR)

    assert not jail.store.photos
    assert not jail.engine.held


@pytest.mark.parametrize(("holds_faces", "left"), [(True, [IntentKind.ENROL]), (False, [])])
async def test_a_cancelled_call_leaves_what_the_engine_may_hold(
    jail: Jail, *, holds_faces: bool, left: list[IntentKind]
) -> None:
    call = await begun(jail, SlowEngine(holds_faces=holds_faces), IndexRequest(ANN, "A1"))

    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call

    assert [intent.kind for intent in await open_intents(jail)] == left


async def test_a_request_answered_by_another_process_first_leaves_nothing_of_its_own(
    jail: Jail,
) -> None:
    engine = SlowEngine()
    request = IndexRequest(ANN, "A1", idempotency_key="k")
    second = await begun(jail, engine, request)
    jail.engine = FakeFaceEngine()
    first = await jail.services().index_photo(request, ACTOR)

    engine.let.set()
    answer = await second
    jail.engine = engine
    await jail.sweep()

    assert answer == first
    assert list(engine.held) == [face.face_id for face in first.record.faces]
    assert list(jail.store.photos) == [first.record.photo_key]
    assert await open_intents(jail) == []


async def test_settling_that_fails_does_not_hide_why_the_call_failed(
    jail: Jail, database: str
) -> None:
    jail.engine = BrokenEngine(database)

    with capture_logs() as logs, pytest.raises(ZeroDivisionError):
        await jail.index("A1", ANN)

    assert [line["event"] for line in logs] == ["enrolment_left_to_sweeper"]

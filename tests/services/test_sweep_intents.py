"""The sweeper: what one intent stumbles over costs the others nothing."""

import asyncio
import contextlib
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest
from structlog.testing import capture_logs
from typing_extensions import override

from app.domain.errors import PhotoStoreUnavailableError
from app.domain.record import Intent, IntentKind
from app.ports.face_engine import HeldFaces
from app.ports.records import Records, Unit
from app.services.recorded import utc_now
from tests.fakes import FakeFaceEngine, FakePhotoStore, drawn_photo
from tests.jails import ACTOR, Jail
from tests.services.test_remove_photo import LONG_AGO, open_enrolment

FAULTS = [PhotoStoreUnavailableError(), PermissionError()]


@dataclass
class StubbornStore(FakePhotoStore):
    """Keeps some photos whatever it is told."""

    fault: Exception = field(default_factory=PhotoStoreUnavailableError)

    @override
    async def delete(self, key: str) -> None:
        if key.startswith("stubborn"):
            raise self.fault
        await super().delete(key)


@dataclass
class StumblingRecords(Records):
    """Real records that cannot be looked at a few times."""

    records: Records
    faults: list[Exception]

    @override
    def unit(self) -> AbstractAsyncContextManager[Unit]:
        return self.records.unit()

    @override
    def view(self) -> AbstractAsyncContextManager[Unit]:
        if self.faults:
            raise self.faults.pop()
        return self.records.view()

    @override
    async def ping(self) -> None:
        await self.records.ping()


class SweptEngine(FakeFaceEngine):
    """Another process sweeps while this one looks through the engine."""

    jail: Jail

    @override
    async def faces(self, after: str | None) -> HeldFaces:
        page = await super().faces(after)
        if after is None:
            await replace(self.jail, engine=FakeFaceEngine()).sweep()
        return page


async def open_stubborn(jail: Jail, count: int) -> None:
    """Leave discards that cannot be settled, older than any other intent."""
    async with jail.records.unit() as unit:
        for number in range(count):
            photo = (f"stubborn-{number}", "stubborn/photo", (), utc_now() - 2 * LONG_AGO)
            await unit.intents.open(Intent(f"stubborn-{number}", IntentKind.DISCARD, *photo))


@pytest.mark.parametrize("fault", FAULTS)
async def test_an_intent_that_cannot_be_settled_is_logged_and_the_others_are_settled(
    jail: Jail, fault: Exception
) -> None:
    jail.store = StubbornStore(fault=fault)
    await open_stubborn(jail, 1)
    await open_enrolment(jail, "A1", LONG_AGO)

    with capture_logs() as logs:
        settled = await jail.sweep()

    assert settled == 1
    assert not jail.engine.held
    assert not jail.store.photos
    assert [(line["event"], line["intent_id"]) for line in logs] == [
        ("intent_not_settled", "stubborn-0")
    ]


async def test_any_number_of_stuck_intents_is_passed(jail: Jail) -> None:
    jail.store = StubbornStore()
    await open_stubborn(jail, 150)
    await open_enrolment(jail, "A1", LONG_AGO)

    with capture_logs() as logs:
        settled = await jail.sweep()

    assert settled == 1
    assert len(logs) == 150


async def test_a_removal_is_thorough_though_other_intents_are_stuck(jail: Jail) -> None:
    jail.store = StubbornStore()
    await jail.book({"A1": "Ann"})
    await jail.index("A1", drawn_photo("Ann", note="newer"))
    await open_stubborn(jail, 1)

    await jail.services().remove_photo("A1", ACTOR)

    assert not jail.store.photos
    assert not jail.engine.held


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_removal_is_answered_though_the_store_keeps_the_photo(
    jail: Jail, fault: Exception
) -> None:
    jail.store = StubbornStore(fault=fault)
    await jail.book({"stubborn": "Ann"})

    await jail.services().remove_photo("stubborn", ACTOR)

    assert len(jail.store.photos) == 1
    async with jail.records.view() as view:
        [left] = await view.intents.of("stubborn")
    assert left.kind is IntentKind.DISCARD


async def test_a_removal_is_answered_though_the_records_go_down_right_after_it(jail: Jail) -> None:
    await jail.book({"A1": "Ann"})
    jail.records = StumblingRecords(jail.records, [ZeroDivisionError()])

    await jail.services().remove_photo("A1", ACTOR)

    assert await jail.sweep() == 1


async def test_faces_of_a_photo_that_is_being_enrolled_are_left_alone(jail: Jail) -> None:
    await open_enrolment(jail, "A1", LONG_AGO)
    await open_enrolment(jail, "A1", timedelta(seconds=1))
    await open_enrolment(jail, "B2", LONG_AGO)

    settled = await jail.sweep()

    assert settled == 1
    assert [held for _, held in jail.engine.held.values()] == ["A1"]


async def test_a_dead_process_s_faces_are_swept_once_the_younger_enrolment_ends(
    jail: Jail,
) -> None:
    await open_enrolment(jail, "A1", LONG_AGO)
    await open_enrolment(jail, "A1", timedelta(seconds=1))
    await jail.sweep()
    async with jail.records.unit() as unit:
        _, young = await unit.intents.of("A1")
        await unit.intents.close([young.intent_id])

    settled = await jail.sweep()

    assert settled == 1
    assert not jail.engine.held


async def test_what_another_process_settled_meanwhile_is_not_settled_again(jail: Jail) -> None:
    engine = SweptEngine()
    engine.jail, jail.engine = jail, engine
    await open_enrolment(jail, "A1", LONG_AGO)

    await jail.sweep()

    assert len(engine.held) == 1  # the other process's engine is not this one
    assert not jail.store.photos


async def test_the_sweeper_outlives_what_nobody_expected(jail: Jail) -> None:
    await open_enrolment(jail, "A1", LONG_AGO)
    jail.records = StumblingRecords(jail.records, [ZeroDivisionError()])
    sweeping = asyncio.create_task(replace(jail.sweep, period=0.01).forever())

    async with asyncio.timeout(5):
        while jail.engine.held:  # noqa: ASYNC110 - another process would watch it so
            await asyncio.sleep(0.01)

    assert not sweeping.done()
    sweeping.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await sweeping

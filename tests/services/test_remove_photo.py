"""Removing a photo, and the sweeper that ends what was begun."""

import asyncio
import contextlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from typing_extensions import override

from app.domain.audit import AuditAction
from app.domain.errors import NotIndexedError
from app.domain.photo import photo_key, sha256_of
from app.domain.record import IndexStatus, Intent, IntentKind
from app.ports.records import Records
from app.services.forgetting.remove_photos import RemovePhotos
from app.services.recorded import utc_now
from app.services.remove_photo import RemovePhoto
from app.services.sweep_intents import GRACE
from tests.fakes import FakeFaceEngine, drawn_photo
from tests.jails import ACTOR, Jail

ANN = drawn_photo("Ann")
LONG_AGO = GRACE + timedelta(seconds=1)


async def open_enrolment(jail: Jail, external_image_id: str, age: timedelta) -> None:
    key = photo_key(external_image_id, sha256_of(ANN))
    opened_at = utc_now() - age
    intent = Intent(str(uuid4()), IntentKind.ENROL, external_image_id, key, (), opened_at)
    async with jail.records.unit() as unit:
        await unit.intents.open(intent)
    await jail.store.put(key, ANN)
    await jail.engine.enrol(ANN, external_image_id, None)


async def test_a_removed_photo_is_gone_everywhere_but_for_a_tombstone(jail: Jail) -> None:
    await jail.book({"A1": "Ann", "A2": "Bob"})

    await jail.services().remove_photo("A1", ACTOR)

    assert [person for person, _ in jail.engine.held.values()] == ["Bob"]
    assert len(jail.store.photos) == 1
    async with jail.records.unit() as unit:
        left = await unit.photos.get("A1")
    assert left is not None
    assert (left.status, left.sha256, left.faces) == (IndexStatus.REMOVED, None, ())
    assert [entry.action for entry in await jail.audit()][-2:] == [
        AuditAction.REMOVE,
        AuditAction.PROVE_REMOVAL,
    ]


async def test_removing_what_is_not_there_is_refused_and_recorded(jail: Jail) -> None:
    with pytest.raises(NotIndexedError):
        await jail.services().remove_photo("A1", ACTOR)

    assert [entry.outcome for entry in await jail.audit()] == ["not_indexed"]


async def test_a_removed_photo_cannot_be_removed_again(jail: Jail) -> None:
    await jail.book({"A1": "Ann"})
    await jail.services().remove_photo("A1", ACTOR)

    with pytest.raises(NotIndexedError):
        await jail.services().remove_photo("A1", ACTOR)


async def test_with_the_engine_down_a_photo_is_hidden_at_once_and_forgotten_later(
    jail: Jail,
) -> None:
    await jail.book({"A1": "Ann"})
    jail.engine.down = True

    await jail.services().remove_photo("A1", ACTOR)

    jail.engine.down = False
    assert (await jail.search("Ann")).candidates == ()
    assert await jail.sweep() == 1
    assert not jail.engine.held
    assert not jail.store.photos


async def test_what_a_dead_process_left_behind_is_swept(jail: Jail) -> None:
    await jail.book({"B2": "Bob"})
    await open_enrolment(jail, "A1", LONG_AGO)

    settled = await jail.sweep()

    assert settled == 1
    assert [external_image_id for _, external_image_id in jail.engine.held.values()] == ["B2"]
    assert list(jail.store.photos) == [photo_key("B2", sha256_of(drawn_photo("Bob", note="B2")))]


async def test_what_is_still_being_enrolled_is_left_alone(jail: Jail) -> None:
    await open_enrolment(jail, "A1", timedelta(seconds=1))

    settled = await jail.sweep()

    assert settled == 0
    assert len(jail.engine.held) == 1


async def test_a_photo_that_a_record_names_is_spared(jail: Jail) -> None:
    answer = await jail.index("A1", ANN)
    await open_enrolment(jail, "A1", LONG_AGO)

    await jail.sweep()

    assert list(jail.store.photos) == [answer.record.photo_key]
    assert set(jail.engine.held) == {answer.record.faces[0].face_id}


async def test_a_photo_that_another_enrolment_names_is_spared(jail: Jail) -> None:
    await open_enrolment(jail, "A1", LONG_AGO)
    await open_enrolment(jail, "A1", timedelta(seconds=1))

    await jail.sweep()

    assert len(jail.store.photos) == 1


async def test_a_sweep_that_fails_leaves_everything_for_the_next_one(jail: Jail) -> None:
    await open_enrolment(jail, "A1", LONG_AGO)
    jail.engine.down = True

    failed = await jail.sweep()
    jail.engine.down = False

    assert failed == 0
    assert await jail.sweep() == 1


async def test_what_a_dead_process_left_is_found_on_every_page_of_the_engine(jail: Jail) -> None:
    await jail.book({"B1": "Bob", "B2": "Bob", "B3": "Bob", "B4": "Bob"})
    await open_enrolment(jail, "A1", LONG_AGO)

    await jail.sweep()

    assert {held for _, held in jail.engine.held.values()} == {"B1", "B2", "B3", "B4"}


async def test_the_sweeper_comes_by_itself_now_and_then(jail: Jail) -> None:
    sweep = replace(jail.sweep, period=0.01)
    sweeping = asyncio.create_task(sweep.forever())
    await asyncio.sleep(0.1)
    await open_enrolment(jail, "A1", LONG_AGO)

    async with asyncio.timeout(5):
        while jail.engine.held:  # noqa: ASYNC110 - another process would watch it so
            await asyncio.sleep(0.01)
    sweeping.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await sweeping


async def test_the_sweeper_comes_when_it_is_called_and_outlives_an_error(jail: Jail) -> None:
    await open_enrolment(jail, "A1", LONG_AGO)
    jail.engine.down = True
    sweep = jail.sweep
    sweeping = asyncio.create_task(sweep.forever())
    await asyncio.sleep(0.1)
    jail.engine.down = False

    sweep.soon()

    async with asyncio.timeout(5):
        while jail.engine.held:  # noqa: ASYNC110 - another process would watch it so
            await asyncio.sleep(0.01)
    sweeping.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await sweeping


class SlowEngine(FakeFaceEngine):
    """Takes its time to discard, and counts how many wait for it."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self.waiting = self.most = 0
        self._seconds = seconds

    @override
    async def discard(self, face_ids: Sequence[str]) -> None:
        self.waiting += 1
        self.most = max(self.most, self.waiting)
        await asyncio.sleep(self._seconds)
        self.waiting -= 1
        await super().discard(face_ids)


async def test_many_removals_leave_connections_for_others(records: Records) -> None:
    jail = Jail(records, engine := SlowEngine(0.05))
    await jail.book({f"A{number}": f"P{number}" for number in range(8)})
    remove = jail.services().remove_photo

    await asyncio.gather(*(remove(f"A{number}", ACTOR) for number in range(8)))

    assert 1 < engine.most <= 3
    assert engine.held == {}


async def test_a_removal_waits_no_longer_than_its_time_for_the_engine(records: Records) -> None:
    jail = Jail(records, SlowEngine(30))
    await jail.book({"A1": "Ann"})
    removals = RemovePhotos(records, jail.go_on_removing, seconds=0.1)
    remove = RemovePhoto(removals)

    await asyncio.wait_for(remove("A1", ACTOR), 60)

    async with records.view() as view:
        assert [one.kind for one in await view.intents.of("A1")] == [IntentKind.DISCARD]
    assert removals.go_on.sweep.called.is_set()

"""An import that is cut off by an orderly end, as SIGTERM asks for one."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field

import pytest
from typing_extensions import override

from app.domain.errors import CandidError, RecordsUnavailableError
from app.ports.records import Records, Unit
from app.services.gathered import Gathered
from tests.fakes import FakePhotoStore
from tests.fakes_sources import FakePhotoSource
from tests.jails import ACTOR
from tests.services.imports.backfill import Backfill, listed, people


@dataclass
class SlowStore(FakePhotoStore):
    """Has taken photos, and does not say so before it is let."""

    taken: asyncio.Event = field(default_factory=asyncio.Event)
    answers: asyncio.Event = field(default_factory=asyncio.Event)

    @override
    async def put_all(self, photos: Mapping[str, bytes]) -> Mapping[str, CandidError]:
        errors = await super().put_all(photos)
        self.taken.set()
        await self.answers.wait()
        return errors


async def test_what_is_committed_while_the_worker_ends_keeps_its_photo_and_its_face(
    backfill: Backfill,
) -> None:
    backfill.jail.store = store = SlowStore()
    backfill.shelve(listed(people(3)))
    begun = await backfill.start()
    worker = backfill.worker()
    await worker.keeper.look()
    await worker.list(begun.import_id)
    chunk = asyncio.create_task(worker.chunk(begun.import_id))
    await store.taken.wait()

    chunk.cancel()
    await asyncio.wait([chunk], timeout=0.3)  # to undo what it thinks is not on record
    await backfill.jail.sweep()
    store.answers.set()
    await asyncio.wait([chunk])
    await worker.opened.close()
    await backfill.jail.sweep()

    assert await backfill.indexed_ids() == sorted(people(3))
    assert await backfill.reasons(begun.import_id) == {"indexed": 3}
    assert len(store.photos) == 3
    assert len(backfill.jail.engine.held) == 3


@dataclass
class ForgetfulRecords(Records):
    """Real records, of which the answer to one commit is lost on its way."""

    records: Records
    loses_next: bool = False

    @override
    @asynccontextmanager
    async def unit(self) -> AsyncIterator[Unit]:
        async with self.records.unit() as unit:
            yield unit
        if self.loses_next:
            self.loses_next = False
            raise RecordsUnavailableError

    @override
    def view(self) -> AbstractAsyncContextManager[Unit]:
        return self.records.view()

    @override
    async def ping(self) -> None:
        await self.records.ping()


async def test_an_intent_whose_opening_was_not_heard_of_is_not_left_open(
    backfill: Backfill,
) -> None:
    backfill.jail.records = records = ForgetfulRecords(backfill.jail.records)

    class Source(FakePhotoSource):
        @override
        async def photo(self, item: str) -> bytes:
            records.loses_next = True
            return await super().photo(item)

    shelf = listed(people(1))
    backfill.shelve(Source(shelf.items, shelf.photos))
    begun = await backfill.start()
    worker = backfill.worker()
    await worker.keeper.look()
    await worker.list(begun.import_id)

    await worker.chunk(begun.import_id)

    async with records.view() as view:
        assert await view.intents.of("P00000") == []
    assert backfill.jail.engine.held == {}


class SlowSource(FakePhotoSource):
    """Gives a photo only when it is let."""

    def __init__(self, shelf: FakePhotoSource) -> None:
        super().__init__(shelf.items, shelf.photos)
        self.asked, self.let = asyncio.Event(), asyncio.Event()

    @override
    async def photo(self, item: str) -> bytes:
        self.asked.set()
        await self.let.wait()
        return await super().photo(item)


async def test_a_source_stays_open_while_a_photo_of_a_cancelled_import_is_on_its_way(
    backfill: Backfill,
) -> None:
    source = SlowSource(listed(people(1)))
    backfill.shelve(source)
    begun = await backfill.start()
    opened_before = backfill.sources.now_open
    worker = backfill.worker()
    await worker.keeper.look()
    await worker.list(begun.import_id)
    chunk = asyncio.create_task(worker.chunk(begun.import_id))
    await source.asked.wait()

    await backfill.manage.cancel(begun.import_id, ACTOR)
    await worker.keeper.look()
    while_on_its_way = backfill.sources.now_open
    source.let.set()
    await chunk
    await worker.keeper.look()

    assert while_on_its_way == opened_before + 1
    assert backfill.sources.now_open == opened_before


class Answerer:
    """Answers calls once it is let."""

    def __init__(self) -> None:
        self.let = asyncio.Event()
        self.asked: list[list[int]] = []
        self.error: Exception | None = None

    async def __call__(self, asked: Sequence[int]) -> Sequence[int | Exception]:
        numbers = list(asked)
        self.asked.append(numbers)
        await self.let.wait()
        if self.error is not None:
            raise self.error
        return numbers


async def test_whoever_is_cut_off_leaves_once_it_is_known_what_came_of_the_call() -> None:
    answer = Answerer()
    call: Gathered[int, int] = Gathered(answer, 1, 0.0)
    caller = asyncio.create_task(call(1))
    await asyncio.sleep(0)
    await asyncio.sleep(0)

    caller.cancel()
    done, _ = await asyncio.wait([caller], timeout=0.05)
    assert not done
    answer.let.set()

    with pytest.raises(asyncio.CancelledError):
        await caller


async def test_whoever_is_cut_off_before_the_call_began_is_not_asked_for() -> None:
    answer = Answerer()
    call: Gathered[int, int] = Gathered(answer, 2, 60.0)
    gone = asyncio.create_task(call(1))
    await asyncio.sleep(0)
    gone.cancel()
    await asyncio.wait([gone])
    answer.let.set()

    assert tuple(await asyncio.gather(call(2), call(3))) == (2, 3)
    assert answer.asked == [[2, 3]]


async def test_nobody_is_waited_for_by_name_once_all_were_cut_off() -> None:
    answer = Answerer()
    answer.error = RecordsUnavailableError()
    call: Gathered[int, int] = Gathered(answer, 2, 60.0)
    callers = [asyncio.create_task(call(one)) for one in (1, 2)]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    for caller in callers:
        caller.cancel()
    await asyncio.sleep(0)
    answer.let.set()

    await asyncio.wait(callers)
    await call.close()

    assert answer.asked == [[1, 2]]

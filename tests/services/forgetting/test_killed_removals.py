"""A removal whose process dies at any step is gone on with by another one."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest
from typing_extensions import override

from app.domain.removal import Check, Removal, RemovalState, RemovedPhoto
from app.ports.records import Records, Unit
from app.services.forgetting.ask_places import AskPlaces
from app.services.forgetting.go_on_removing import GoOnRemoving
from app.services.forgetting.remove_photos import RemovePhotos
from app.services.recorded import utc_now
from app.services.sweep_intents import SweepIntents
from tests.fakes import FakePhotoStore
from tests.jails import ACTOR, Jail, removing
from tests.services.forgetting.test_holds import booked
from tests.services.forgetting.test_removals import ANN


class Killed(BaseException):
    """The process is gone: nothing of it cleans up."""


@dataclass
class DyingStore(FakePhotoStore):
    """Kills whoever deletes from it, before or after."""

    after: bool = False
    dies: bool = True

    @override
    async def delete(self, key: str) -> None:
        if self.after or not self.dies:
            await super().delete(key)
        if self.dies:
            raise Killed


@dataclass(frozen=True, slots=True)
class DyingAsk(AskPlaces):
    """Dies when places are asked."""

    @override
    async def __call__(self, photos: Sequence[RemovedPhoto]) -> tuple[Check, ...]:
        raise Killed


@dataclass(frozen=True)
class DyingRecords(Records):
    """Dies before a unit of a certain number is committed, or right after."""

    records: Records
    unit_number: int
    committed: bool
    seen: list[None]

    @override
    @asynccontextmanager
    async def unit(self) -> AsyncIterator[Unit]:
        self.seen.append(None)
        dies = len(self.seen) == self.unit_number
        async with self.records.unit() as unit:
            yield unit
            if dies and not self.committed:
                raise Killed
        if dies:
            raise Killed

    @override
    @asynccontextmanager
    async def view(self) -> AsyncIterator[Unit]:
        async with self.records.view() as view:
            yield view

    @override
    async def ping(self) -> None:
        await self.records.ping()


async def killed(work: Callable[[], Awaitable[object]]) -> None:
    """Do something that a kill ends somewhere, also in a task of its own."""
    try:
        await work()
    except Killed:
        return


async def ended(jail: Jail) -> Removal:
    """Have another process do what is left, once the lease of the dead one is over."""
    async with jail.records.view() as view:
        [begun] = await view.removals.page(None, 9)
    if begun.state is not RemovalState.PROVED:
        assert await jail.go_on_removing.with_one(begun.removal_id)
    async with jail.records.view() as view:
        [removal] = await view.removals.page(None, 9)
        assert [photo.removed_at is None for photo in await view.removals.photos(begun.removal_id)]
    return removal


@pytest.mark.parametrize("after", [False, True])
async def test_killed_while_it_deletes_a_photo(jail: Jail, *, after: bool) -> None:
    jail.store = store = DyingStore(after=after)
    await booked(jail)

    await killed(lambda: jail.services().forgetting.removals(ANN, ACTOR))
    store.dies = False

    assert (await ended(jail)).state is RemovalState.PROVED
    assert [key.partition("/")[0] for key in store.photos] == ["B1"]
    assert {external for _, external in jail.engine.held.values()} == {"B1"}


async def test_killed_before_the_places_are_asked(jail: Jail) -> None:
    await booked(jail)
    whole = jail.go_on_removing
    ask = whole.ask
    dying = DyingAsk(ask.records, ask.engine, ask.store, ask.collection, ask.probes, ask.keys)
    go_on = GoOnRemoving(whole.records, whole.sweep, dying, whole.signer)

    await killed(lambda: RemovePhotos(jail.records, go_on)(ANN, ACTOR))

    assert (await ended(jail)).state is RemovalState.PROVED


@pytest.mark.parametrize("committed", [False, True])
@pytest.mark.parametrize("number", [1, 2, 3, 4, 5, 6])
async def test_killed_at_each_commit(jail: Jail, number: int, *, committed: bool) -> None:
    await booked(jail)
    dying = DyingRecords(jail.records, number, committed, [])
    sweep = SweepIntents(jail.engine, dying, jail.store)

    await killed(lambda: RemovePhotos(dying, removing(sweep))(ANN, ACTOR))

    async with jail.records.view() as view:
        begun = await view.removals.page(None, 9)
    if (number, committed) == (1, False):  # nothing was answered, and nothing was done
        assert begun == []
        assert len(jail.store.photos) == 3
        return
    assert (await ended(jail)).state is RemovalState.PROVED
    assert [key.partition("/")[0] for key in jail.store.photos] == ["B1"]


async def test_more_than_one_commit_takes_is_removed_by_several(jail: Jail) -> None:
    await booked(jail)
    async with jail.records.unit() as unit:
        await unit.removals.add(Removal("R-1", ANN, utc_now(), "desk", 2), ["A1", "A2"], None)

    assert (await ended(jail)).state is RemovalState.PROVED  # as one whose first batch was empty

    assert [key.partition("/")[0] for key in jail.store.photos] == ["B1"]


async def test_of_two_processes_one_takes_what_is_due(jail: Jail) -> None:
    await booked(jail)
    jail.engine.down = True
    await jail.services().forgetting.removals(ANN, ACTOR)
    jail.engine.down = False
    async with jail.records.unit() as unit:
        await unit.removals.due(utc_now(), utc_now())

    proved = await asyncio.gather(jail.go_on_removing(), jail.go_on_removing())

    assert sum(proved) <= 1
    await ended(jail)
    entries = [e.details.get("receipt_sha256") for e in await jail.audit()]
    assert len([one for one in entries if one]) == 1

"""Leases when workers die, hang, and come back."""

from datetime import timedelta

import psycopg
import pytest

from app.domain.imports import ImportCounts, ImportState, ItemReason
from app.ports.import_records import LEASE_SECONDS
from app.ports.records import Records
from tests.records.import_samples import (
    begin,
    begin_work,
    done,
    entries,
    failed,
    got,
    item_at,
    leased,
    new_worker,
    settle,
)
from tests.records.samples import NOW


def silence(database: str, worker_id: str, seconds: float = LEASE_SECONDS + 1) -> None:
    """Let the last beat of a worker's heart be so long ago."""
    with psycopg.connect(database) as connection:
        connection.execute(
            "UPDATE import_workers SET beat_at = now() - %s WHERE worker_id = %s",
            (timedelta(seconds=seconds), worker_id),
        )


async def counted(records: Records) -> ImportCounts:
    async with records.view() as view:
        return await view.imports.counts("I-1")


async def beat(records: Records, worker_id: str) -> None:
    async with records.unit() as unit:
        await unit.imports.beat(new_worker(worker_id))


async def test_the_items_of_a_dead_worker_are_given_to_another(
    records: Records, database: str
) -> None:
    await begin(records, entries("A1", "A2", "A3"))
    dead, other = await begin_work(records), await begin_work(records)
    await leased(records, dead, 2)
    assert [item.position for item in await leased(records, other, 1)] == [3]
    silence(database, dead, LEASE_SECONDS - 2)
    assert await leased(records, other) == []

    silence(database, dead)

    async with records.view() as view:
        assert [worker.worker_id for worker in await view.imports.workers()] == [other]
        assert await view.imports.due("I-1") == 2
    assert [item.position for item in await leased(records, other)] == [1, 2]


async def test_the_items_of_a_worker_nobody_has_on_record_are_given_to_another(
    records: Records,
) -> None:
    await begin(records, entries("A1"))
    await leased(records, new_worker().worker_id)

    assert len(await leased(records, await begin_work(records))) == 1


async def test_what_a_worker_says_after_it_lost_its_lease_changes_nothing(
    records: Records, database: str
) -> None:
    await begin(records, entries("A1", "A2"))
    hung, other = await begin_work(records), await begin_work(records)
    await leased(records, hung)
    silence(database, hung)
    await leased(records, other, 1)

    await beat(records, hung)
    await settle(records, hung, failed(1, ItemReason.INTERNAL), done(2))

    assert await counted(records) == ImportCounts(waiting=1, indexed=1)  # 2 was still its own
    assert (await item_at(records, 1)).attempts == 0
    await settle(records, other, done(1))
    await settle(records, hung, failed(1, ItemReason.INTERNAL))
    assert await counted(records) == ImportCounts(indexed=2)


async def test_a_worker_that_hung_is_not_given_again_what_it_has_in_hand(
    records: Records, database: str
) -> None:
    await begin(records, entries("A1", "A2"))
    worker_id = await begin_work(records)
    await leased(records, worker_id, 1)
    silence(database, worker_id)

    assert [item.position for item in await leased(records, worker_id)] == [2]


async def test_the_items_of_a_worker_that_lost_them_stay_with_the_other_when_it_leaves(
    records: Records, database: str
) -> None:
    await begin(records, entries("A1"))
    hung, other = await begin_work(records), await begin_work(records)
    await leased(records, hung)
    silence(database, hung)
    await leased(records, other)

    async with records.unit() as unit:
        await unit.imports.leave(hung)

    assert await leased(records, await begin_work(records)) == []


async def test_workers_that_died_long_ago_are_forgotten(records: Records, database: str) -> None:
    dead, alive = await begin_work(records), await begin_work(records)
    silence(database, dead, 3600)

    await beat(records, alive)

    with psycopg.connect(database) as connection:
        known = connection.execute("SELECT worker_id::text FROM import_workers").fetchall()
    assert known == [(alive,)]


async def test_the_pace_leaves_pauses_out(records: Records, database: str) -> None:
    await begin(records, entries("A1", "A2", "A3"))
    worker_id = await begin_work(records)
    await leased(records, worker_id)
    await settle(records, worker_id, done(1), done(2))
    with psycopg.connect(database) as connection:
        connection.execute(
            "UPDATE import_items SET settled_at = now() - interval '10 minutes' WHERE position < 3"
        )
        connection.execute("UPDATE imports SET resumed_at = now() - interval '12 minutes'")
    hour = timedelta(hours=1)

    async with records.unit() as unit:
        await unit.imports.set_state("I-1", ImportState.PAUSED, None, NOW)
    async with records.view() as view:
        paused = await view.imports.settled_within("I-1", hour)
    async with records.unit() as unit:
        await unit.imports.set_state("I-1", ImportState.RUNNING, None, NOW)
    await settle(records, worker_id, done(3))
    async with records.view() as view:
        resumed = await view.imports.settled_within("I-1", hour)

    assert (await got(records)).state is ImportState.RUNNING
    assert paused[0] == 2
    assert paused[1] == pytest.approx(120, abs=1)  # up to its last item
    assert resumed[0] == 1
    assert resumed[1] == pytest.approx(0, abs=10)  # since it goes on

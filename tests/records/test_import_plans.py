"""Of many items PostgreSQL reads the few that are asked for, from the first minute on."""
# ruff: noqa: SLF001 - it is the statements that are looked at

import re

import psycopg
import pytest

from adapters.records.postgres import PostgresRecords, connected
from adapters.records.postgres import import_items as items
from adapters.records.postgres import import_leases as leases
from app.domain.imports import ItemReason, ItemStatus
from app.ports.import_records import MOST_DUE
from app.ports.records import Records
from tests.databases import COLLECTION, DEPLOYMENT
from tests.records.import_samples import (
    begin,
    begin_work,
    done,
    entries,
    failed,
    got,
    leased,
    many_entries,
    new_import,
    settle,
)
from tests.records.samples import MODEL, NOW, face_id, photo

MANY = 20_000
PAGE = 5_000


async def listed(records: Records, new_id: str = "I-1") -> None:
    """List many entries in pages, as fast as they come: nothing but ourselves takes measure."""
    await begin(records, new=new_import(new_id))
    for first in range(0, MANY, PAGE):
        after = None if first + PAGE == MANY else str(first)
        running, page = await got(records, new_id), many_entries(PAGE, first)
        async with records.unit() as unit:
            assert await unit.imports.add_page(running, page, after, MODEL) == PAGE


def still(database: str) -> None:
    """Have nobody but the service itself measure or clean the table."""
    with psycopg.connect(database) as connection:
        connection.execute("ALTER TABLE import_items SET (autovacuum_enabled = false)")


def rows_read(database: str) -> int:
    """Return how many items were read so far, dead ones not counted."""
    with psycopg.connect(database) as connection:
        [(read,)] = connection.execute(
            "SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_user_tables "
            "WHERE relname = 'import_items'"
        ).fetchall()
    return int(read)


def settle_most(database: str, rest: int) -> None:
    with psycopg.connect(database) as connection:
        connection.execute(
            "UPDATE import_items SET status = 'indexed', settled_at = now() WHERE position <= %s",
            (MANY - rest,),
        )


def plan_of(connection: psycopg.Connection, query: str) -> str:
    """Return the plan that holds for all parameters."""
    names: list[str] = []

    def numbered(name: re.Match[str]) -> str:
        if name[1] not in names:
            names.append(name[1])
        return f"${names.index(name[1]) + 1}"

    generic = re.sub(r"%\((\w+)\)s", numbered, query)
    rows = connection.execute(f"EXPLAIN (GENERIC_PLAN) {generic}".encode()).fetchall()
    return "\n".join(row[0] for row in rows)


@pytest.mark.parametrize("rest", [MANY, 1_000])
async def test_a_lease_and_its_outcomes_read_no_more_than_their_items(
    records: Records, database: str, rest: int
) -> None:
    still(database)
    await listed(records)
    if rest < MANY:
        settle_most(database, rest)
    before = rows_read(database)

    async with connected(database) as pool:
        mine = PostgresRecords(pool, COLLECTION, DEPLOYMENT)
        worker_id = await begin_work(mine)
        for _ in range(10):
            chunk = await leased(mine, worker_id, 32)
            assert len(chunk) == 32
            await settle(mine, worker_id, *(done(item.position) for item in chunk))

    # Each of 320 items: to be locked, to be leased, to be settled; and what died at the front.
    assert rows_read(database) - before < 320 * 6


async def test_what_others_have_in_hand_and_what_is_due_later_is_passed_over(
    records: Records, database: str
) -> None:
    await listed(records)
    others, worker_id = await begin_work(records), await begin_work(records)
    taken = await leased(records, others, 500)
    with psycopg.connect(database) as connection:
        connection.execute(
            "UPDATE import_items SET due_at = now() + interval '1 hour' "
            "WHERE leased_by IS NULL AND position < 15000"
        )

    chunk = await leased(records, worker_id, 32)

    assert [item.position for item in taken] == list(range(1, 501))
    assert [item.position for item in chunk] == list(range(15_000, 15_032))


async def test_every_statement_finds_its_items_by_an_index(records: Records, database: str) -> None:
    await listed(records)
    worker_id = await begin_work(records)
    chunk = await leased(records, worker_id, 64)
    await settle(records, worker_id, *(failed(item.position, ItemReason.NO_FACE) for item in chunk))
    by_status, by_reason = items._ITEMS_OF_STATUS, items._ITEMS_OF_STATUS_AND_REASON
    failed_ones = (by_status[ItemStatus.FAILED], by_reason[ItemStatus.FAILED], items._RETRY)
    by_index = {
        "import_items_waiting": (leases._LEASE,),
        "import_items_pkey": (leases._LEASE, items._RETRY, items._ITEM),
        "import_items_(pkey|leased)": (leases._SETTLE,),
        "import_items_by_status": failed_ones,
        "import_items_settled": (items._SETTLED,),
    }

    with psycopg.connect(database) as connection:
        for index, queries in by_index.items():
            for query in queries:
                plan = plan_of(connection, query)
                assert re.search(index, plan), plan
                assert "Seq Scan on import_items" not in plan, plan


async def test_photos_that_are_on_record_are_settled_thousands_at_once(database: str) -> None:
    """Also by a plan that was made when there was none: it must not read all faces for each."""
    ids = [f"ID-{number:06d}" for number in range(3_000)]
    async with connected(database, connections=1) as pool:
        records = PostgresRecords(pool, COLLECTION, DEPLOYMENT)
        await begin(records)
        for number in range(3):
            running, page = await got(records), entries(f"first-{number}")
            async with records.unit() as unit:
                assert await unit.imports.add_page(running, page, "next", MODEL) == 1
        for start in range(0, len(ids), 500):
            async with records.unit() as unit:
                for one in ids[start : start + 500]:
                    await unit.photos.put(photo(one, face_id()), {})

        running = await got(records)
        async with records.unit() as unit:
            waiting = await unit.imports.add_page(running, many_entries(12_000), None, MODEL)

        assert waiting == 9_000
        async with records.view() as view:
            counts = await view.imports.counts("I-1")
            last = await view.imports.items("I-1", 12_002, 10)
    assert (counts.total, counts.reasons) == (12_003, ((ItemReason.ALREADY_INDEXED, 3_000),))
    assert [item.external_image_id for item in last] == ["ID-011999"]


async def test_tens_of_thousands_of_failed_items_wait_again(
    records: Records, database: str
) -> None:
    await listed(records)
    with psycopg.connect(database) as connection:
        connection.execute("UPDATE import_items SET status = 'failed', reason = 'internal'")

    async with records.unit() as unit:
        assert await unit.imports.retry("I-1", [ItemReason.NO_FACE]) == 0
        assert await unit.imports.retry("I-1", [ItemReason.INTERNAL]) == MANY

    async with records.view() as view:
        assert await view.imports.due("I-1") == MOST_DUE
        assert await view.imports.items("I-1", 0, 1, ItemStatus.FAILED) == []


async def test_an_import_of_many_items_is_forgotten_in_steps(records: Records) -> None:
    await listed(records)
    async with records.unit() as unit:
        assert await unit.imports.forget_before(NOW, 6_000) == 0
    running = await got(records)
    async with records.unit() as unit:
        await unit.imports.set_state("I-1", running.state.FINISHED, None, NOW)

    gone: list[int] = []
    for _ in range(4):
        async with records.unit() as unit:
            gone.append(await unit.imports.forget_before(running.started_at.max, 6_000))

    assert gone == [6_000, 6_000, 6_000, 2_000]
    async with records.view() as view:
        assert await view.imports.get("I-1") is None

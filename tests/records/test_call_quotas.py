"""Timelines that processes share through PostgreSQL."""

import asyncio
import os
import signal
from itertools import pairwise

import psycopg
import pytest

from adapters.call_quota import GovernedCallQuota
from adapters.records.postgres import ConnectionPool, PostgresQuotaLedger, connected
from app.domain.errors import RecordsUnavailableError

INDEX = "IndexFaces"


async def lease(ledger: PostgresQuotaLedger, wanted: int = 1) -> list[float]:
    """Return the slots that were taken."""
    given = await ledger.lease(INDEX, wanted, urgent=False, unused=0)
    return [round(given.first + number * given.interval, 4) for number in range(given.count)]


async def test_two_processes_never_take_one_slot(database: str) -> None:
    async with connected(database) as one, connected(database) as other:
        ledgers = PostgresQuotaLedger(one, "A"), PostgresQuotaLedger(other, "A")

        taken = await asyncio.gather(*(lease(ledger) for _ in range(10) for ledger in ledgers))

    slots = sorted(slot for slots in taken for slot in slots)
    assert len(slots) >= 2
    assert all(later - slot > 0.1 for slot, later in pairwise(slots))


async def test_many_at_once_all_get_through_and_all_count(pool: ConnectionPool) -> None:
    ledger = PostgresQuotaLedger(pool, "A")

    await asyncio.gather(*(ledger.throttled(INDEX, 1.0) for _ in range(25)))

    (use,) = await ledger.uses()
    assert use.throttled == 25


async def test_what_one_process_learned_another_knows_even_after_the_first_is_gone(
    database: str,
) -> None:
    async with connected(database) as pool:
        ledger = PostgresQuotaLedger(pool, "A")
        slots = await lease(ledger)
        await ledger.throttled(INDEX, slots[0])
        learned = await ledger.uses()

    async with connected(database) as pool:
        assert await PostgresQuotaLedger(pool, "A").uses() == learned
    assert learned[0].quota is not None


async def test_what_another_version_kept_in_another_form_is_learned_again(
    pool: ConnectionPool,
) -> None:
    ledger = PostgresQuotaLedger(pool, "A")
    await lease(ledger)
    async with pool.connection() as connection:
        await connection.execute("""UPDATE call_quotas SET rate = '{"quota": 5, "mood": 1}'""")

    assert await lease(ledger)


async def test_accounts_have_timelines_of_their_own(pool: ConnectionPool) -> None:
    await lease(PostgresQuotaLedger(pool, "A"))

    assert await PostgresQuotaLedger(pool, "B").uses() == []


async def test_slots_that_were_not_used_do_not_count(pool: ConnectionPool) -> None:
    ledger = PostgresQuotaLedger(pool, "A")
    taken = await lease(ledger, wanted=2)

    await ledger.lease(INDEX, 1, urgent=True, unused=len(taken))

    (use,) = await ledger.uses()
    assert use.admitted == 1


async def test_a_process_that_froze_in_the_middle_stops_no_other(
    pool: ConnectionPool, database: str
) -> None:
    ledger = PostgresQuotaLedger(pool, "A")
    await lease(ledger)
    with psycopg.connect(database) as frozen:
        frozen.execute("SELECT rate FROM call_quotas").fetchall()

        async with asyncio.timeout(2):
            await ledger.throttled(INDEX, 1.0)


async def test_a_database_that_is_gone_is_told_at_once_and_gone_on_with_when_it_is_back(
    pool: ConnectionPool, database: str
) -> None:
    quota = GovernedCallQuota(PostgresQuotaLedger(pool, "A"))
    await quota.admitted(INDEX, urgent=False)
    with psycopg.connect(database) as watching:
        rows = watching.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() "
            "AND pid <> pg_backend_pid() AND application_name = 'candid'"
        ).fetchall()
    for (backend,) in rows:
        os.kill(backend, signal.SIGTERM)
    await asyncio.sleep(0.1)

    await quota.admitted(INDEX, urgent=True)

    await pool.close()
    with pytest.raises(RecordsUnavailableError):
        await quota.admitted(INDEX, urgent=True)


async def test_no_disk_is_waited_for_here_and_is_elsewhere(pool: ConnectionPool) -> None:
    ledger = PostgresQuotaLedger(pool, "A")
    await lease(ledger)

    async with pool.connection() as watching:
        await watching.set_autocommit(True)
        behind = []
        for _ in range(20):
            await ledger.throttled(INDEX, 1.0)
            behind.append(await _flushed_behind(watching))
        cursor = await watching.execute("SHOW synchronous_commit")

        assert any(behind)
        assert await cursor.fetchone() == ("on",)
        await watching.set_autocommit(False)


async def _flushed_behind(connection: psycopg.AsyncConnection) -> int:
    """Return how many bytes are written to the log and not yet on the disk."""
    cursor = await connection.execute(
        "SELECT (pg_current_wal_insert_lsn() - pg_current_wal_flush_lsn())::bigint"
    )
    ((behind,),) = await cursor.fetchall()
    return int(behind)

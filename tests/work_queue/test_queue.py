"""Jobs of imports on PostgreSQL: each is done once, none stays, and no outage ends a worker."""

import asyncio
import time
from collections.abc import AsyncIterator
from functools import partial

import psycopg
import pytest
from anyio import to_thread
from structlog.testing import capture_logs

from adapters.records.postgres import ConnectionPool, connected
from adapters.work_queue.procrastinate import Jobs, Kind, ProcrastinateQueue
from app.domain.errors import RecordsUnavailableError, SourceUnavailableError
from tests.work_queue.crew import Done, events, is_so_soon, jobs, rows, soon, working

OTHERS = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


@pytest.fixture
async def queue_pool(database: str) -> AsyncIterator[ConnectionPool]:
    async with connected(database, connections=2) as pool:
        yield pool


@pytest.fixture
async def queue(queue_pool: ConnectionPool) -> ProcrastinateQueue:
    return ProcrastinateQueue(await Jobs.over(queue_pool, "jail"))


async def test_a_listing_and_its_chunks_are_done_and_leave_no_row(
    database: str, queue: ProcrastinateQueue
) -> None:
    done = Done()
    done.go.set()
    await queue.chunks("I-1", 3)
    await queue.listing("I-1")

    async with working(database, done.handlers, concurrency=1):
        await soon(lambda: len(done.calls) == 4)
        await is_so_soon(lambda: _is_empty(database))

    assert done.calls == [("list", "I-1"), *[("chunk", "I-1")] * 3]
    assert events(database) == 0
    assert rows(database, "SELECT id FROM procrastinate_workers") == []


async def test_a_waiting_worker_hears_of_a_job_at_once(
    database: str, queue: ProcrastinateQueue
) -> None:
    done = Done()
    async with working(database, done.handlers):
        await asyncio.sleep(1)
        began = time.monotonic()
        await queue.listing("I-1")
        await soon(lambda: bool(done.calls))

    assert time.monotonic() - began < 1


async def test_as_many_jobs_run_at_once_as_were_allowed(
    database: str, queue: ProcrastinateQueue
) -> None:
    done = Done()
    await queue.chunks("I-1", 5)

    async with working(database, done.handlers, concurrency=3):
        await soon(lambda: len(done.calls) == 3)
        await asyncio.sleep(0.3)
        assert len(done.calls) == 3
        assert await queue.waiting() == 2


async def test_a_listing_that_runs_may_be_asked_for_again(
    database: str, queue: ProcrastinateQueue
) -> None:
    running = asyncio.Event()

    async def never(_: str) -> None:
        running.set()
        await asyncio.Event().wait()

    await queue.listing("I-1")
    async with working(database, {"list": never}, concurrency=1):
        await running.wait()
        await queue.listing("I-1")
        assert await queue.waiting() == 1


@pytest.mark.parametrize("other", ["county", "j" * 255, "j" * 254 + "k"])
async def test_jobs_of_other_collections_stay_theirs(
    database: str, queue: ProcrastinateQueue, queue_pool: ConnectionPool, other: str
) -> None:
    theirs = ProcrastinateQueue(await Jobs.over(queue_pool, other))
    longest = ProcrastinateQueue(await Jobs.over(queue_pool, "j" * 253))
    done = Done()
    done.go.set()
    for one in (queue, theirs, longest):
        await one.listing("I-1")
        await one.chunks("I-1", 2)

    async with working(database, done.handlers, collection=other):
        await soon(lambda: len(done.calls) == 3)
        await asyncio.sleep(0.3)

    assert len(done.calls) == 3
    assert [await one.waiting() for one in (queue, theirs, longest)] == [3, 0, 3]


async def test_what_a_job_raises_is_logged_and_the_job_is_gone(
    database: str, queue: ProcrastinateQueue
) -> None:
    asked: list[str] = []

    async def failing(import_id: str) -> None:
        asked.append(import_id)
        raise SourceUnavailableError if len(asked) == 1 else ZeroDivisionError

    await queue.chunks("I-1", 2)
    with capture_logs() as logged:
        async with working(database, {"chunk": failing}, concurrency=1):
            await soon(lambda: len(asked) == 2)
            await is_so_soon(lambda: _is_empty(database))

    failed = [one for one in logged if one["event"] == "import_job_failed"]
    assert [one["log_level"] for one in failed] == ["warning", "error"]
    assert failed[0]["code"] == "source_unavailable"


async def test_a_job_of_another_program_is_told_and_gone(
    database: str, queue: ProcrastinateQueue
) -> None:
    await queue.chunks("I-1", 1)
    rows(database, "UPDATE procrastinate_jobs SET task_name = 'later'")

    with capture_logs() as logged:
        async with working(database, Done().handlers):
            await is_so_soon(lambda: _is_empty(database))

    assert [one["task"] for one in logged if one["log_level"] == "error"] == ["later"]


async def test_work_goes_on_and_goes_on_being_found_when_the_server_ends_its_connections(
    database: str, queue: ProcrastinateQueue
) -> None:
    done = Done()
    await queue.chunks("I-1", 1)
    with capture_logs() as logged:
        async with working(database, done.handlers):
            await soon(lambda: bool(done.calls))
            for _ in range(3):
                rows(database, OTHERS)
                await asyncio.sleep(0.5)
            done.go.set()
            await queue.listing("I-2")
            await soon(lambda: ("list", "I-2") in done.calls)
            await is_so_soon(lambda: _is_empty(database))

    assert done.cut_off == []
    assert [one for one in logged if one["log_level"] == "error"] == []


async def test_a_database_that_lets_nobody_in_for_a_while_is_told_once_and_waited_for(
    database: str,
) -> None:
    done = Done()
    with capture_logs() as logged:
        async with working(database, done.handlers):
            await soon(lambda: bool(rows(database, "SELECT id FROM procrastinate_workers")))
            name, server = _name_of(database), _server_of(database)
            rows(server, f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
            rows(server, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                 "WHERE datname = %s", name)  # fmt: skip
            await soon(lambda: any(one["event"] == "work_queue_unavailable" for one in logged), 20)
            await asyncio.sleep(3)
            rows(server, f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')
            async with connected(database, connections=1) as pool:
                await ProcrastinateQueue(await Jobs.over(pool, "jail")).listing("I-1")
            await soon(lambda: bool(done.calls), 20)

    told = [one["event"] for one in logged if one["event"].startswith("work_queue")]
    assert told == ["work_queue_unavailable", "work_queue_back"]


async def test_a_queue_without_its_database_says_so(database: str) -> None:
    async with connected(database, connections=1) as pool:
        queue = ProcrastinateQueue(await Jobs.over(pool, "jail"))
    with pytest.raises(RecordsUnavailableError):
        await queue.waiting()
    with pytest.raises(RecordsUnavailableError):
        await queue.listing("I-1")
    with pytest.raises(RecordsUnavailableError):
        await queue.chunks("I-1", 2)


async def test_jobs_of_dead_workers_are_removed_and_those_of_living_ones_are_not(
    database: str, queue: ProcrastinateQueue
) -> None:
    done = Done()
    await queue.chunks("dead", 2)
    rows(database, "INSERT INTO procrastinate_workers (last_heartbeat) "
         "VALUES (now() - interval '31 seconds')")  # fmt: skip
    rows(database, "UPDATE procrastinate_jobs SET status = 'doing', "
         "worker_id = (SELECT min(id) FROM procrastinate_workers)")  # fmt: skip
    await queue.chunks("living", 1)

    async with working(database, done.handlers):
        await soon(lambda: done.calls == [("chunk", "living")])
        await is_so_soon(lambda: _has_jobs(database, 1))
        assert rows(database, "SELECT args->>'import_id' FROM procrastinate_jobs") == [("living",)]
        assert len(rows(database, "SELECT id FROM procrastinate_workers")) == 1


@pytest.mark.parametrize(("returns", "calls"), [(0, [("scheduled", "")]), (3, [])])
async def test_what_was_due_at_the_hour_is_done_though_its_worker_was_killed_but_not_for_ever(
    database: str, queue_pool: ConnectionPool, returns: int, calls: list[tuple[str, str]]
) -> None:
    put = await Jobs.over(queue_pool, "jail")
    await put.put_at(Kind.SCHEDULED, 1_800_000_000)
    rows(database, "INSERT INTO procrastinate_workers (last_heartbeat) "
         "VALUES (now() - interval '31 seconds')")  # fmt: skip
    rows(database, "UPDATE procrastinate_jobs SET status = 'doing', attempts = %s, "
         "worker_id = (SELECT min(id) FROM procrastinate_workers)", returns)  # fmt: skip

    done = Done()
    async with working(database, done.handlers):
        await is_so_soon(lambda: _is_empty(database))

    assert done.calls == calls


async def test_a_worker_that_was_taken_for_dead_goes_on(
    database: str, queue: ProcrastinateQueue
) -> None:
    done = Done()
    async with working(database, done.handlers):
        await soon(lambda: bool(rows(database, "SELECT id FROM procrastinate_workers")))
        # in a thread: the worker may hold its row, and needs this event loop to let go of it
        await to_thread.run_sync(rows, database, "DELETE FROM procrastinate_workers")
        await queue.listing("I-1")
        await soon(lambda: bool(done.calls))


async def test_cancelling_ends_what_runs_at_once_and_leaves_it_to_others(
    database: str, queue: ProcrastinateQueue
) -> None:
    done = Done()
    await queue.chunks("I-1", 1)
    async with working(database, done.handlers) as worker:
        await soon(lambda: bool(done.calls))
        worker.cancel()
        async with asyncio.timeout(60):
            await asyncio.wait([worker])

    assert worker.cancelled()
    assert done.cut_off == ["I-1"]
    assert await queue.waiting() == 1
    assert jobs(database) == 1


async def test_a_worker_is_cancelled_promptly_while_the_database_is_away(database: str) -> None:
    done = Done()
    async with working(database, done.handlers) as worker:
        await soon(lambda: bool(rows(database, "SELECT id FROM procrastinate_workers")))
        name, server = _name_of(database), _server_of(database)
        rows(server, f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
        rows(server, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
             "WHERE datname = %s", name)  # fmt: skip
        worker.cancel()
        async with asyncio.timeout(60):
            await asyncio.wait([worker])

    assert worker.cancelled()


async def test_a_scheduled_import_begins_once_however_many_workers_there_are(
    database: str,
) -> None:
    one, other = Done(), Done()
    every_second = "* * * * * *"
    async with (
        working(database, one.handlers, cron=every_second),
        working(database, other.handlers, cron=every_second),
    ):
        began = time.monotonic()
        await soon(lambda: len(one.calls) + len(other.calls) >= 4)
        seconds = time.monotonic() - began
    count = len(one.calls) + len(other.calls)

    assert count - 2 <= seconds + 1
    assert {*one.calls, *other.calls} == {("scheduled", "")}
    assert len(rows(database, "SELECT id FROM procrastinate_periodic_defers")) <= 2


async def _is_empty(database: str) -> bool:
    return await _has_jobs(database, 0)


async def _has_jobs(database: str, count: int) -> bool:
    return await asyncio.to_thread(jobs, database) == count


def _name_of(database: str) -> str:
    return str(psycopg.conninfo.conninfo_to_dict(database)["dbname"])


def _server_of(database: str) -> str:
    return psycopg.conninfo.make_conninfo(database, dbname="postgres")


@pytest.mark.parametrize("turns", range(8))
async def test_who_listens_is_cancelled_even_as_a_job_comes(
    database: str, queue_pool: ConnectionPool, turns: int
) -> None:
    """The wait_for of Python 3.11 loses a cancellation that comes with what it waited for."""
    jobs = await Jobs.over(queue_pool, "jail")
    heard = asyncio.Event()
    listening = asyncio.create_task(jobs.listen(heard.set))
    await is_so_soon(partial(_is_listened_to, database), 3)

    rows(database, "SELECT pg_notify('procrastinate_queue_v1#imports jail', %s)", INSERTED)
    for _ in range(turns):
        await asyncio.sleep(0)
    listening.cancel()
    await asyncio.wait([listening], timeout=10)

    assert listening.cancelled()


LISTENERS = (
    "SELECT pid FROM pg_stat_activity WHERE query LIKE '%%LISTEN \"%%' "
    "AND datname = current_database() AND pid <> pg_backend_pid()"
)
INSERTED = '{"type": "job_inserted", "job_id": 1}'


async def _is_listened_to(database: str) -> bool:
    return bool(rows(database, LISTENERS))

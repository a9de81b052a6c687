"""The jobs of one collection: its own queue in the tables of procrastinate."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from enum import StrEnum
from typing import Any, Final, Self, cast

import psycopg
from procrastinate import PsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException
from procrastinate.jobs import Job
from procrastinate.manager import JobManager, get_channel_for_queues
from psycopg.sql import SQL, Identifier
from psycopg_pool import AsyncConnectionPool

from app.domain.errors import RecordsUnavailableError

JobsPool = AsyncConnectionPool[psycopg.AsyncConnection]

ANSWER_SECONDS = 6.0
"""For one answer of the database; a frozen one would otherwise be waited for, for ever."""

STALLED_SECONDS = 30.0
"""A worker that was not heard of for so long is dead, and so are the jobs it had."""

_SILENCE = 30.0
"""Seconds without a notification after which it is seen whether the database is there."""

_LONGEST_NAME = 32
"""PostgreSQL cuts names of channels at 63 bytes, of which procrastinate takes 23."""

_WAITING = """
SELECT count(*) AS count FROM procrastinate_jobs
WHERE queue_name = %(queue)s AND status = 'todo'
"""

_DELETE = "DELETE FROM procrastinate_jobs WHERE id = %(id)s"

_IS_STALLED: Final = """
queue_name = %(queue)s AND status = 'doing' AND NOT EXISTS (
    SELECT FROM procrastinate_workers AS worker
    WHERE worker.id = job.worker_id
      AND last_heartbeat >= now() - make_interval(secs => %(seconds)s)
)
"""

# What an import needs is asked for again by whoever keeps it going; of the schedule's moment nobody
# else knows. One that ends every worker that takes it is not handed on for ever.
_RETURN_STALLED = f"""
UPDATE procrastinate_jobs AS job
SET status = 'todo', worker_id = NULL, queueing_lock = NULL, attempts = attempts + 1,
    abort_requested = false
WHERE task_name = %(scheduled)s AND attempts < %(most)s AND {_IS_STALLED}
"""  # noqa: S608 - a constant of ours

_DELETE_STALLED = f"""
DELETE FROM procrastinate_jobs AS job
WHERE NOT (task_name = %(scheduled)s AND attempts < %(most)s) AND {_IS_STALLED}
"""  # noqa: S608 - a constant of ours

_MOST_RETURNS: Final = 3


class Kind(StrEnum):
    """What a job asks for; the values are the names of the tasks."""

    LIST = "list_import"
    CHUNK = "work_chunk"
    SCHEDULED = "scheduled_import"


_PRIORITY = {Kind.SCHEDULED: 2, Kind.LIST: 1, Kind.CHUNK: 0}


class Jobs:
    """Every method raises RecordsUnavailableError; a job is gone from the table when it is done."""

    def __init__(self, pool: JobsPool, connector: PsycopgConnector, collection_id: str) -> None:
        self._pool = pool
        self._connector = connector
        self._manager = JobManager(connector)
        self._collection_id = collection_id
        self._queue = _queue_of(collection_id)

    @classmethod
    async def over(cls, pool: JobsPool, collection_id: str) -> Self:
        """Return the jobs of a collection, over an open pool that somebody else closes."""
        connector = PsycopgConnector()
        await connector.open_async(pool)
        return cls(pool, connector, collection_id)

    async def put(self, kind: Kind, import_id: str, count: int = 1) -> None:
        """Have so many jobs done."""
        if count > 0:
            async with _translated():
                await self._manager.batch_defer_jobs_async([self._job(kind, import_id)] * count)

    async def put_once(self, kind: Kind, import_id: str) -> None:
        """Have a job done, unless the same one waits already."""
        job = self._job(kind, import_id, lock=f"{self._queue} {kind} {import_id}")
        async with _translated():
            with suppress(AlreadyEnqueued):
                await self._manager.defer_job_async(job)

    async def put_at(self, kind: Kind, timestamp: int) -> None:
        """Have a job of a schedule done, once whoever else asks for this moment."""
        job = self._job(kind, "").evolve(task_kwargs={"timestamp": timestamp})
        async with _translated():
            await self._manager.defer_periodic_job(job, self._queue, timestamp)

    async def waiting(self) -> int:
        """Count the jobs that no worker has taken."""
        async with _translated():
            row = await self._connector.execute_query_one_async(_WAITING, queue=self._queue)
        return int(row["count"])

    async def enter(self) -> int:
        """Put a worker on record; return its id. Workers that died are forgotten."""
        async with _translated():
            await self._manager.prune_stalled_workers(STALLED_SECONDS)
            return await self._manager.register_worker()

    async def beat(self, worker: int) -> None:
        """Say that a worker lives; return the schedule's jobs of dead ones, delete their others."""
        stalled: dict[str, object] = {"queue": self._queue, "seconds": STALLED_SECONDS}
        stalled |= {"scheduled": Kind.SCHEDULED.value, "most": _MOST_RETURNS}
        async with _translated():
            await self._manager.update_heartbeat(worker)
            await self._connector.execute_query_async(_RETURN_STALLED, **stalled)
            await self._connector.execute_query_async(_DELETE_STALLED, **stalled)

    async def leave(self, worker: int) -> None:
        """Forget a worker that ends."""
        async with _translated():
            await self._manager.unregister_worker(worker)

    async def take(self, worker: int) -> Job | None:
        """Give a worker the next job; fails, too, when others took the worker for dead."""
        async with _translated():
            return await self._manager.fetch_job([self._queue], worker)

    async def delete(self, job: Job) -> None:
        """Delete a job that is done, if it is still there."""
        async with _translated():
            await self._connector.execute_query_async(_DELETE, id=job.id)

    async def listen(self, heard: Callable[[], None]) -> None:
        """Tell of each new job, until cancelled or the database is not there.

        Not procrastinate's own loop: under Python 3.11 that loses a cancellation which comes with
        a notification, and then nothing ends it.
        """
        async with _translated(seconds=None), self._hearing() as connection:
            for channel in get_channel_for_queues([self._queue]):
                await connection.execute(SQL("LISTEN {}").format(Identifier(channel)))
            while True:
                async for _ in connection.notifies(timeout=_SILENCE):
                    heard()
                await connection.execute("SELECT 1")  # fails if the server is gone

    @asynccontextmanager
    async def _hearing(self) -> AsyncIterator[psycopg.AsyncConnection]:
        """Connect beside the pool, which would lack a connection for as long as a worker lives."""
        conninfo, options = cast(
            "tuple[str, dict[str, Any]]", (self._pool.conninfo, self._pool.kwargs)
        )
        opening = self._pool.connection_class.connect(conninfo, **options, autocommit=True)
        async with await opening as connection:
            yield connection

    def _job(self, kind: Kind, import_id: str, lock: str | None = None) -> Job:
        return Job(
            queue=self._queue,
            priority=_PRIORITY[kind],
            lock=None,
            queueing_lock=lock,
            task_name=kind,
            task_kwargs={"collection_id": self._collection_id, "import_id": import_id},
        )


def _queue_of(collection_id: str) -> str:
    """Return a queue's name: no two collections have the same, since ids have no blank in them."""
    if len(collection_id) <= _LONGEST_NAME:
        return f"imports {collection_id}"
    return f"imports # {hashlib.sha256(collection_id.encode()).hexdigest()[: _LONGEST_NAME - 2]}"


@asynccontextmanager
async def _translated(seconds: float | None = ANSWER_SECONDS) -> AsyncIterator[None]:
    try:
        async with asyncio.timeout(seconds):
            yield
    except (ConnectorException, psycopg.Error, TimeoutError) as error:
        task = asyncio.current_task()
        if task is not None and task.cancelling():
            raise asyncio.CancelledError from error  # the connection broke just then
        raise RecordsUnavailableError from error

"""Workers on a test's database, and what they were given to do."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC

import psycopg

from adapters.records.postgres import connected
from adapters.work_queue.procrastinate import Handler, Jobs, QueueWorker, Schedule


@dataclass
class Done:
    """What handlers were called with; `chunk` waits for `go` first."""

    calls: list[tuple[str, str]] = field(default_factory=list)
    cut_off: list[str] = field(default_factory=list)
    go: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def handlers(self) -> Mapping[str, Handler]:
        return {"list": self._list, "chunk": self._chunk, "scheduled": self._scheduled}

    async def _list(self, import_id: str) -> None:
        self.calls.append(("list", import_id))

    async def _chunk(self, import_id: str) -> None:
        self.calls.append(("chunk", import_id))
        try:
            await self.go.wait()
        except asyncio.CancelledError:
            self.cut_off.append(import_id)
            raise

    async def _scheduled(self, import_id: str) -> None:
        self.calls.append(("scheduled", import_id))


@asynccontextmanager
async def working(
    database: str,
    handlers: Mapping[str, Handler],
    *,
    collection: str = "jail",
    concurrency: int = 2,
    cron: str | None = None,
) -> AsyncIterator[asyncio.Task[None]]:
    """Run a worker as a process of its own would: on its own connections."""
    async with connected(database, connections=2) as pool:
        schedule = None if cron is None else Schedule(cron, UTC)
        worker = QueueWorker(await Jobs.over(pool, collection), schedule)
        task = asyncio.create_task(worker.run(handlers, concurrency))
        try:
            yield task
        finally:
            task.cancel()
            await asyncio.wait([task])


async def soon(is_so: Callable[[], bool], seconds: float = 60.0) -> None:
    """Wait until it is so; TimeoutError when it does not become so."""
    async with asyncio.timeout(seconds):
        while not is_so():  # noqa: ASYNC110 - many things are waited for
            await asyncio.sleep(0.02)


async def is_so_soon(is_so: Callable[[], Awaitable[bool]], seconds: float = 60.0) -> None:
    async with asyncio.timeout(seconds):
        while not await is_so():  # noqa: ASYNC110 - the database is asked
            await asyncio.sleep(0.05)


def rows(database: str, statement: str, *values: object) -> list[tuple[object, ...]]:
    """Run one statement beside the workers."""
    with psycopg.connect(database, autocommit=True) as connection:
        cursor = connection.execute(statement.encode(), values)
        return cursor.fetchall() if cursor.description else []


def jobs(database: str) -> int:
    [(count,)] = rows(database, "SELECT count(*) FROM procrastinate_jobs")
    assert isinstance(count, int)
    return count


def events(database: str) -> int:
    [(count,)] = rows(database, "SELECT count(*) FROM procrastinate_events")
    assert isinstance(count, int)
    return count

"""Keeps the embedded PostgreSQL running for as long as somebody uses it."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

import psycopg
import structlog
from anyio import to_thread

from adapters.records.embedded.binaries import packaged
from adapters.records.embedded.cluster import make_sure_of_cluster
from adapters.records.embedded.layout import Layout
from adapters.records.embedded.locks import EXCLUSIVE, SHARED, HeldLock, held
from adapters.records.embedded.rights import with_rights
from adapters.records.embedded.server import START_SECONDS, Server
from app.domain.errors import RecordsUnavailableError

DATABASE = "candid"
WATCH_SECONDS = 0.25
LONGEST_BACKOFF_SECONDS = 15.0

_Answer = TypeVar("_Answer")
_log = structlog.get_logger(__name__)


class EmbeddedPostgres:
    """A PostgreSQL server of our own below `data_dir`, shared by all processes that enter it.

    The first to enter starts it, the last to leave stops it, and all watch it meanwhile: killed,
    it is back in seconds. Entering raises RecordsUnavailableError with what to do.
    """

    def __init__(self, data_dir: Path) -> None:
        self._layout = Layout(data_dir.absolute() / "postgresql")
        self._stack = AsyncExitStack()
        self._conninfo = ""

    @property
    def conninfo(self) -> str:
        """The connection string; it stays the same over restarts."""
        return self._conninfo

    async def __aenter__(self) -> Self:
        if sys.platform == "win32":
            raise RecordsUnavailableError(
                "On Windows Candid brings no database of its own; set CANDID_DATABASE_URL."
            )
        async with AsyncExitStack() as stack:
            server = await stack.enter_async_context(_used(self._layout))
            self._conninfo = server.conninfo(DATABASE)
            await stack.enter_async_context(_watched(server, self._layout))
            self._stack = stack.pop_all()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._stack.__aexit__(kind, error, trace)


@asynccontextmanager
async def _used(layout: Layout) -> AsyncIterator[Server]:
    """Use the server: started when it is not there, stopped when nobody else uses it."""
    entering = asyncio.create_task(to_thread.run_sync(_enter, layout))
    try:
        server, users = await _to_its_end(entering)
    except asyncio.CancelledError:
        server, users = entering.result()
        await _to_its_end(asyncio.create_task(to_thread.run_sync(_leave, layout, server, users)))
        raise
    try:
        yield server
    finally:
        await _to_its_end(asyncio.create_task(to_thread.run_sync(_leave, layout, server, users)))


@asynccontextmanager
async def _watched(server: Server, layout: Layout) -> AsyncIterator[None]:
    """Watch the server beside the block, whose own errors pass unchanged."""
    watching = asyncio.create_task(_watch(server, layout))
    try:
        yield
    finally:
        watching.cancel()
        await asyncio.wait({watching})


async def _watch(server: Server, layout: Layout) -> None:
    """Start the server again whenever it is gone, waiting longer after each failure."""
    backoff = WATCH_SECONDS
    while True:
        await asyncio.sleep(backoff)
        try:
            layout.socket_directory()
            if await to_thread.run_sync(server.is_alive):
                backoff = WATCH_SECONDS
                continue
            _log.warning("database_gone")
            starting = asyncio.create_task(to_thread.run_sync(_start, server, layout))
            await _to_its_end(starting)
        except (RecordsUnavailableError, OSError) as error:
            backoff = min(2 * backoff, LONGEST_BACKOFF_SECONDS)
            _log.error("database_restart_failed", reason=str(error), retry_in_seconds=backoff)
        else:
            _log.warning("database_restarted")


async def _to_its_end(step: asyncio.Task[_Answer]) -> _Answer:
    """Wait for a step's end, whatever is cancelled meanwhile; only then raise CancelledError.

    A step that fails raises its own error, also when it was cancelled.
    """
    cancelled = False
    while not step.done():
        try:
            await asyncio.wait({step})
        except asyncio.CancelledError:
            cancelled = True
    answer = step.result()
    if cancelled:
        raise asyncio.CancelledError
    return answer


def _enter(layout: Layout) -> tuple[Server, HeldLock]:
    try:
        layout.make_directories()
        with held(layout.start_lock, START_SECONDS):
            binaries = with_rights(packaged(), layout)
            make_sure_of_cluster(binaries, layout)
            server = Server(binaries, layout)
            server.start()
            _make_sure_of_database(server)
            users = HeldLock.awaited(layout.users_lock, SHARED, START_SECONDS)
    except (OSError, psycopg.Error) as error:
        raise RecordsUnavailableError(_what_is_wrong(error, layout)) from error
    return server, users


def _start(server: Server, layout: Layout) -> None:
    try:
        with held(layout.start_lock, START_SECONDS):
            server.start()
    except OSError as error:
        raise RecordsUnavailableError(_what_is_wrong(error, layout)) from error


def _leave(layout: Layout, server: Server, users: HeldLock) -> None:
    with held(layout.start_lock, START_SECONDS):
        users.let_go()
        last = HeldLock.taken(layout.users_lock, EXCLUSIVE)
        if last is not None:
            server.stop()
            last.let_go()


def _make_sure_of_database(server: Server) -> None:
    with psycopg.connect(server.conninfo("postgres"), autocommit=True) as connection:
        known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (DATABASE,))
        if known.fetchone() is None:
            connection.execute("CREATE DATABASE candid")


def _what_is_wrong(error: Exception, layout: Layout) -> str:
    return f"The embedded database cannot be used in {layout.root}: {error}."

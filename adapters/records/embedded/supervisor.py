"""Keeps the embedded PostgreSQL running for as long as somebody uses it."""

import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

import anyio
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
    server, users = await _shielded(lambda: _enter(layout))
    try:
        yield server
    finally:
        await _shielded(lambda: _leave(layout, server, users))


@asynccontextmanager
async def _watched(server: Server, layout: Layout) -> AsyncIterator[None]:
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(_watch, server, layout)
        yield
        tasks.cancel_scope.cancel()


async def _watch(server: Server, layout: Layout) -> None:
    """Start the server again whenever it is gone, waiting longer after each failure."""
    backoff = WATCH_SECONDS
    while True:
        await anyio.sleep(backoff)
        layout.socket_directory()
        if await to_thread.run_sync(server.is_alive):
            backoff = WATCH_SECONDS
            continue
        _log.warning("database_gone")
        try:
            await _shielded(lambda: _start(server, layout))
        except RecordsUnavailableError as error:
            backoff = min(2 * backoff, LONGEST_BACKOFF_SECONDS)
            _log.error("database_restart_failed", reason=str(error), retry_in_seconds=backoff)
        else:
            _log.warning("database_restarted")


async def _shielded(step: Callable[[], _Answer]) -> _Answer:
    """Run a step in a thread to its end, whatever is cancelled meanwhile."""
    answers: list[_Answer] = []
    with anyio.CancelScope(shield=True):
        answers.append(await to_thread.run_sync(step))
    return answers[0]


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

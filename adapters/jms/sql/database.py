"""Connections to the JMS's database that only read, and the threads that wait on them."""

import asyncio
from collections.abc import Callable, Generator, Sequence
from contextlib import closing, contextmanager
from threading import Lock
from typing import Any, Final, TypeVar

from sqlalchemy import URL, Connection, Engine, QueuePool, Row, Select, create_engine, event
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from adapters.jms.sql.dialects import Dialect, Fault
from adapters.jms.sql.faults import UnreadableRowError, fault_of, translated
from adapters.worker_threads import WorkerThreads
from app.domain.errors import JmsTimeoutError

T = TypeVar("T")

SEVER_SECONDS: Final = 2.0
"""After a statement's time, until its connection is broken: the server should have ended it."""

_RECYCLE_SECONDS: Final = 1800
"""A connection's life; firewalls forget older ones that are idle."""


class Database:
    """At most so many sessions whose statements take at most so many seconds.

    Each session has a thread: neither ever waits for the other. An autocommitted SELECT is one
    call to the server; a session is not asked whether it lives, but one that proves dead is
    replaced and asked again, once.
    """

    def __init__(
        self,
        url: URL,
        dialect: Dialect,
        seconds: float,
        connections: int,
        sever_seconds: float = SEVER_SECONDS,
    ) -> None:
        self.sessions = connections
        self._seconds = seconds
        self._sever_seconds = sever_seconds
        self._dialect = dialect
        self._threads = WorkerThreads(connections, "jms-sql")
        self._engine = _engine(url, dialect, seconds, connections)
        self._pool = self._engine.pool
        self._closed = False

    async def run(self, work: Callable[[Connection], T]) -> T:
        """Do the work on a session.

        Raises UnreadableRowError, JmsMisconfiguredError and JmsUnavailableError.
        """
        call = _Call(self._dialect)
        try:
            return await self._threads.run(self._seconds, self._done, call, work)
        except TimeoutError as error:
            raise JmsTimeoutError from error
        finally:
            if not call.ended:
                asyncio.get_running_loop().call_later(self._sever_seconds, call.sever)

    def close(self) -> None:
        """Close the sessions; those in use are closed when their calls end."""
        self._closed = True
        self._pool.dispose()

    def _done(self, call: "_Call", work: Callable[[Connection], T]) -> T:
        try:
            try:
                return self._once(call, work)
            except DBAPIError as error:
                if not error.connection_invalidated or call.severed:
                    raise
                if fault_of(error, self._dialect) is Fault.TIMEOUT:
                    raise
            return self._once(call, work)
        except SQLAlchemyError as error:
            raise translated(error, self._dialect) from error
        finally:
            call.ended = True
            if self._closed:
                self._pool.dispose()

    def _once(self, call: "_Call", work: Callable[[Connection], T]) -> T:
        with self._engine.connect() as connection, call.holding(connection):
            return work(connection)


class _Call:
    """A call under way, and the connection of the driver on which it may wait for ever."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._lock = Lock()
        self._held: Any = None
        self.severed = False
        self.ended = False

    @contextmanager
    def holding(self, connection: Connection) -> Generator[None]:
        """Say which connection is waited on; JmsTimeoutError where nobody waits any more."""
        with self._lock:
            if self.severed:
                raise JmsTimeoutError
            self._held = connection.connection.driver_connection
        try:
            yield
        finally:
            with self._lock:
                self._held = None

    def sever(self) -> None:
        """Break the connection, if the call still waits on it."""
        with self._lock:
            self.severed = True
            if self._held is not None:
                self._dialect.sever(self._held)


def _engine(url: URL, dialect: Dialect, seconds: float, connections: int) -> Engine:
    autocommitted: dict[str, Any] = {
        "isolation_level": "AUTOCOMMIT",
        "skip_autocommit_rollback": True,
        "pool_reset_on_return": None,
    }
    engine = create_engine(
        url,
        **(autocommitted if dialect.autocommit else {}),
        poolclass=QueuePool,
        pool_size=connections,
        max_overflow=0,
        pool_timeout=seconds,
        pool_recycle=_RECYCLE_SECONDS,
        pool_use_lifo=True,
        hide_parameters=True,
        connect_args=dict(dialect.connect_arguments(url, seconds)),
    )

    @event.listens_for(engine, "connect")
    def connected(connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver's own
        with closing(connection.cursor()) as cursor:
            for statement in dialect.prepare(connection, seconds):
                cursor.execute(statement)
        connection.commit()

    if dialect.begins_with is not None:
        first = dialect.begins_with

        @event.listens_for(engine, "begin")
        def begun(connection: Connection) -> None:
            connection.exec_driver_sql(first)

    return engine


def fetched(connection: Connection, question: Select[Any]) -> Sequence[Row[Any]]:
    """Return all rows; UnreadableRowError where the driver cannot decode a value of one."""
    try:
        return connection.execute(question).fetchall()
    except (ValueError, OverflowError) as error:
        raise UnreadableRowError(type(error).__name__) from error

"""Connections to PostgreSQL, and what becomes of its errors."""

import asyncio
import select
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import psycopg
from psycopg.conninfo import conninfo_to_dict
from psycopg.pq import TransactionStatus
from psycopg_pool import AsyncConnectionPool, PoolClosed, PoolTimeout
from typing_extensions import override

from app.domain.errors import ModelSwitchedError, RecordsUnavailableError

ConnectionPool = AsyncConnectionPool[psycopg.AsyncConnection]


class CancellablePool(ConnectionPool):
    """A pool whose callers are cancelled though a connection comes free just then.

    It waits with `asyncio.wait_for`, and that of Python 3.11 loses such a cancellation: a loop that
    was told to end only then would never end.
    """

    @override
    async def getconn(self, timeout: float | None = None) -> psycopg.AsyncConnection:
        task = asyncio.current_task()
        cancellations = task.cancelling() if task is not None else 0
        connection = await super().getconn(timeout)
        if task is not None and task.cancelling() > cancellations:
            await self.putconn(connection)
            raise asyncio.CancelledError
        return connection


OPEN_SECONDS = 10.0
"""What a server that is named may take to answer at all before the service does not start."""

WAIT_SECONDS = 4.0
"""For a free connection; a restarted server is back sooner, and a caller may ask again."""

RECONNECT_SECONDS = 2.0
"""After this the pool would give up; it is told to go on, so it tries once a second for ever."""

_MODEL_REFUSED = "CND01"
"""Raised by `refuse_model` in the database."""

# Our statements are few and always used alike: plan each once. Compiling them costs more than they.
_SESSION = "-c timezone=UTC -c plan_cache_mode=force_generic_plan -c jit=off"

# What a role lacks, somebody took away or a trigger refuses: nothing is wrong with the request.
_TAKEN_AWAY = (
    psycopg.errors.ReadOnlySqlTransaction,
    psycopg.errors.InsufficientPrivilege,
    psycopg.errors.UndefinedTable,
    psycopg.errors.UndefinedColumn,
    psycopg.errors.UndefinedFunction,
    psycopg.errors.RaiseException,
)

_CONNECTION: dict[str, str | int] = {
    "application_name": "candid",
    "connect_timeout": 5,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,  # milliseconds
    "prepare_threshold": 1,
}


@asynccontextmanager
async def connected(conninfo: str, connections: int = 10) -> AsyncIterator[ConnectionPool]:
    """Open a pool of up to so many connections, which mends itself when the server restarts.

    Raises RecordsUnavailableError when the server cannot be reached at all.
    """
    given = conninfo_to_dict(conninfo).get("options") or ""
    pool: ConnectionPool = CancellablePool(
        conninfo,
        kwargs={**_CONNECTION, "options": f"{_SESSION} {given}"},
        min_size=min(2, connections),
        max_size=connections,
        open=False,
        check=_refuse_dead,
        timeout=WAIT_SECONDS,
        reconnect_timeout=RECONNECT_SECONDS,
        reconnect_failed=_try_again,
    )
    with translated():
        await pool.open(wait=True, timeout=OPEN_SECONDS)
    try:
        yield pool
    finally:
        await pool.close()


async def _try_again(pool: ConnectionPool) -> None:
    if not pool.closed:
        await pool.resize(pool.min_size, pool.max_size)


async def _refuse_dead(connection: psycopg.AsyncConnection) -> None:
    """Spare a round trip: an idle connection has nothing to read, unless its server is gone."""
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN)
    if poll.poll(0):
        await connection.execute("")
        await connection.rollback()


@asynccontextmanager
async def without_transaction(connection: psycopg.AsyncConnection) -> AsyncIterator[None]:
    """Spare the round trips that begin and end a transaction; a broken connection is not reused."""
    await connection.set_autocommit(True)
    try:
        yield
    finally:
        if connection.info.transaction_status is TransactionStatus.IDLE:
            await connection.set_autocommit(False)
        else:
            await connection.close()


def unavailable() -> BaseException:
    """Return what a task that meets a database it cannot use has to raise."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        return asyncio.CancelledError()
    return RecordsUnavailableError()


@contextmanager
def translated() -> Iterator[None]:
    """Raise RecordsUnavailableError for whatever the database cannot do now.

    And ModelSwitchedError where faces come too late for their model; CancelledError in a task that
    is being cancelled: where the connection breaks just then, psycopg raises what broke it, and who
    tries again would never end.
    """
    try:
        yield
    except (psycopg.OperationalError, psycopg.InterfaceError, PoolTimeout, PoolClosed) as error:
        raise unavailable() from error
    except (psycopg.InternalError, *_TAKEN_AWAY) as error:
        raise unavailable() from error
    except psycopg.IntegrityError as error:
        if error.diag.table_name != "audit":
            raise
        raise unavailable() from error  # whatever it is that is wrong with it
    except psycopg.DatabaseError as error:
        if error.sqlstate != _MODEL_REFUSED:
            raise
        raise ModelSwitchedError from error

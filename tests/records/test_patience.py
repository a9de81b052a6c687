import asyncio
import os
import signal
import time

import psycopg
import pytest

from adapters.records.postgres.patience import Patience
from adapters.records.postgres.pool import connected, translated


async def test_a_frozen_server_is_hung_up_on(database: str) -> None:
    connection = await psycopg.AsyncConnection.connect(database)
    backend = connection.info.backend_pid
    os.kill(backend, signal.SIGSTOP)
    try:
        with (
            Patience(0.2) as patience,
            pytest.raises(psycopg.OperationalError),
            patience.answer_of(connection),
        ):
            await connection.execute("SELECT 1")
    finally:
        os.kill(backend, signal.SIGCONT)

    assert connection.closed


async def test_what_follows_a_block_is_not_waited_for_either(database: str) -> None:
    connection = await psycopg.AsyncConnection.connect(database)
    backend = connection.info.backend_pid
    try:
        with Patience(0.2) as patience:
            with patience.farewell_of(connection):
                os.kill(backend, signal.SIGSTOP)
            with pytest.raises(psycopg.OperationalError):
                await connection.execute("SELECT 1")
    finally:
        os.kill(backend, signal.SIGCONT)

    assert connection.closed


async def test_a_closed_connection_needs_no_hanging_up(database: str) -> None:
    connection = await psycopg.AsyncConnection.connect(database)

    with Patience(0.05) as patience, patience.answer_of(connection):
        await connection.close()
        time.sleep(0.1)  # noqa: ASYNC251 - the timer is due when the loop comes round again
        other = await psycopg.AsyncConnection.connect(database)

    assert not other.closed
    await other.close()


async def test_a_task_that_is_cancelled_ends_though_its_connection_breaks_just_then() -> None:
    begun = asyncio.Event()

    async def work() -> None:
        with translated():
            begun.set()
            try:
                await asyncio.sleep(60)
            except asyncio.CancelledError:
                raise psycopg.OperationalError from None

    task = asyncio.create_task(work())
    await begun.wait()
    task.cancel()
    await asyncio.wait([task])

    assert task.cancelled()


async def test_who_waits_for_a_connection_is_cancelled_even_as_one_comes_free(
    database: str,
) -> None:
    """The wait_for of Python 3.11 loses a cancellation that comes with what it waited for."""
    async with connected(database, connections=1) as pool:
        for turns in range(12):
            held = await pool.getconn()
            waiting = asyncio.create_task(pool.getconn())
            await asyncio.sleep(0.01)

            returning = asyncio.create_task(pool.putconn(held))
            for _ in range(turns):
                await asyncio.sleep(0)
            is_late = waiting.done()
            waiting.cancel()
            await asyncio.wait([waiting, returning])

            assert waiting.cancelled() or is_late
            if is_late:
                await pool.putconn(waiting.result())

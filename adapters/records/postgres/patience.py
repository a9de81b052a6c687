"""How long the database may take: a frozen server would otherwise be waited for, for ever."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import TracebackType
from typing import Self

import psycopg

ANSWER_SECONDS = 6.0
"""For one answer, waiting for locks included; our statements take milliseconds."""


class Patience:
    """Hangs up on a server that does not answer in time, which then is an OperationalError.

    Cancelling would not do: psycopg then waits for the server to confirm, which a frozen one
    never does.
    """

    def __init__(self, seconds: float = ANSWER_SECONDS) -> None:
        self._seconds = seconds
        self._timer: asyncio.TimerHandle | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._stop()

    @contextmanager
    def answer_of(self, connection: psycopg.AsyncConnection) -> Iterator[None]:
        """Wait in this block for as long as one answer may take."""
        self._start(connection)
        try:
            yield
        finally:
            self._stop()

    @contextmanager
    def farewell_of(self, connection: psycopg.AsyncConnection) -> Iterator[None]:
        """Allow one answer's time for all that follows the block, until this object is left."""
        try:
            yield
        finally:
            self._start(connection)

    def _start(self, connection: psycopg.AsyncConnection) -> None:
        self._stop()
        self._timer = asyncio.get_running_loop().call_later(self._seconds, _hang_up, connection)

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


def _hang_up(connection: psycopg.AsyncConnection) -> None:
    """Close the connection below psycopg, so that whoever waits on it reads its end."""
    with suppress(OSError, psycopg.Error):
        wire = socket.socket(fileno=connection.fileno())
        try:
            wire.shutdown(socket.SHUT_RDWR)
        finally:
            wire.detach()  # libpq owns the socket

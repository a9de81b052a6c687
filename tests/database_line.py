"""A line to a database server on a socket: it counts round trips, breaks, and goes silent."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

_MOST = 65536


@dataclass
class Line:
    """What went over it; while it is silent nothing comes back, and nothing breaks."""

    round_trips: int = 0
    connections: int = 0
    answered_bytes: int = 0
    silent: bool = False
    _pairs: list[asyncio.StreamWriter] = field(default_factory=list)

    def cut(self) -> None:
        """Break every connection, as a server that is killed does."""
        for writer in self._pairs:
            writer.transport.abort()
        self._pairs.clear()

    async def joined(self, server: Path, caller: "_Streams") -> None:
        """Carry one connection."""
        self.connections += 1
        there = await asyncio.open_unix_connection(str(server))
        self._pairs += [caller[1], there[1]]
        asked = _Asked()
        with suppress(OSError, asyncio.CancelledError):
            await asyncio.gather(
                self._carry(caller[0], there[1], asked, is_question=True),
                self._carry(there[0], caller[1], asked, is_question=False),
            )

    async def _carry(
        self,
        source: asyncio.StreamReader,
        target: asyncio.StreamWriter,
        asked: "_Asked",
        *,
        is_question: bool,
    ) -> None:
        try:
            while data := await source.read(_MOST):
                if is_question and not asked.open:
                    self.round_trips += 1
                asked.open = is_question
                self.answered_bytes += 0 if is_question else len(data)
                if not self.silent:
                    target.write(data)
                    await target.drain()
        finally:  # also where this end broke, or the other would wait for ever
            target.close()


@dataclass
class _Asked:
    """Whether a question is under way."""

    open: bool = False


_Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@asynccontextmanager
async def line_to(server: Path, at: Path) -> AsyncGenerator[Line]:
    """Open a socket at a path from which a line leads to the server."""
    line = Line()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await line.joined(server, (reader, writer))

    listening = await asyncio.start_unix_server(connected, str(at))
    try:
        yield line
    finally:
        listening.close()
        line.cut()

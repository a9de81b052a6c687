"""A server that takes connections and never reads, so that what is sent to it gets stuck."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from typing_extensions import override


class _Deaf(asyncio.Protocol):
    def __init__(self, heard: list[asyncio.Transport]) -> None:
        self._heard = heard

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        transport.pause_reading()
        self._heard.append(transport)


@asynccontextmanager
async def deaf_server(heard: list[asyncio.Transport] | None = None) -> AsyncGenerator[str]:
    """Serve on a free port; `heard` gets its connections."""
    connections = [] if heard is None else heard
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Deaf(connections), "127.0.0.1", 0)
    yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    server.close()
    for connection in connections:
        connection.abort()

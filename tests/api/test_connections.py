"""Slow, endless and strange clients on a real socket: each is told so, or cut off, in time."""

import asyncio
import contextlib
import http.client
import json
import socket
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace

import pytest
import uvicorn
from starlette.types import Receive, Scope, Send

from app.api.complaints import HEAD_BYTES, HEAD_LINES
from app.api.connections import UNLISTED, Patience, patient
from app.api.headers import HEADERS

HASTE = Patience(head=0.3, window=0.3, pace=1000, body=30, reader=0.3)
WHOLE = 30_000_000
START = b"POST /search HTTP/1.1\r\nHost: localhost\r\n"
LONG = b"Content-Length: 1000000\r\n\r\n"


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    """Read the whole body and answer, but for `/early`.

    `/much` answers more than a socket holds, `/whole` too, in one piece.
    """
    assert scope["type"] == "http"
    if scope["path"] == "/early":
        await send({"type": "http.response.start", "status": 401, "headers": []})
        await send({"type": "http.response.body", "body": b"no"})
        return
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        more = message.get("more_body", False)
    await send({"type": "http.response.start", "status": 200, "headers": []})
    for _ in range(1000 if scope["path"] == "/much" else 1):
        await send({"type": "http.response.body", "body": bytes(100_000), "more_body": True})
    if scope["path"] == "/whole":
        await send({"type": "http.response.body", "body": bytes(WHOLE), "more_body": True})
    await send({"type": "http.response.body", "body": b""})


@asynccontextmanager
async def served(patience: Patience) -> AsyncGenerator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        config = uvicorn.Config(
            app, http=patient(patience), ws="none", lifespan="off", log_config=None
        )
        server = uvicorn.Server(config)
        config.load()
        server.lifespan = config.lifespan_class(config)
        await server.startup([listener])
        try:
            yield int(listener.getsockname()[1])
        finally:
            server.force_exit = True
            await server.shutdown([listener])


@pytest.fixture
async def port() -> AsyncIterator[int]:
    async with served(HASTE) as port:
        yield port


Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@asynccontextmanager
async def connected(port: int, source: str = "127.0.0.1") -> AsyncGenerator[Streams]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=(source, 0))
    try:
        yield reader, writer
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()


async def told(port: int, *sent: bytes) -> tuple[int, str]:
    """Send, wait until the service closes, and return status and code of its answer."""
    async with connected(port) as (reader, writer):
        for piece in sent:
            writer.write(piece)
            await writer.drain()
        return await answer(reader)


async def answer(reader: asyncio.StreamReader) -> tuple[int, str]:
    head, _, body = (await reader.read()).partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    assert {f"{name.lower()}: {value}" for name, value in HEADERS.items()} <= set(lines)
    assert not [line for line in lines if line.startswith("server:")]
    problem = json.loads(body)
    assert int(lines[0].split()[1]) == problem["status"]
    return problem["status"], problem["code"]


@pytest.mark.parametrize(
    "sent",
    [b"", b"GET /health", START, START + b"X-Slow: 1\r\n"],
    ids=["none", "line", "head", "x"],
)
async def test_a_head_that_does_not_end_is_not_waited_for(port: int, sent: bytes) -> None:
    assert await told(port, sent) == (408, "request_timeout")


@pytest.mark.parametrize(
    "sent",
    [LONG + b"some", b"Transfer-Encoding: chunked\r\n\r\n5\r\n12345\r\n"],
    ids=["announced", "chunked"],
)
async def test_a_body_that_does_not_move_on_is_not_waited_for(port: int, sent: bytes) -> None:
    assert await told(port, START + sent) == (408, "request_timeout")


async def test_a_body_that_moves_on_at_a_trickle_ends_after_its_time() -> None:
    patience = replace(HASTE, pace=1, body=0.9)
    async with served(patience) as port, connected(port) as (reader, writer):
        writer.write(START + LONG)
        waiting = asyncio.create_task(answer(reader))
        while not waiting.done():
            writer.write(b"1")
            await asyncio.wait({waiting}, timeout=0.05)

    assert waiting.result() == (408, "request_timeout")


async def test_who_does_not_read_the_answer_is_cut_off(port: int) -> None:
    async with connected(port) as (reader, writer):
        transport = writer.transport
        assert isinstance(transport, asyncio.Transport)
        transport.pause_reading()
        writer.write(b"GET /much HTTP/1.1\r\nHost: localhost\r\n\r\n")
        await _others_end(port)
        transport.resume_reading()

        with pytest.raises((ConnectionResetError, asyncio.IncompleteReadError)):
            await reader.readexactly(100_000_000)


async def _others_end(port: int) -> None:
    """Wait until the patience for a reader is over, by one for a head that began later."""
    for _ in range(2):
        await told(port, b"GET")


async def test_too_many_header_lines_are_431(port: int) -> None:
    lines = b"".join(b"X-%d: 1\r\n" % number for number in range(HEAD_LINES + 1))

    assert await told(port, START + lines + b"\r\n") == (431, "request_header_fields_too_large")


async def test_long_headers_are_431(port: int) -> None:
    lines = b"X: " + b"a" * HEAD_BYTES

    assert await told(port, START + lines + b"\r\n\r\n") == (431, "request_header_fields_too_large")


@pytest.mark.parametrize("start", [b"GET /", START + b"X: "], ids=["address", "header"])
async def test_a_line_without_end_is_431_before_it_fills_the_memory(
    port: int, start: bytes
) -> None:
    status = await told(port, start, b"a" * HEAD_BYTES, b"a" * HEAD_BYTES)

    assert status == (431, "request_header_fields_too_large")


async def test_headers_behind_the_body_count_too(port: int) -> None:
    trailers = b"".join(b"X-%d: 1\r\n" % number for number in range(HEAD_LINES + 1))
    chunked = b"Transfer-Encoding: chunked\r\n\r\n1\r\n1\r\n0\r\n"

    found = await told(port, START + chunked + trailers + b"\r\n")

    assert found == (431, "request_header_fields_too_large")


async def test_what_is_no_http_is_400(port: int) -> None:
    assert await told(port, b"\x16\x03\x01\x02\x00\r\n\r\n") == (400, "bad_request")


async def test_long_headers_within_the_limit_are_served(port: int) -> None:
    async with connected(port) as (reader, writer):
        writer.write(b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"a" * 20_000 + b"\r\n\r\n")

        assert (await reader.readline()).startswith(b"HTTP/1.1 200")


async def test_beyond_the_connections_there_may_be_only_health_is_answered() -> None:
    async with served(replace(HASTE, head=60, connections=2)) as port, AsyncExitStack() as stack:
        for _ in range(2):
            _, writer = await stack.enter_async_context(connected(port))
            writer.write(b"GET")
        refused = await told(port, b"GET /index HTTP/1.1\r\nHost: localhost\r\n\r\n")
        reader, writer = await stack.enter_async_context(connected(port))
        writer.write(b"GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n")
        watched = await reader.readline()
        for _ in range(UNLISTED + 1):
            reader, _ = await stack.enter_async_context(connected(port))
        last = await answer(reader)

    assert refused == last == (429, "too_many_calls")
    assert watched.startswith(b"HTTP/1.1 200")


async def test_a_long_body_that_is_refused_early_spoils_nothing() -> None:
    patience = Patience()
    async with served(patience) as port:
        found = await asyncio.to_thread(_two_calls, port)

    assert found == [(401, b"no"), (401, b"no"), (200, bytes(100_000))]


def _two_calls(port: int) -> list[tuple[int, bytes]]:
    """Send as most clients do: the whole body first, and only then look for an answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    found = []
    pieces = (bytes(100_000) for _ in range(50))
    for path, body in (("/early", bytes(5_000_000)), ("/early", pieces), ("/", b"")):
        connection.request("POST", path, body)
        response = connection.getresponse()
        found.append((response.status, response.read()))
    connection.close()
    return found


async def test_the_rest_of_a_refused_body_is_not_waited_for_without_end(port: int) -> None:
    async with connected(port) as (reader, writer):
        writer.write(b"POST /early HTTP/1.1\r\nHost: localhost\r\n" + LONG + b"some")
        came = await reader.read()

    assert came.startswith(b"HTTP/1.1 401")
    assert came.count(b"HTTP/1.1") == 1


async def test_after_the_rest_of_a_refused_body_the_connection_is_idle_as_any() -> None:
    async with served(Patience()) as port, connected(port) as (reader, writer):
        writer.write(b"POST /early HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n")
        assert (await reader.readline()).startswith(b"HTTP/1.1 401")
        writer.write(b"some body")

        assert (await reader.read()).endswith(b"no\r\n0\r\n\r\n")  # and then it is closed


async def test_a_refusal_is_not_written_into_the_answer_before_it() -> None:
    async with served(replace(HASTE, reader=60)) as port, connected(port) as (reader, writer):
        writer.write(b"GET /whole HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert (await reader.readline()).startswith(b"HTTP/1.1 200")
        writer.write(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n\x16\x03 no HTTP\r\n\r\n")
        rest = await reader.read()

    assert b"HTTP/1.1" not in rest


async def test_who_reads_slowly_but_steadily_is_not_cut_off() -> None:
    async with (
        served(replace(HASTE, reader=4 * HASTE.head)) as port,
        connected(port) as (reader, writer),
    ):
        writer.write(b"GET /whole HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        read = 0
        for _ in range(8):
            read += len(await reader.readexactly(WHOLE // 10))
            await told(port, b"GET")  # so long as a head is waited for
        rest = await reader.read()

    assert read + len(rest) > WHOLE


async def test_one_address_does_not_get_every_connection() -> None:
    few = replace(HASTE, head=60, connections=50, of_one_address=2)
    async with served(few) as port, AsyncExitStack() as stack:
        for _ in range(2):
            _, writer = await stack.enter_async_context(connected(port))
            writer.write(b"GET")
        refused = await told(port, b"GET /index HTTP/1.1\r\nHost: localhost\r\n\r\n")
        reader, writer = await stack.enter_async_context(connected(port, "127.0.0.2"))
        writer.write(b"GET /index HTTP/1.1\r\nHost: localhost\r\n\r\n")
        other = await reader.readline()

    assert refused == (429, "too_many_calls")
    assert other.startswith(b"HTTP/1.1 200")

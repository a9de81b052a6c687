"""A simulation of Amazon Rekognition's front door. It is not AWS, and nothing of it is AWS's.

A proxy in front of any server that speaks Rekognition's protocol. It adds what AWS adds: a latency
of 200 to 800 ms, a quota for each operation (a bucket of tokens that is refilled all the time and
holds `--burst` seconds' worth), and faults: 5xx answers, and connections reset before the call is
carried out or after it, when only the answer is lost. How AWS enforces its quotas is not
published; the bucket is the usual way.

    python -m bench.simulated_aws --quota 50 --upstream http://127.0.0.1:8000

Without `--upstream` a stand-in of made-up faces answers (bench/light_rekognition.py).
`GET /simulation` tells what was counted, `PUT /simulation?quota=25` changes the quota.
"""

import argparse
import asyncio
import random
import socket
import struct
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

import aiohttp
from aiohttp import web

from bench.light_rekognition import LightRekognition, answered, operation_of

_EXCEEDED = {
    "__type": "ProvisionedThroughputExceededException",
    "Message": "Provisioned Rate exceeded",
}
_BROKEN = {"__type": "InternalServerError", "Message": "Simulated"}
_THROTTLING_SECONDS = (0.01, 0.04)
_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "content-encoding"}


@dataclass(frozen=True, slots=True)
class Conditions:
    """What calls meet."""

    quota: float = 50.0  # calls a second of each operation
    burst: float = 1.0  # seconds' worth that the bucket holds; one call at least
    latency: tuple[float, float] = (0.2, 0.8)
    faults: float = 0.01  # share of the calls: half 5xx, a fourth each kind of reset
    quiet: frozenset[str] = frozenset({"ListFaces", "CreateCollection"})  # pass as they are


@dataclass
class Counts:
    """What happened to one operation."""

    calls: int = 0
    throttled: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    granted_a_second: Counter[int] = field(default_factory=Counter)
    answered_a_second: Counter[int] = field(default_factory=Counter)  # by when they were granted
    throttled_a_second: Counter[int] = field(default_factory=Counter)


class Bucket:
    """Tokens, refilled all the time."""

    def __init__(self, conditions: Conditions) -> None:
        self._tokens = max(1.0, conditions.quota * conditions.burst)
        self._at = time.monotonic()

    def take(self, conditions: Conditions) -> bool:
        """Take a token, if there is one."""
        now = time.monotonic()
        most = max(1.0, conditions.quota * conditions.burst)
        self._tokens = min(most, self._tokens + (now - self._at) * conditions.quota)
        self._at = now
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True


class SimulatedAws:
    """The proxy."""

    def __init__(self, upstream: str, conditions: Conditions) -> None:
        self._upstream = upstream
        self._conditions = conditions
        self._client: aiohttp.ClientSession | None = None
        self._random = random.Random(1)  # noqa: S311 - a simulation
        self._faults = random.Random(2)  # noqa: S311 - the same calls meet them every time
        self._began = time.monotonic()
        self._buckets: dict[str, Bucket] = {}
        self._counts: defaultdict[str, Counts] = defaultdict(Counts)

    def app(self) -> web.Application:
        """Return the application to serve."""
        app = web.Application(client_max_size=16 * 2**20)
        app.cleanup_ctx.append(self._connected)
        app.router.add_post("/", self._called)
        app.router.add_get("/simulation", self._told)
        app.router.add_put("/simulation", self._changed)
        return app

    async def _connected(self, _: web.Application):  # type: ignore[no-untyped-def]  # noqa: ANN202 - aiohttp's
        connector = aiohttp.TCPConnector(limit=0)
        async with aiohttp.ClientSession(connector=connector, auto_decompress=False) as client:
            self._client = client
            yield

    async def _called(self, request: web.Request) -> web.StreamResponse:
        operation = operation_of(request)
        if operation in self._conditions.quiet:
            return await self._carried_out(request)
        counts, second = self._counts[operation], int(time.monotonic() - self._began)
        counts.calls += 1
        bucket = self._buckets.setdefault(operation, Bucket(self._conditions))
        if not bucket.take(self._conditions):
            counts.throttled += 1
            counts.throttled_a_second[second] += 1
            await asyncio.sleep(self._random.uniform(*_THROTTLING_SECONDS))
            return answered(_EXCEEDED, 400)
        counts.granted_a_second[second] += 1
        return await self._granted(request, counts, second)

    async def _granted(
        self, request: web.Request, counts: Counts, second: int
    ) -> web.StreamResponse:
        latency = self._random.uniform(*self._conditions.latency)
        fault = self._fault()
        if fault:
            counts.faults[fault] += 1
        await asyncio.sleep(latency / 2)
        if fault == "5xx":
            await asyncio.sleep(latency / 2)
            return answered(_BROKEN, 500)
        if fault == "reset before":
            return _reset(request)
        answer = await self._carried_out(request)
        await asyncio.sleep(latency / 2)
        if fault == "reset after":
            return _reset(request)
        counts.answered_a_second[second] += answer.status == web.HTTPOk.status_code
        return answer

    def _fault(self) -> str | None:
        drawn = self._faults.random() / self._conditions.faults if self._conditions.faults else 1.0
        if drawn >= 1:
            return None
        return "5xx" if drawn < 0.5 else "reset before" if drawn < 0.75 else "reset after"

    async def _carried_out(self, request: web.Request) -> web.Response:
        assert self._client is not None
        headers = {name: value for name, value in request.headers.items() if _passes_on(name)}
        async with self._client.post(
            self._upstream, data=await request.read(), headers=headers
        ) as answer:
            passed = {name: value for name, value in answer.headers.items() if _passes_on(name)}
            return web.Response(body=await answer.read(), status=answer.status, headers=passed)

    async def _told(self, _: web.Request) -> web.Response:
        return web.json_response(
            {
                name: {
                    "calls": counts.calls,
                    "granted": counts.granted_a_second.total(),
                    "throttled": counts.throttled,
                    "faults": counts.faults,
                    "granted_a_second": counts.granted_a_second,
                    "answered_a_second": counts.answered_a_second,
                    "throttled_a_second": counts.throttled_a_second,
                }
                for name, counts in self._counts.items()
            }
        )

    async def _changed(self, request: web.Request) -> web.Response:
        before = self._conditions
        quota = float(request.query["quota"])
        self._conditions = Conditions(quota, before.burst, before.latency, before.faults)
        return web.json_response({"quota": quota})


def _passes_on(header: str) -> bool:
    return header.lower() not in _HOP


def _reset(request: web.Request) -> web.Response:
    """Cut the connection with a reset, as a lost machine's neighbours do."""
    if request.transport is not None:
        wire = request.transport.get_extra_info("socket")
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        request.transport.abort()
    return web.Response()


async def serve(
    upstream: str | None, conditions: Conditions, port: int, ready: Callable[[int], Awaitable[None]]
) -> None:
    """Serve on this machine until cancelled; `ready` is told the port."""
    async with AsyncExitStack() as stack:
        if upstream is None:
            behind = await _started(LightRekognition().app(), 0, stack)
            upstream = f"http://127.0.0.1:{behind}/"
        await ready(await _started(SimulatedAws(upstream, conditions).app(), port, stack))
        await asyncio.Event().wait()


async def _started(app: web.Application, port: int, stack: AsyncExitStack) -> int:
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    listening = socket.create_server(("127.0.0.1", port), backlog=512)
    await web.SockSite(runner, listening).start()
    return int(listening.getsockname()[1])


async def _print_port(port: int) -> None:
    print(f"A simulation, not AWS: http://127.0.0.1:{port}", flush=True)


def main() -> None:
    """Serve with the conditions of the command line."""
    parser = argparse.ArgumentParser(description="A simulation of AWS, not AWS.")
    parser.add_argument("--upstream")
    parser.add_argument("--quota", type=float, default=50.0)
    parser.add_argument("--burst", type=float, default=1.0)
    parser.add_argument("--faults", type=float, default=0.01)
    parser.add_argument("--port", type=int, default=0)
    asked = parser.parse_args()
    conditions = Conditions(asked.quota, asked.burst, faults=asked.faults)
    try:
        asyncio.run(serve(asked.upstream, conditions, asked.port, _print_port))
    except KeyboardInterrupt:
        sys.exit(0)


if __name__ == "__main__":
    main()

"""A JMS on a socket that is as slow as it is told to be, and counts what it is asked.

`python -m bench.slow_jms` prints its address and serves until it is ended. It answers
`GET /bookings/ID` and, for all candidates of a search at once, `GET /bookings?ids=ID,ID`.
`PUT /conditions?seconds=0.3` sets the latency, `hangs=1` keeps every answer back;
`GET /conditions` tells how many calls there were, and for how many bookings.
"""

import asyncio
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import httpx
from aiohttp import web


@dataclass
class SlowJms:
    """The system."""

    seconds: float = 0.0
    hangs: bool = False
    calls: int = 0
    bookings: int = 0
    at_once: int = 0
    most_at_once: int = 0

    def app(self) -> web.Application:
        """Return the application to serve."""
        app = web.Application()
        app.router.add_get("/bookings", self._several)
        app.router.add_get("/bookings/{id}", self._one)
        app.router.add_get("/conditions", self._told)
        app.router.add_put("/conditions", self._changed)
        return app

    async def _one(self, request: web.Request) -> web.Response:
        await self._called(1)
        return web.json_response(_booking(request.match_info["id"]))

    async def _several(self, request: web.Request) -> web.Response:
        ids = request.query["ids"].split(",")
        await self._called(len(ids))
        return web.json_response({"items": [_booking(one) for one in ids]})

    async def _called(self, bookings: int) -> None:
        self.calls += 1
        self.bookings += bookings
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            await asyncio.sleep(3600 if self.hangs else self.seconds)
        finally:
            self.at_once -= 1

    async def _told(self, _: web.Request) -> web.Response:
        told = {"calls": self.calls, "bookings": self.bookings, "most_at_once": self.most_at_once}
        return web.json_response(told)

    async def _changed(self, request: web.Request) -> web.Response:
        self.seconds = float(request.query.get("seconds", self.seconds))
        self.hangs = request.query.get("hangs", "0") == "1"
        self.calls = self.bookings = self.most_at_once = 0
        return web.json_response({})


def _booking(external_image_id: str) -> dict[str, str]:
    return {
        "external_image_id": external_image_id,
        "booking_number": f"26-{external_image_id}",
        "person_id": f"P-{external_image_id}",
        "last_name": "Sample",
        "status": "active",
    }


async def _started(app: web.Application) -> str:
    runner = web.AppRunner(app, access_log=None, handler_cancellation=True)
    await runner.setup()
    listening = socket.create_server(("127.0.0.1", 0), backlog=512)
    await web.SockSite(runner, listening).start()
    return f"http://127.0.0.1:{listening.getsockname()[1]}"


async def _serve() -> None:
    print(await _started(SlowJms().app()), flush=True)
    await asyncio.Event().wait()


@dataclass
class OutsideJms:
    """The JMS, in a process of its own."""

    url: str

    def change(self, **conditions: str) -> None:
        """Set how it is, and count from nothing."""
        httpx.put(f"{self.url}/conditions", params=conditions).raise_for_status()

    def told(self) -> dict[str, int]:
        """Return what it was asked since."""
        counts: dict[str, int] = httpx.get(f"{self.url}/conditions").json()
        return counts


@contextmanager
def outside() -> Iterator[OutsideJms]:
    """Run it."""
    command = (sys.executable, "-m", "bench.slow_jms")
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - ours
        assert process.stdout is not None
        try:
            yield OutsideJms(process.stdout.readline().strip())
        finally:
            process.terminate()


def main() -> None:
    """Serve until ended."""
    try:
        asyncio.run(_serve())
    except KeyboardInterrupt:
        sys.exit(0)


if __name__ == "__main__":
    main()

"""200 searches at once by two callers: what each is answered, memory, and the health check's p99.

`python -m bench.crowd`: a service of its own with keys, a few photos indexed, a
calm moment, then all calls at once, while another process asks for the health every 10 ms: whoever
sends 200 photos is too busy to time it.
"""

import argparse
import asyncio
import http.client
import multiprocessing
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path

import httpx

from adapters.portraits import sample_portraits
from bench.percentiles import percentile, told
from bench.processes import family, resident_mb
from bench.results import Results, results
from tests.kept import PORTRAITS
from tests.live import LiveService, live_service

CALLS = 200
INDEXED = 8
SHARE = 0.75
"""Of the calls at once that are the first caller's: the other must not wait for all of them."""

CALM = 3.0  # seconds before it
PAUSE = 0.01  # seconds between two health checks
SEARCH = {"purpose": "training_test"}


@dataclass(slots=True)
class Seen:
    """What was measured by another process meanwhile."""

    health_ms: list[float] = field(default_factory=list)
    unwell: int = 0
    most_resident_mb: float = 0.0

    def health_at(self, percent: int) -> float | None:
        """Return a percentile of the health check's milliseconds, if they are enough to tell."""
        return percentile(self.health_ms, percent)


async def crowd(
    kept: Results, service: LiveService, keys: dict[str, str], photo: bytes, calls: int
) -> None:
    """Fire all calls at once, watch, and print the table."""
    own = httpx.Limits(max_connections=None, max_keepalive_connections=None)
    async with httpx.AsyncClient(base_url=service.url, timeout=120, limits=own) as client:
        with watched(service) as calm:
            await asyncio.sleep(CALM)
        sent = ["busy"] * int(calls * SHARE)
        sent += ["other"] * (calls - len(sent))
        begun = time.perf_counter()
        with watched(service) as busy:
            searches = [_searched(client, keys[name], photo) for name in sent]
            answers = await asyncio.gather(*searches)
    for name in keys:
        own_answers = [one for one, sender in zip(answers, sent, strict=True) if sender == name]
        statuses = Counter(status for status, _ in own_answers)
        served = sorted(after for status, after in own_answers if status == 200)
        middle = served[len(served) // 2] if served else float("nan")
        counts = {f"answered_{status}": count for status, count in sorted(statuses.items())}
        kept.keep("callers", caller=name, calls=len(own_answers), served_after_s=middle, **counts)
        print(f"{name:6} {len(own_answers):4} calls  {dict(statuses)}  served after {middle:.2f} s")
    print(f"all answered after           {time.perf_counter() - begun:.2f} s")
    for name, seen in (("alone", calm), ("in it", busy)):
        found = f"{told(seen.health_at(50), digits=1)} / {told(seen.health_at(99), digits=1)} ms"
        print(f"health {name}, p50 / p99      {found}, of {len(seen.health_ms)}")
    kept.keep(
        "service",
        health_calm_p99_ms=calm.health_at(99),
        health_busy_p99_ms=busy.health_at(99),
        health_not_answered=busy.unwell,
        before_mb=calm.most_resident_mb,
        most_mb=busy.most_resident_mb,
    )
    print(f"health not answered          {busy.unwell}")
    print(
        f"resident before, most        {calm.most_resident_mb:.0f}, {busy.most_resident_mb:.0f} MB"
    )
    assert not [status for status, _ in answers if status >= 500], "a 5xx"


@contextmanager
def watched(service: LiveService) -> Iterator[Seen]:
    """Have another process ask for the health and the memory for as long as this lasts."""
    assert service.process is not None
    seen = Seen()
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    watcher = context.Process(target=_watch, args=(theirs, service.port, service.process.pid))
    watcher.start()
    ours.recv()  # it has begun
    yield seen
    ours.send(None)
    seen.health_ms, seen.unwell, seen.most_resident_mb = ours.recv()
    watcher.join()


def _watch(until: Connection, port: int, service: int) -> None:
    """Ask 10 ms after each answer, on a connection of its own; tell what was found."""
    seen, processes = Seen(), family(service)
    until.send(None)
    while not until.poll(PAUSE):
        begun = time.perf_counter()
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            connection.request("GET", "/health/live")
            well = connection.getresponse().status == http.client.OK
            connection.close()
        except OSError:
            well = False
        if well:
            seen.health_ms.append((time.perf_counter() - begun) * 1000)
        else:
            seen.unwell += 1
        held = sum(resident_mb(pid) for pid in (processes.service, *processes.encoders))
        seen.most_resident_mb = max(seen.most_resident_mb, held)
    until.send((seen.health_ms, seen.unwell, seen.most_resident_mb))


async def _searched(client: httpx.AsyncClient, key: str, photo: bytes) -> tuple[int, float]:
    begun = time.perf_counter()
    headers = {"Authorization": f"Bearer {key}"}
    response = await client.post("/search", files={"photo": photo}, data=SEARCH, headers=headers)
    if response.status_code == 429:
        assert int(response.headers["Retry-After"]) > 0
    return response.status_code, time.perf_counter() - begun


def _keys(service: LiveService, photos: list[Path]) -> dict[str, str]:
    """Index the photos, and give out a key for each caller."""
    first = (service.data_dir / "first-key").read_text().strip()
    with service.client(key=first) as client:
        for number, path in enumerate(photos):
            form = {"external_image_id": f"C-{number}"}
            client.post("/index", data=form, files={"photo": path.read_bytes()}).raise_for_status()
        made = [
            client.post("/keys", json={"name": name, "scopes": ["search"]}).raise_for_status()
            for name in ("busy", "other")
        ]
    return {one.json()["name"]: one.json()["key"] for one in made}


def main() -> None:
    """Serve, fill, and let the crowd in."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--calls", type=int, default=CALLS)
    photos = [one.path for one in sample_portraits(PORTRAITS, print)][:INDEXED]
    with (
        results("crowd", parser) as kept,
        tempfile.TemporaryDirectory() as folder,
        live_service(Path(folder) / "data", AUTH__KIND="keys") as service,
    ):
        keys = _keys(service, photos)
        asyncio.run(crowd(kept, service, keys, photos[0].read_bytes(), kept.asked.calls))


if __name__ == "__main__":
    main()

"""Photos a second as a ratio of the quota, in front of a simulated AWS (bench/simulated_aws.py).

`python -m bench.quota` indexes 3,000 photos at a quota of 50 a second and 300 at 5 a second, with
one process and with three that share the governor, each time from a database that knows nothing.
Once warm: from WARM_SECONDS after the first call to two seconds before the last, which leaves out
how the quota is learned, the full bucket at the start and the thinning out at the end. What is
granted and not indexed met a simulated fault, and cost its share of the quota. Then again with
what was learned: fresh processes, warm from the third second on. Wasted: throttled calls of all
calls.

    python -m bench.quota [--only 50x1] [--burst 0.1] [--change]
"""

import argparse
import asyncio
import json
import subprocess
import sys
import tempfile
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import aioboto3

from adapters.records.embedded import EmbeddedPostgres
from adapters.records.migrations import upgrade
from bench.quota_worker import COLLECTION, Share

WARM_SECONDS = 20
REMEMBERED_WARM_SECONDS = 3


@dataclass(frozen=True, slots=True)
class Run:
    """One line of the table."""

    quota: int
    photos: int
    processes: int
    burst: float = 1.0
    changes: tuple[tuple[float, float], ...] = ()  # (seconds from the start, quota from then on)

    @property
    def scope(self) -> str:
        """Return whose timeline it is."""
        return f"{self.quota}x{self.processes}"

    @property
    def workers(self) -> int:
        """Photos under way in each process: a second's worth in all, and one more."""
        return self.quota // self.processes + 1


RUNS = (Run(50, 3000, 1), Run(50, 3000, 3), Run(5, 300, 1), Run(5, 300, 3))
CHANGING = Run(50, 14_000, 3, changes=((60, 25), (120, 50)))


async def measured(run: Run, conninfo: str, scope: str, warm_seconds: int) -> str:
    """Index all photos and return a line of the table."""
    with _simulation(run) as url:
        async with aioboto3.Session("test", "test", region_name="us-east-1").client(
            "rekognition", endpoint_url=url
        ) as client:
            await client.create_collection(CollectionId=COLLECTION)
            changing = asyncio.create_task(_changed(url, run))
            shares = [
                Share(conninfo, url, scope, first, run.processes, run.photos, run.workers)
                for first in range(run.processes)
            ]
            outcomes = sum(await asyncio.gather(*map(_process, shares)), Counter[str]())
            changing.cancel()
            pages = client.get_paginator("list_faces").paginate(CollectionId=COLLECTION)
            faces = [face["ExternalImageId"] async for page in pages for face in page["Faces"]]
        counts = json.loads(_get(url))["IndexFaces"]
    if run.changes:
        _print_seconds(counts)
    return _line(run, outcomes, faces, counts, warm_seconds)


def _line(
    run: Run, outcomes: Counter[str], faces: list[str], counts: dict[str, Any], warm_seconds: int
) -> str:
    seconds = [int(second) for second in counts["answered_a_second"]]
    first, last = min(seconds), max(seconds)
    window = range(first + warm_seconds, last - 2)
    indexed, granted, throttled = (
        sum(counts[f"{what}_a_second"].get(str(second), 0) for second in window)
        for what in ("answered", "granted", "throttled")
    )
    allowed = len(window) * run.quota
    ratios = "- | -" if run.changes else f"{indexed / allowed:.3f} | {granted / allowed:.3f}"
    wasted = throttled / (throttled + granted)
    lost, double = run.photos - len(set(faces)), len(faces) - len(set(faces))
    failed = run.photos - outcomes.pop("indexed")
    late = outcomes.pop("late_ms", 0)
    return (
        f"| {run.quota}/s | {run.processes} | {ratios} | {wasted:.2%} "
        f"| {counts['throttled'] / counts['calls']:.2%} ({counts['throttled']}) "
        f"| {sum(counts['faults'].values())} | {lost} | {double} "
        f"| {failed} {dict(outcomes) or ''} | {last - first} s | {late} ms |"
    )


def _print_seconds(counts: dict[str, Any]) -> None:
    granted, throttled = counts["granted_a_second"], counts["throttled_a_second"]
    seconds = range(0, max(map(int, granted)) + 1, 10)
    for start in seconds:
        names = [str(second) for second in range(start, start + 10)]
        rate = sum(granted.get(name, 0) for name in names) / 10
        print(f"  {start:4} s: {rate:5.1f}/s, {sum(throttled.get(n, 0) for n in names)} throttled")


async def _changed(url: str, run: Run) -> None:
    past = 0.0
    for at, quota in run.changes:
        await asyncio.sleep(at - past)
        past = at
        request = urllib.request.Request(f"{url}/simulation?quota={quota}", method="PUT")  # noqa: S310 - ours
        urllib.request.urlopen(request).close()  # noqa: S310, ASYNC210 - ours, and it is quick


async def _process(share: Share) -> Counter[str]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bench.quota_worker", share.as_json()),
        stdout=asyncio.subprocess.PIPE,
    )
    printed, _ = await process.communicate()
    return Counter(json.loads(printed))


@contextmanager
def _simulation(run: Run) -> Iterator[str]:
    command = (sys.executable, "-m", "bench.simulated_aws")
    conditions = ("--quota", str(run.quota), "--burst", str(run.burst))
    with subprocess.Popen((*command, *conditions), stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - ours
        assert process.stdout is not None
        try:
            yield process.stdout.readline().split()[-1]
        finally:
            process.terminate()


def _get(url: str) -> bytes:
    with urllib.request.urlopen(f"{url}/simulation") as answer:  # noqa: S310 - ours
        return bytes(answer.read())


async def table(runs: list[Run], again: list[Run]) -> None:
    """Print a line a run; those of `again` find what was learned."""
    print("| quota | processes | indexed / quota | granted / quota | wasted, warm ", end="")
    print("| wasted, all | faults | lost | double | failed | lasted | event loop late |")
    print("|" + "---|" * 12, flush=True)
    with tempfile.TemporaryDirectory() as folder:
        async with EmbeddedPostgres(Path(folder)) as server:
            await upgrade(server.conninfo)
            for run in runs:
                print(await measured(run, server.conninfo, run.scope, WARM_SECONDS), flush=True)
            if again:
                print("\nFresh processes that find the quota known:", flush=True)
            for run in again:
                warm_seconds = REMEMBERED_WARM_SECONDS
                print(await measured(run, server.conninfo, run.scope, warm_seconds), flush=True)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--only", help="one of 50x1, 50x3, 5x1, 5x3")
    parser.add_argument("--burst", type=float, default=1.0)
    parser.add_argument("--change", action="store_true", help="the quota halves and comes back")
    asked = parser.parse_args()
    chosen = [CHANGING] if asked.change else [run for run in RUNS if _is(run, asked.only)]
    runs = [replace(run, burst=asked.burst) for run in chosen]
    again = [] if asked.change else [replace(run, photos=run.photos // 3) for run in runs]
    asyncio.run(table(runs, again))


def _is(run: Run, only: str | None) -> bool:
    return only is None or only == run.scope


if __name__ == "__main__":
    main()

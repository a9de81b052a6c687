"""Photos a second as a ratio of the quota: whole services in front of a simulated AWS.

`python -m bench.quota` sends photos to `POST /index` of one service (`candid serve`) and of three
that share one database, 3,000 at a quota of 50 a second and 300 at 5 a second, each time from a
database that knows nothing of the quota. `50x1-import` and `50x3-import` import a folder instead.
The services call a simulation of Amazon Rekognition (bench/simulated_aws.py; it is not AWS): 200 to
800 ms of latency and 1 % of faults. It passes calls on to Candid's own endpoint on the local engine
(`wire`) or to made-up faces that cost no computing (`light`). Services, simulation, endpoint and
whoever sends the photos share one machine.

Once warm: from WARM_SECONDS after the first call to two seconds before the last, which leaves out
how the quota is learned, the full bucket at the start and the thinning out at the end. What was
granted and not indexed met a fault, and cost its share of the quota. Wasted: throttled calls of
all calls. Lost and double: the collection behind the simulation held against the photos sent and
the services' records, face by face.

    python -m bench.quota [--only 50x1] [--upstream light] [--burst 0.1]
"""

import argparse
import asyncio
import itertools
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import aioboto3

from bench import machine
from bench.deployment import COLLECTION, REGION, Deployment, deployed
from bench.importing import start, watched
from bench.load import form, metric, post
from bench.photos import mugshots
from bench.results import results
from tests.e2e.calls import different_photos

WARM_SECONDS = 20
_PEOPLE = 10
_COLUMNS = (
    *("quota", "services", "photos", "indexed / quota", "granted / quota", "wasted, warm"),
    *("wasted, all", "faults", "lost", "double", "failed", "lasted", "upstream"),
    *("processor ms a photo", "machine busy", "event loop late"),
)


@dataclass(frozen=True, slots=True)
class Run:
    """One line of the table."""

    quota: int
    photos: int
    processes: int
    upstream: str
    burst: float = 1.0
    by_import: bool = False  # of a folder, by the workers inside the services

    @property
    def name(self) -> str:
        """Return how `--only` names it."""
        return f"{self.quota}x{self.processes}{'-import' if self.by_import else ''}"

    @property
    def clients(self) -> int:
        """Requests at once, shared out to the services: a second's worth, and some that wait."""
        return self.quota + 10


RUNS = (
    *(Run(50, 3000, 1, "light"), Run(50, 3000, 3, "light")),
    *(Run(5, 300, 1, "wire"), Run(5, 300, 3, "wire")),
    Run(20, 1200, 3, "wire"),
    Run(50, 3000, 1, "light", by_import=True),
    Run(50, 3000, 3, "light", by_import=True),
)
"""At 50 a second the local engine needs more than the two cores that all of this shares."""


@dataclass(frozen=True, slots=True)
class Sent:
    """What came of the photos that were sent, and what that cost."""

    statuses: Counter[int]
    seconds: float
    processor: dict[str, float]  # seconds, by part
    busy: float  # share of the machine's processors, whoever used them


def measured(run: Run) -> tuple[str, ...]:
    """Index all photos and return the cells of a line of the table."""
    on_wire = run.upstream == "wire"
    with deployed(run.processes, on_wire=on_wire, quota=run.quota, burst=run.burst) as deployment:
        sent = _measured(run, deployment)
        counts = deployment.told()["IndexFaces"]
        held = asyncio.run(_held(deployment.simulation))
        recorded = [
            (record["external_image_id"], face["face_id"])
            for record in deployment.records()
            for face in record["faces"]
        ]
        late = max(
            metric(service.port, "candid_event_loop_late_seconds_max")
            for service in deployment.services
        )
    cells = (
        *(f"{run.quota}/s", run.processes, run.photos),
        *_rates(run, counts),
        sum(counts["faults"].values()),
        *_compared(run, held, recorded),
        *_cost(run, sent),
        f"{1e3 * late:.0f} ms",
    )
    return tuple(map(str, cells))


def _measured(run: Run, deployment: Deployment) -> Sent:
    send = _imported(run) if run.by_import else _posted(run)
    before, busy, began = deployment.processor_seconds(), machine.ticks(), time.monotonic()
    statuses = send(deployment)
    seconds, after = time.monotonic() - began, deployment.processor_seconds()
    used, total = (late - early for early, late in zip(busy, machine.ticks(), strict=True))
    processor = {part: after[part] - before[part] for part in after}
    return Sent(statuses, seconds, processor, used / total)


def _posted(run: Run) -> Callable[[Deployment], Counter[int]]:
    """Return what sends all photos to `POST /index`, each service its share."""
    bodies = [form(photo, external_image_id=name) for name, photo in _photos(run.photos)]
    shares = [bodies[first :: run.processes] for first in range(run.processes)]

    def send(deployment: Deployment) -> Counter[int]:
        with ThreadPoolExecutor(run.processes) as threads:
            ports = [service.port for service in deployment.services]
            clients = [run.clients // run.processes] * run.processes
            paths = ["/index"] * run.processes
            loads = list(threads.map(post, ports, paths, shares, clients))
        return sum((load.statuses for load in loads), Counter[int]())

    return send


def _imported(run: Run) -> Callable[[Deployment], Counter[int]]:
    """Return what imports all photos from a folder; what is not indexed counts as 422."""

    def send(deployment: Deployment) -> Counter[int]:
        with tempfile.TemporaryDirectory() as folder:
            for name, photo in _photos(run.photos):
                (Path(folder) / f"{name}.jpg").write_bytes(photo)
            service = deployment.services[0]
            import_id = start(service, {"kind": "folder", "location": folder})
            counts = watched(service, import_id)[-1]["counts"]
        indexed = counts["indexed"]
        return Counter({201: indexed, 422: counts["total"] - indexed})

    return send


def _photos(count: int) -> Iterator[tuple[str, bytes]]:
    """Yield ids and small photos of one face each, no two with the same bytes."""
    people = [different_photos(portrait) for portrait in mugshots()[:_PEOPLE]]
    made = itertools.chain.from_iterable(zip(*people, strict=True))
    for number, photo in zip(range(count), made, strict=False):
        yield f"B{number}", photo


async def _held(simulation: str) -> list[tuple[str, str]]:
    """Return what the collection behind the simulation holds, counted as it counts itself."""
    session = aioboto3.Session("simulated", "simulated", region_name=REGION)
    async with session.client("rekognition", endpoint_url=simulation) as client:
        pages = client.get_paginator("list_faces").paginate(CollectionId=COLLECTION)
        faces = [
            (face["ExternalImageId"], face["FaceId"])
            async for page in pages
            for face in page["Faces"]
        ]
        described = await client.describe_collection(CollectionId=COLLECTION)
    assert described["FaceCount"] == len(faces), described
    return faces


def _rates(run: Run, counts: dict[str, Any]) -> tuple[str, ...]:
    seconds = [int(second) for second in counts["answered_a_second"]]
    window = range(min(seconds) + WARM_SECONDS, max(seconds) - 2)
    indexed, granted, throttled = (
        sum(counts[f"{what}_a_second"].get(str(second), 0) for second in window)
        for what in ("answered", "granted", "throttled")
    )
    allowed = len(window) * run.quota
    return (
        *(f"{indexed / allowed:.3f}", f"{granted / allowed:.3f}"),
        f"{throttled / (throttled + granted):.2%}",
        f"{counts['throttled'] / counts['calls']:.2%} ({counts['throttled']})",
    )


def _compared(
    run: Run, held: Sequence[tuple[str, str]], recorded: Sequence[tuple[str, str]]
) -> tuple[int, int]:
    """Return how many photos are not both held and recorded, and how many faces are too many."""
    expected = {f"B{number}" for number in range(run.photos)}
    joined = {name for name, _ in set(held) & set(recorded)}
    return len(expected - joined), len(held) - len({name for name, _ in held})


def _cost(run: Run, sent: Sent) -> tuple[str, ...]:
    failed = {status: count for status, count in sent.statuses.items() if count and status != 201}
    parts = (
        f"{part} {1e3 * used / run.photos:.1f}" for part, used in sent.processor.items() if used
    )
    return (
        str(failed or 0),
        f"{sent.seconds:.0f} s",
        run.upstream,
        ", ".join(parts),
        f"{sent.busy:.0%}",
    )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--only", choices=[run.name for run in RUNS])
    parser.add_argument(
        "--upstream", choices=["wire", "light"], help="for all, instead of each's own"
    )
    parser.add_argument(
        "--burst", type=float, default=1.0, help="seconds' worth that may pass at once"
    )
    with results("quota", parser) as kept:
        asked, kept.data = kept.asked, "a simulation, not AWS"
        print(f"| {' | '.join(_COLUMNS)} |\n|{'---|' * len(_COLUMNS)}", flush=True)
        for run in RUNS:
            if asked.only in {None, run.name}:
                upstream = asked.upstream or run.upstream
                cells = measured(replace(run, upstream=upstream, burst=asked.burst))
                kept.keep("quota", run=run.name, **dict(zip(_COLUMNS, cells, strict=True)))
                print(f"| {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()

"""A whole service under load: searches, then photos to index, from 1 to 64 clients at once.

`python -m bench.service_load` prints, for each number of clients, calls served a second while they
were sent (and apart, how long those under way then took), percentiles of the milliseconds of all
that were served, calls answered 429, those that failed, and where the time of a search goes on
average: what the
service tells of itself (`timings_ms`; the rest of its total is waiting for an encoder and writing
records), and before that what only the sender sees: the network and waiting for a turn. The sender
is a process of its own, on the same cores.
"""

import argparse
import asyncio
import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import mean
from typing import Any

from bench import machine
from bench.filled import fill
from bench.laws import law
from bench.percentiles import percentile, told
from bench.photos import booking_sized, mugshots, probes
from bench.results import ROOT, Results, results
from bench.sender import Order
from tests.live import LiveService, live_service

_STAGES = ("decode", "encode", "match", "enrich")
_SERVED = (200, 201)
_REFUSED = 429
_INDEXED = 40
_WARM_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Load:
    """What came of an order."""

    calls: Sequence[Mapping[str, Any]]
    seconds: float  # that calls were sent
    drained_s: float  # from then until the last was answered
    processor_s: float  # the sender's own
    busy: float  # share of the machine's processors, whoever used them

    @property
    def served(self) -> Sequence[Mapping[str, Any]]:
        """The calls that were answered as they should be."""
        return [one for one in self.calls if one["status"] in _SERVED]

    @property
    def a_second(self) -> float:
        """How many were served a second while they were sent."""
        return len([one for one in self.served if one["in_time"]]) / self.seconds

    @property
    def refused(self) -> int:
        """How many were told to come later."""
        return sum(one["status"] == _REFUSED for one in self.calls)

    def percentile(self, percent: int) -> float | None:
        """Return milliseconds of the calls that were served, if they are enough to tell."""
        return percentile([one["ms"] for one in self.served], percent)


def main() -> None:
    """Serve a filled gallery and load it."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--faces", type=int, default=300_000)
    parser.add_argument("--seconds", type=float, default=6.0, help="of each number of clients")
    parser.add_argument("--search", type=int, nargs="*", default=[1, 2, 4, 8, 16, 32, 64])
    parser.add_argument("--index", type=int, nargs="*", default=[1, 2, 4, 8, 16, 32])
    parser.add_argument("--made-up", action="store_true", help="not LFW's law, even where it is")
    with results("service_load", parser) as kept, tempfile.TemporaryDirectory() as name:
        folder, asked = Path(name), kept.asked
        drawn_by = law(made_up=asked.made_up)
        kept.data = f"{asked.faces:,} templates of {drawn_by.name}; portraits of 600 pixels"
        asyncio.run(fill(folder / "data", drawn_by.drawn(asked.faces, 1)[0]))
        for kind in ("probes", "gallery"):
            (folder / kind).mkdir()
        shown = booking_sized(probes()[:_INDEXED], folder / "probes")
        indexed = booking_sized(mugshots()[:_INDEXED], folder / "gallery")
        with live_service(folder / "data") as service:
            send(service, "/index", 2, _WARM_SECONDS, indexed, "K")
            send(service, "/search", 2, _WARM_SECONDS, shown)
            for clients in asked.search:
                load = send(service, "/search", clients, asked.seconds, shown)
                keep(kept, "search", clients, load, where_it_went(load))
            for clients in asked.index:
                named = f"L{clients}-"
                load = send(service, "/index", clients, asked.seconds, indexed, named)
                keep(kept, "index", clients, load, {})


def send(
    service: LiveService,
    path: str,
    clients: int,
    seconds: float,
    photos: Sequence[Path],
    named: str = "",
) -> Load:
    """Have the sender do an order."""
    fields = {"face": "0"} if named else {}
    order = Order(service.port, path, clients, seconds, [*map(str, photos)], fields, named)
    before = machine.ticks()
    run = subprocess.run(
        [sys.executable, "-m", "bench.sender"],
        input=json.dumps(asdict(order)),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        cwd=ROOT,
    )
    worked, all_ticks = (late - early for early, late in zip(before, machine.ticks(), strict=True))
    return Load(**json.loads(run.stdout), busy=worked / all_ticks)


def where_it_went(load: Load) -> dict[str, float]:
    """Return the average milliseconds of a search, part by part; nothing if none was served."""
    if not load.served:
        return {}
    stages = {stage: mean(one["timings"][stage] for one in load.served) for stage in _STAGES}
    total = mean(one["timings"]["total"] for one in load.served)
    return {
        "before_ms": mean(one["ms"] for one in load.served) - total,
        **{f"{stage}_ms": milliseconds for stage, milliseconds in stages.items()},
        "rest_ms": total - sum(stages.values()),
    }


def keep(kept: Results, what: str, clients: int, load: Load, went: Mapping[str, float]) -> None:
    """Keep and print a row."""
    p50, p90, p99 = (load.percentile(percent) for percent in (50, 90, 99))
    failed = len(load.calls) - len(load.served) - load.refused
    kept.keep(
        what,
        clients=clients,
        calls=len(load.calls),
        a_second=load.a_second,
        p50_ms=p50,
        p90_ms=p90,
        p99_ms=p99,
        answered_429=load.refused,
        failed=failed,
        **went,
        drained_s=load.drained_s,
        machine_busy=load.busy,
        sender_of_a_core=load.processor_s / (load.seconds + load.drained_s),
    )
    where = ", ".join(f"{key.removesuffix('_ms')} {value:.1f}" for key, value in went.items())
    print(
        f"/{what:6} {clients:3} clients: {load.a_second:6.1f}/s; p50 {told(p50)}, p90 "
        f"{told(p90)}, p99 {told(p99)} ms; 429: {load.refused}; failed: {failed}; {where}; "
        f"drained in {load.drained_s:.1f} s; machine busy {load.busy:.0%}",
        flush=True,
    )


if __name__ == "__main__":
    main()

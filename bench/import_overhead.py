"""What an import costs besides reading the photos: its listing, its records and its queue.

The engine enrols at once (bench/null_worker.py), in a service as it always runs, with its own
PostgreSQL. A dry run only lists; where every photo is missing each item is leased, tried and
settled; otherwise small photos are fetched, stored and put on record as ever. Processor time is
that of the service's process and of its PostgreSQL.

    python -m bench.import_overhead [--only list|settle|index] [--items N] [--profile FILE]
"""

import argparse
import os
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bench.importing import start, watched
from bench.load import metric
from bench.photos import press
from bench.processes import database_seconds, loop_seconds, processor_seconds
from bench.results import Results, results
from tests.live import LiveService

_COLUMNS = (
    *("what", "items", "a second", "service", "of it event loop", "PostgreSQL"),
    "event loop late",
)
_PHOTOS = 200


@dataclass(frozen=True, slots=True)
class Part:
    """One line of the table."""

    name: str
    what: str
    items: int
    dry_run: bool = False
    missing: bool = False


PARTS = (
    Part("list", "listed, in a dry run", 100_000, dry_run=True),
    Part("settle", "listed, leased and settled: no photo is there", 20_000, missing=True),
    Part("index", "listed, fetched, stored and put on record", 10_000),
)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--only", choices=[part.name for part in PARTS])
    parser.add_argument("--items", type=int, help="instead of each part's own number")
    parser.add_argument("--profile", help="write what the event loop's thread did into this file")
    with results("import_overhead", parser) as kept:
        asked = kept.asked
        print(f"| {' | '.join(_COLUMNS)} |\n|{'---|' * len(_COLUMNS)}", flush=True)
        for part in PARTS:
            if asked.only in {None, part.name}:
                print(measured(kept, part, asked.items or part.items), flush=True)


def measured(kept: Results, part: Part, items: int) -> str:
    """Import once, keep what it took, and return a line of the table."""
    profile = kept.asked.profile
    with tempfile.TemporaryDirectory() as folder:
        listed = manifest(Path(folder) / "manifest.csv", items, missing=part.missing)
        with null_service(Path(folder) / "data", profile) as service:
            assert service.process is not None
            if profile:
                service.process.send_signal(signal.SIGUSR1)
            before = _processor(service)
            source = {"kind": "manifest", "location": str(listed)}
            import_id = start(service, source, dry_run=part.dry_run)
            last = watched(service, import_id)[-1]
            used = [late - early for early, late in zip(before, _processor(service), strict=True)]
            late = metric(service.port, "candid_event_loop_late_seconds_max")
    assert last["state"] == "finished", last
    began, ended = (datetime.fromisoformat(last[key]) for key in ("started_at", "ended_at"))
    rate = items / (ended - began).total_seconds()
    names = ("service_ms", "of_it_event_loop_ms", "postgresql_ms")
    costs = {name: 1e3 * one / items for name, one in zip(names, used, strict=True)}
    kept.keep("import", what=part.what, items=items, a_second=rate, **costs)
    cells = (
        *(part.what, f"{items:,}", f"{rate:,.0f}"),
        *(f"{1e3 * seconds / items:.3f} ms" for seconds in used),
        f"{1e3 * late:.0f} ms",
    )
    return f"| {' | '.join(cells)} |"


@contextmanager
def null_service(data: Path, profile: str | None = None) -> Iterator[LiveService]:
    """Run a service whose engine enrols at once."""
    program = ("-m", "bench.null_worker", *(("--profile", profile) if profile else ()))
    settings = {"CANDID_ENCODER__PROCESSES": "1"}
    service = LiveService(data, settings, program=program)
    try:
        service.start()
        yield service
    finally:
        if service.process is not None and service.process.poll() is None:
            service.stop()


def manifest(path: Path, items: int, *, missing: bool = False) -> Path:
    """Name a few small photos, or none that is there, under many ids."""
    files = ["none.jpg"] if missing else [os.fspath(photo) for photo in press(_PHOTOS)]
    rows = (f"N{number:06d},{files[number % len(files)]}\n" for number in range(items))
    path.write_text("external_image_id,path\n" + "".join(rows))
    return path


def _processor(service: LiveService) -> tuple[float, ...]:
    assert service.process is not None
    pid = service.process.pid
    return processor_seconds(pid), loop_seconds(pid), database_seconds(service.data_dir)


if __name__ == "__main__":
    main()

"""Memory of a service and of a worker that import ever larger listings of small photos.

    python -m bench.import_memory [--sizes ITEMS ...]

The engine enrols at once (bench/null_worker.py), so that the items are what grows. Resident memory
of the main processes at the end of each import, whose gallery holds a template of 128 float16
numbers and an id for each photo: told beside it, as it is meant to grow. Each size has processes
and a database of its own.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.import_overhead import manifest, null_service
from bench.importing import start, watched
from bench.processes import resident_mb
from bench.results import Results, results
from tests.live import ROOT, child_environment

_SIZES = (5_000, 25_000, 50_000, 100_000)
_TEMPLATE_BYTES = 2 * 128 + 16


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--sizes", type=int, nargs="*", default=_SIZES)
    with results("import_memory", parser) as kept:
        print("| items | service | of it templates | worker | indexed | a second |")
        print("|---|---|---|---|---|---|", flush=True)
        for size in kept.asked.sizes:
            print(measured(kept, size), flush=True)


def measured(kept: Results, items: int) -> str:
    """Import once with a service and a worker; keep and return a line of the table."""
    with tempfile.TemporaryDirectory() as folder:
        listed = manifest(Path(folder) / "manifest.csv", items)
        data = Path(folder) / "data"
        with null_service(data) as service, _worker(data) as worker:
            assert service.process is not None
            told = watched(service, start(service, {"kind": "manifest", "location": str(listed)}))
            held = (resident_mb(service.process.pid), resident_mb(worker))
    indexed, rate = told[-1]["counts"]["indexed"], told[-1]["rate_average"] or 0.0
    templates = items * _TEMPLATE_BYTES / 2**20
    own = {"service_mb": held[0], "of_it_templates_mb": templates, "worker_mb": held[1]}
    kept.keep("memory", items=items, **own, indexed=indexed, a_second=rate)
    cells = (f"{items:,}", f"{held[0]:.0f} MB", f"{templates:.0f} MB", f"{held[1]:.0f} MB")
    return f"| {' | '.join(cells)} | {indexed:,} | {rate:.0f} |"


@contextmanager
def _worker(data: Path) -> Iterator[int]:
    settings = {"CANDID_DATA_DIR": os.fspath(data), "CANDID_ENCODER__PROCESSES": "1"}
    with (data / "worker.log").open("wb") as log:
        process = subprocess.Popen(
            (sys.executable, "-m", "bench.null_worker", "worker"),
            env=child_environment() | settings,
            cwd=ROOT,
            stdout=log,
            stderr=log,
        )
        try:
            yield process.pid
        finally:
            process.terminate()
            process.wait(60)


if __name__ == "__main__":
    main()

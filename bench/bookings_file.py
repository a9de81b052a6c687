"""Memory, reading and lookups of the file adapter at ever larger exports.

    python -m bench.bookings_file [ROWS ...]

Each size is read in a process of its own. Peak memory is of that process, and the empty export's is
the process itself; lookups are of 5 bookings that were drawn at random, one after another, once
the check of the fields was given its turn. While the file is read the event loop is timed too.
"""

import asyncio
import csv
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC
from pathlib import Path
from typing import Final

from adapters.jms.file import FileJms
from bench.machine import named
from bench.percentiles import percentile, told

_SIZES: Final = (0, 100_000, 2_000_000)
_LOOKUPS: Final = 2000
_AT_ONCE: Final = 5
_HEADER: Final = (
    *("external_image_id", "booking_number", "person_id", "last_name", "first_name", "sex"),
    *("race", "date_of_birth", "height", "weight", "booked_at", "facility", "charges", "status"),
)


def main() -> None:
    """Print the table."""
    if sys.argv[1:2] == ["one"]:
        print(asyncio.run(_measured(Path(sys.argv[2]), int(sys.argv[3]))))
        return
    print(f"{named()}\n")
    print(
        "| rows | export | read in | peak memory | longest stop of the loop | 5 found: p50 | p99 |"
    )
    print("|---|---|---|---|---|---|---|", flush=True)
    for size in map(int, sys.argv[1:] or map(str, _SIZES)):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "bookings.csv"
            with path.open("w", encoding="utf-8", newline="") as file:
                csv.writer(file).writerow(_HEADER)
                csv.writer(file).writerows(_rows(size))
            command = (sys.executable, "-m", "bench.bookings_file", "one", str(path), str(size))
            done = subprocess.run(  # noqa: S603 - this very module
                command, check=True, capture_output=True, text=True
            )
            told = [line for line in done.stdout.splitlines() if line.startswith("|")]
            print(*told, flush=True)


def _rows(size: int) -> Iterator[tuple[str, ...]]:
    for number in range(size):
        yield (
            *(_id(number), f"26-{number:07}", f"P{number // 3}", "Sample", f"One{number}", "M"),
            *("W", "1980-05-17", "511", "180", "2026-05-17 14:30", "Main jail"),
            *("164.225|Burglary I|F|;163.160|Assault IV|M|", "active"),
        )


def _id(number: int) -> str:
    return f"IMG-{number * 2_654_435_761 % 2**32:010}"


async def _measured(path: Path, size: int) -> str:
    jms = FileJms(path, UTC)
    started, stops = time.perf_counter(), list[float]()
    reading = asyncio.ensure_future(jms.ping())
    while not reading.done():
        before = time.perf_counter()
        await asyncio.sleep(0.005)
        stops.append(time.perf_counter() - before - 0.005)
    await reading
    seconds = time.perf_counter() - started
    taken = [await _looked_up(jms, size) for _ in range(_LOOKUPS if size else 0)]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    p50, p99 = (percentile(taken, percent) for percent in (50, 99))
    cells = (f"{size:,}", f"{path.stat().st_size / 1e6:.0f} MB", f"{seconds:.1f} s")
    times = (f"{max(stops) * 1000:.0f} ms", told(p50, " ms", 2), told(p99, " ms", 2))
    return f"| {' | '.join((*cells, f'{peak:.0f} MB', *times))} |"


async def _looked_up(jms: FileJms, size: int) -> float:
    """Return the milliseconds of looking some up."""
    ids = [_id(random.randrange(size)) for _ in range(_AT_ONCE)]  # noqa: S311 - no secret
    before = time.perf_counter()
    answers = await jms.bookings(ids)
    taken = time.perf_counter() - before
    if set(answers.found) != set(ids):
        raise RuntimeError("a booking was not found")
    return 1000 * taken


if __name__ == "__main__":
    main()

"""Photos a second of a whole import, against the bare loop, on both cores and on one.

Ratios are of one run on one machine; `python -m bench.importing` prints them, and how right the
time left was that the import told.
"""

import argparse
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from bench.load import metric
from bench.loops import photos_a_second
from bench.photos import mugshots, press, probes
from bench.processes import family, processor_seconds
from bench.results import Results, results
from tests.live import LiveService, live_service

BARE = (sys.executable, "-m", "bench.bare_encoder")
GALLERY = 300_000
_TENTH = 0.1


@dataclass(frozen=True, slots=True)
class Imported:
    """One import, as its service told it."""

    photos: int
    seconds: float
    indexed: int
    worst_left: float  # the largest error of the time left, as a share of what was really left
    cost: str
    late: float

    @property
    def rate(self) -> float:
        """Photos a second from the call to the end, the listing included."""
        return self.photos / self.seconds


def main() -> None:
    """Print the rates, the gain of the second core, and what is left of the time left."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--photos", type=int, default=6000, help="at most")
    with results("importing", parser) as kept:
        _measure(kept)


def _measure(kept: Results) -> None:
    photos = press(6000) + mugshots() + probes()
    photos = photos[:: max(1, round(len(photos) / kept.asked.photos))]
    with tempfile.TemporaryDirectory() as folder:
        shelf = shelved(photos, Path(folder) / "photos")
        before = photos_a_second(BARE, photos)
        both = imported(shelf, Path(folder) / "both", cores=2)
        bare = statistics.mean((before, photos_a_second(BARE, photos)))
        few = photos[::4]
        small = shelved(few, Path(folder) / "few")
        with _on_one_core():
            bare_one = photos_a_second(BARE, few, processes=1)
            one = imported(small, Path(folder) / "one", cores=1)
            bare_one = statistics.mean((bare_one, photos_a_second(BARE, few, processes=1)))
    gain, own = both.rate / one.rate, bare / bare_one
    for cores, seen, loop in ((2, both, bare), (1, one, bare_one)):
        rates = {"import_a_second": seen.rate, "bare_a_second": loop, "ratio": seen.rate / loop}
        late = {"time_left_wrong_by": seen.worst_left, "event_loop_late_ms": 1e3 * seen.late}
        kept.keep("import", cores=cores, photos=seen.photos, **rates, **late)
    kept.keep("second_core", gain=gain, bare_gain=own, ratio=gain / own)
    print(f"{both.photos} photos, {both.indexed} indexed; {both.cost}")
    print(f"import {both.rate:.1f}/s, bare loop {bare:.1f}/s: {both.rate / bare:.3f}")
    print(f"on one core {one.rate:.1f}/s, bare loop {bare_one:.1f}/s: {one.rate / bare_one:.3f}")
    print(f"gain of the second core {gain:.2f}, of the bare loop {own:.2f}: {gain / own:.3f}")
    print(f"time left, from a tenth on: wrong by {100 * both.worst_left:.0f} % of it at most")
    print(f"event loop late by {1e3 * both.late:.0f} ms at worst")
    print(f"{GALLERY:,} such photos: {GALLERY / both.rate / 3600:.1f} h")


def imported(shelf: Path, data: Path, *, cores: int) -> Imported:
    """Import a folder into a fresh service."""
    with live_service(data, ENCODER__PROCESSES=str(cores)) as service:
        assert service.process is not None
        found = family(service.process.pid)
        before = [processor_seconds(pid) for pid in (found.service, *found.encoders)]
        import_id = start(service, {"kind": "folder", "location": str(shelf)}, faces="largest")
        told = watched(service, import_id)
        after = [processor_seconds(pid) for pid in (found.service, *found.encoders)]
        late = metric(service.port, "candid_event_loop_late_seconds_max")
    last = told[-1]
    photos = _done(last)
    own, *encoders = (1e3 * (b - a) / photos for a, b in zip(before, after, strict=True))
    cost = f"processor time a photo: service {own:.1f} ms, encoders {sum(encoders):.1f} ms"
    seconds = (_time(last["ended_at"]) - _time(last["started_at"])).total_seconds()
    return Imported(photos, seconds, last["counts"]["indexed"], _worst_left(told), cost, late)


def start(service: LiveService, source: dict[str, Any], **options: Any) -> str:  # noqa: ANN401 - JSON
    """Start an import; return its id."""
    with service.client() as client:
        answer = client.post("/imports", json={"source": source, **options})
        assert answer.is_success, answer.text
        return str(answer.json()["import_id"])


def watched(service: LiveService, import_id: str, period: float = 1.0) -> list[dict[str, Any]]:
    """Return what the service told of an import, each time it was asked, until its end."""
    told = []
    with service.client() as client:
        while True:
            told.append(client.get(f"/imports/{import_id}").json())
            if told[-1]["state"] != "running":
                return told
            time.sleep(period)


def _worst_left(told: Sequence[dict[str, Any]]) -> float:
    """Return the largest error of the time left from a tenth of the way on.

    The last ten seconds are left out: a second is then more than a tenth of what is left.
    """
    end = _time(told[-1]["ended_at"])
    total = _done(told[-1])
    errors = [0.0]
    for one in told:
        left = (end - _time(one["as_of"])).total_seconds()
        if _done(one) < _TENTH * total or left < 10:
            continue
        said = one["seconds_left"]
        errors.append(abs((said or 0.0) - left) / left)
    return max(errors)


def _done(told: dict[str, Any]) -> int:
    return sum(told["counts"][key] for key in ("indexed", "skipped", "failed"))


def shelved(photos: Sequence[Path], folder: Path) -> Path:
    """Copy photos into one folder, each under an id of its own."""
    folder.mkdir(parents=True)
    for number, photo in enumerate(photos):
        shutil.copyfile(photo, folder / f"B{number:06d}.jpg")
    return folder


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)


class _on_one_core:  # noqa: N801 - reads as a statement
    """Keep this process and those it starts on one core."""

    def __enter__(self) -> None:
        self._cores = os.sched_getaffinity(0)
        os.sched_setaffinity(0, {min(self._cores)})

    def __exit__(self, *_: object) -> None:
        os.sched_setaffinity(0, self._cores)


if __name__ == "__main__":
    main()

"""Photos a second through `POST /index`, against a bare loop and against face_recognition.

Ratios are of one run on one machine; `python -m bench.indexing` prints them.
"""

import statistics
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter

import numpy as np

from adapters.face_engine.local.encoder import Encoder
from adapters.pixels import read_pixels
from bench.face_sets import models
from bench.load import form, metric, post
from bench.loops import photos_a_second
from bench.peers import face_recognition_python
from bench.photos import mugshots, press
from bench.processes import family, processor_seconds
from tests.live import LiveService, live_service

CLIENTS = 6
BARE = (sys.executable, "-m", "bench.bare_encoder")

CHIP_GFLOP = 2 * 0.542
"""Multiplications and additions of the embedding of a chip and its mirror (271 M MAC each)."""


def main() -> None:
    """Print the rates and where the time goes."""
    sets = {"studio portraits, 1350 px": mugshots() * 3, "press photographs, 250 px": press(600)}
    peer = (face_recognition_python(), str(Path(__file__).with_name("peer_loop.py")))
    print("| photos | POST /index | bare loop | ratio | face_recognition | times faster |")
    print("|---|---|---|---|---|---|")
    costs = []
    for name, photos in sets.items():
        bare = photos_a_second(BARE, photos)
        with (
            tempfile.TemporaryDirectory() as folder,
            live_service(Path(folder) / "data") as service,
        ):
            served, cost = _served(service, photos)
            late = metric(service.port, "candid_event_loop_late_seconds_max")
        again = photos_a_second(BARE, photos)
        bare = statistics.mean((bare, again))
        other = photos_a_second(peer, photos[: len(photos) // 3])
        print(
            f"| {name} | {served:.0f}/s | {bare:.0f}/s | {served / bare:.2f} "
            f"| {other:.1f}/s | {served / other:.1f} |"
        )
        costs.append(f"{name}: {cost}; event loop late by {1e3 * late:.0f} ms at worst")
    print(*costs, sep="\n")
    for name, photos in sets.items():
        print(f"{name}: {_stages(photos[:100])}")


def _served(service: LiveService, photos: Sequence[Path]) -> tuple[float, str]:
    assert service.process is not None
    bodies = [
        form(photo.read_bytes(), external_image_id=f"B{i}", face="0")
        for i, photo in enumerate(photos)
    ]
    post(service.port, "/search", [form(photos[0].read_bytes())] * 10, 2)
    found = family(service.process.pid)
    before = [processor_seconds(pid) for pid in (found.service, *found.encoders)]
    load = post(service.port, "/index", bodies, CLIENTS)
    after = [processor_seconds(pid) for pid in (found.service, *found.encoders)]
    assert set(load.statuses) <= {201, 422}, load.statuses
    own, *encoders = (1e3 * (b - a) / len(photos) for a, b in zip(before, after, strict=True))
    cost = f"processor time a photo: service {own:.1f} ms, encoders {sum(encoders):.1f} ms"
    return len(photos) / load.seconds, cost


def _stages(photos: Sequence[Path]) -> str:
    """Say how long each stage takes on one core, and what the machine could do the embedding in."""
    encoder, data = Encoder(models()), [photo.read_bytes() for photo in photos]
    decode = _median([lambda photo=photo: read_pixels(photo) for photo in data])
    found = _median([lambda photo=photo: encoder.read(photo, "detect") for photo in data])
    whole = _median([lambda photo=photo: encoder.read(photo, "enrol", 0) for photo in data])
    limit = CHIP_GFLOP / _gflops() * 1e3
    return (
        f"decode {decode:.1f} ms, find and align {found - decode:.1f} ms, embed twice "
        f"{whole - found:.1f} ms ({limit:.1f} ms at the matrix speed of all cores)"
    )


def _median(calls: Sequence[object]) -> float:
    def timed(call: object) -> float:
        assert callable(call)
        began = perf_counter()
        call()
        return 1e3 * (perf_counter() - began)

    return statistics.median(timed(call) for call in calls)


def _gflops() -> float:
    """Return the speed of a float32 matrix product by numpy's BLAS, on all cores."""
    side = 1024
    left = right = np.ones((side, side), np.float32)
    times = []
    for _ in range(10):
        began = perf_counter()
        left @ right
        times.append(perf_counter() - began)
    return 2 * side**3 / min(times) / 1e9


if __name__ == "__main__":
    main()

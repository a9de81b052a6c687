"""Photos a second through `POST /index`, against a bare loop and against face_recognition.

`python -m bench.indexing`: all three read the same photos, a third of them in each of three rounds
of turns, by two processes each. Ratios are medians of the rounds. A photo without a face that may
be enrolled is read like any other; how many were refused so is told.
"""

import argparse
import statistics
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import numpy as np

from adapters.face_engine.local.encoder import Encoder
from adapters.pixels import read_pixels
from bench import peers
from bench.face_sets import models
from bench.load import form, metric, post
from bench.loops import photos_a_second
from bench.photos import mugshots, press
from bench.processes import family, processor_seconds
from bench.results import Results, results
from tests.live import LiveService, live_service

CLIENTS = 6
BARE = (sys.executable, "-m", "bench.bare_encoder")
PEER = (str(peers.PYTHON), str(Path(__file__).with_name("peer_loop.py")))

ROUNDS = 3
"""Of a third of the photos each."""
TIMES = 3
"""So often the service and the bare loop get a round's photos; face_recognition is slow enough."""

CHIP_GFLOP = 2 * 0.542
"""Multiplications and additions of the embedding of a chip and its mirror (271 M MAC each)."""


@dataclass(frozen=True, slots=True)
class Served:
    """What a round of index calls came to."""

    a_second: float  # photos answered
    sent: int
    refused: int  # of them: no face that may be enrolled, say
    cost_ms: tuple[float, float]  # of the processor, a photo: the service, its encoders


def main() -> None:
    """Print the rates and where the time goes."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--photos", type=int, default=240, help="of each set, at most")
    with results("indexing", parser) as kept:
        most = kept.asked.photos
        sets = {
            "studio portraits, 1350 px": _spread(mugshots(), most),
            "press photographs, 250 px": _spread(press(6000), most),
        }
        print("| photos | POST /index | bare loop | ratio | face_recognition | times faster |")
        print("|---|---|---|---|---|---|")
        for name, photos in sets.items():
            _rates(kept, name, photos)
        for table in ("cost", "stages"):
            for row in kept.tables[table]:
                print(", ".join(f"{key} {cell}" for key, cell in row.items()))


def _spread(photos: Sequence[Path], most: int) -> Sequence[Path]:
    """Return at most so many, evenly over all of them."""
    return photos[:: max(1, -(-len(photos) // most))]


def _rates(kept: Results, name: str, photos: Sequence[Path]) -> None:
    """Give every round's share of the photos to each, in turns."""
    rounds = [list(photos[at::ROUNDS]) for at in range(ROUNDS)]
    bare, other, served = list[float](), list[float](), list[Served]()
    with (
        tempfile.TemporaryDirectory() as folder,
        live_service(Path(folder) / "data") as service,
    ):
        post(service.port, "/search", [form(photos[0].read_bytes())] * 10, 2)
        for number, share in enumerate(rounds):
            bare.append(photos_a_second(BARE, share * TIMES))
            served.append(_served(service, share * TIMES, f"B{number}-"))
            if peers.installed():
                other.append(photos_a_second(PEER, share))
        late = metric(service.port, "candid_event_loop_late_seconds_max")
    _keep_rates(kept, name, served, bare, other)
    own, encoders = (
        statistics.mean(times) for times in zip(*(one.cost_ms for one in served), strict=True)
    )
    cost = {"service_ms": own, "encoders_ms": encoders}
    kept.keep("cost", photos=name, **cost, event_loop_late_ms=1e3 * late)
    kept.keep("stages", photos=name, **_stages(photos[:100]))


def _keep_rates(
    kept: Results, name: str, served: Sequence[Served], bare: list[float], other: list[float]
) -> None:
    ours = statistics.median(one.a_second for one in served)
    ratio = statistics.median(one.a_second / loop for one, loop in zip(served, bare, strict=True))
    limit, refused = statistics.median(bare), sum(one.refused for one in served)
    counts = {"sent": sum(one.sent for one in served), "refused": refused}
    cells = {"served_a_second": ours, "bare_a_second": limit, "ratio": ratio}
    print(f"| {name}, {refused} of {counts['sent']} refused ", end="")
    print(f"| {ours:.0f}/s | {limit:.0f}/s | {ratio:.2f} ", end="")
    if other:
        pairs = zip(served, other, strict=True)
        times = statistics.median(one.a_second / loop for one, loop in pairs)
        peer = {"face_recognition_a_second": statistics.median(other), "times_faster": times}
        kept.keep("indexing", photos=name, **counts, **cells, **peer)
        print(f"| {peer['face_recognition_a_second']:.1f}/s | {times:.1f} |", flush=True)
    else:
        kept.keep("indexing", photos=name, **counts, **cells, times_faster="not installed")
        print("| not installed | |", flush=True)


def _served(service: LiveService, photos: Sequence[Path], named: str) -> Served:
    assert service.process is not None
    bodies = [
        form(photo.read_bytes(), external_image_id=f"{named}{i}", face="0")
        for i, photo in enumerate(photos)
    ]
    found = family(service.process.pid)
    before = [processor_seconds(pid) for pid in (found.service, *found.encoders)]
    load = post(service.port, "/index", bodies, CLIENTS)
    after = [processor_seconds(pid) for pid in (found.service, *found.encoders)]
    assert set(load.statuses) <= {201, 422}, load.statuses
    own, *encoders = (1e3 * (b - a) / len(photos) for a, b in zip(before, after, strict=True))
    rate = len(photos) / load.seconds
    return Served(rate, len(photos), load.statuses[422], (own, sum(encoders)))


def _stages(photos: Sequence[Path]) -> dict[str, float]:
    """Return how long each stage takes on one core, and the embedding at best on all cores."""
    encoder, data = Encoder(models()), [photo.read_bytes() for photo in photos]
    decode = _median([lambda photo=photo: read_pixels(photo) for photo in data])
    found = _median([lambda photo=photo: encoder.read(photo, "detect") for photo in data])
    whole = _median([lambda photo=photo: encoder.read(photo, "enrol", 0) for photo in data])
    limit = CHIP_GFLOP / _gflops() * 1e3
    return {
        "decode_ms": decode,
        "find_and_align_ms": found - decode,
        "embed_twice_ms": whole - found,
        "at_matrix_speed_of_all_cores_ms": limit,
    }


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

"""The encoder's stages against their bare limits, and against face_recognition, on one core.

`python -m bench.encoder`: portraits cut and scaled as booking photos are, 480x600 JPEG. Each stage
and its bare limit are run in turn on each photo, and the median of the ratios stands; the time is
the processor's, so that other programs disturb less. What a stage cannot go below is what Pillow
and onnxruntime take for the same pixels, called alone.
"""

import io
import os
import statistics
import subprocess
import sys
import tempfile
from argparse import ArgumentParser
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from time import thread_time

import numpy as np
from PIL import Image

from adapters.face_engine.local.alignment import Aligner
from adapters.face_engine.local.blaze_face import SHORT_RANGE_LAYERS, BlazeFace
from adapters.face_engine.local.encoder import Encoder
from adapters.face_engine.local.geometry import PixelRows
from adapters.face_engine.local.quality import measured
from adapters.face_engine.local.reading import Runtime
from adapters.face_engine.local.recognition import DlibRecognition
from adapters.face_engine.local.sessions import session_of
from adapters.pixels import read_pixels
from adapters.sandbox.process import ONE_THREAD
from bench import peers
from bench.face_sets import models
from bench.loops import ROOT
from bench.photos import mugshots
from bench.results import Results, results

WIDTH, HEIGHT = 480, 600
QUALITY = 85
WAITING, TOGETHER = 48, 8
"""Photos whose chips go through the network one by one and so many at once: what waiting brings."""
ROUNDS = 3
"""A third of the photos each: both read the same ones, in turns."""

_NOTICED = 0.01  # ms
STAGES = ("decode", "detect", "align, by a second look", "quality", "embed", "whole photo")

Call = Callable[[], object]


@dataclass
class Stage:
    """Milliseconds of one stage and of what it cannot go below, photo by photo."""

    ours: list[float] = field(default_factory=list)
    bare: list[float] = field(default_factory=list)

    def run(self, ours: Call, bare: Call) -> None:
        """Time both, one after the other."""
        self.ours.append(_milliseconds(ours))
        self.bare.append(_milliseconds(bare))

    def told(self, name: str, kept: Results) -> None:
        """Print the line of the table and keep it."""
        ratio = statistics.median(o / b for b, o in zip(self.bare, self.ours, strict=True))
        ours, bare = statistics.median(self.ours), statistics.median(self.bare)
        limit = (bare, ratio) if bare > _NOTICED else (None, None)
        kept.keep("stages", stage=name, ours_ms=ours, limit_ms=limit[0], ratio=limit[1])
        end = f"{bare:.2f} ms | {ratio:.2f}" if limit[0] else "none | "
        print(f"| {name} | {ours:.2f} ms | {end} |")


def main() -> None:
    """Print the stages, then the ratio to face_recognition."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    parser = ArgumentParser()
    parser.add_argument("--photos", type=int, default=102, help="at most")
    with results("encoder", parser) as kept, tempfile.TemporaryDirectory() as folder:
        photos = booking_photos(Path(folder), kept.asked.photos)
        kept.data = f"{len(photos)} portraits as booking photos, {WIDTH}x{HEIGHT} JPEG; one core"
        _stages([photo.read_bytes() for photo in photos], kept)
        _against_face_recognition(photos, kept)


def booking_photos(folder: Path, most: int) -> list[Path]:
    """Cut portraits to 4:5 about their middle, scale them to 480x600 and write them as JPEG."""
    written = []
    for number, source in enumerate(mugshots()[:most]):
        picture = read_pixels(source.read_bytes()).picture
        width = min(picture.width, round(picture.height * WIDTH / HEIGHT))
        height = min(picture.height, round(picture.width * HEIGHT / WIDTH))
        left, top = (picture.width - width) // 2, (picture.height - height) // 2
        box = (left, top, left + width, top + height)
        path = folder / f"{number:04}.jpg"
        picture.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS, box=box).save(
            path, "JPEG", quality=QUALITY
        )
        written.append(path)
    return written


class Parts:
    """The encoder in one piece and in parts, and its networks alone."""

    def __init__(self) -> None:
        files = models()
        self.encoder = Encoder(files)
        self.detector = BlazeFace(files.short_range, SHORT_RANGE_LAYERS)
        self.aligner = Aligner(self.detector)
        self.recognition = DlibRecognition(files.recognition, Runtime())
        self._looking, self._telling = session_of(files.short_range), session_of(files.recognition)
        self._square = np.zeros((1, self.detector.side, self.detector.side, 3), np.uint8)
        self.stages = {name: Stage() for name in STAGES}

    def time(self, photo: bytes) -> PixelRows:
        """Time every stage on a photo of one face; returns its chip and the mirror image."""
        picture = read_pixels(photo).picture
        sighting = self.detector.faces(picture)[0]
        face = self.aligner.align(picture, sighting)
        chips = np.stack([face.chip, face.chip[:, ::-1]])
        calls: Sequence[tuple[Call, Call]] = (
            (lambda: read_pixels(photo), lambda: _bare_decode(photo)),
            (lambda: self.detector.faces(picture), self._look),
            (lambda: self.aligner.align(picture, sighting), self._look),
            (lambda: measured(face, 1.0), _nothing),
            (lambda: self.recognition.vector(picture, face), lambda: self.tell(chips)),
            (lambda: self.encoder.read(photo, "enrol", 0), lambda: self._bare(photo, chips)),
        )
        for stage, (ours, bare) in zip(self.stages.values(), calls, strict=True):
            stage.run(ours, bare)
        return chips

    def tell(self, chips: PixelRows) -> None:
        """Run the recognition network alone."""
        self._telling.run(None, {"pixels": chips})

    def _look(self) -> None:
        self._looking.run(None, {"pixels": self._square})

    def _bare(self, photo: bytes, chips: PixelRows) -> None:
        _bare_decode(photo)
        self._look()
        self._look()
        self.tell(chips)


def _stages(photos: Sequence[bytes], kept: Results) -> None:
    parts = Parts()
    chips = [parts.time(photo) for photo in photos]
    print("| stage | ours | bare limit | ours / limit |\n|---|---|---|---|")
    for name, stage in parts.stages.items():
        stage.told(name, kept)
    waiting = chips[: min(WAITING, len(chips) // TOGETHER * TOGETHER)]
    if not waiting:
        return
    batches = [np.concatenate(waiting[i : i + TOGETHER]) for i in range(0, len(waiting), TOGETHER)]
    alone = [_milliseconds(partial(parts.tell, one)) for one in waiting]
    together = [_milliseconds(partial(parts.tell, one)) for one in batches]
    share = statistics.median(together) / TOGETHER / statistics.median(alone)
    kept.keep("together", photos=TOGETHER, share_of_time_alone=share)
    print(f"embedding {TOGETHER} photos at once takes {share:.2f} of the time of one by one")


def _bare_decode(photo: bytes) -> None:
    Image.open(io.BytesIO(photo)).load()


def _nothing() -> None:
    """What a stage with no limit of its own is held against."""


def _milliseconds(call: Call) -> float:
    began = thread_time()
    call()
    return 1e3 * (thread_time() - began)


def _against_face_recognition(photos: Sequence[Path], kept: Results) -> None:
    if not peers.installed():
        kept.keep("face_recognition", ratio="not installed")
        print("face_recognition is not installed (python -m bench.peers installs it)")
        return
    ours = (sys.executable, "-m", "bench.bare_encoder")
    theirs = (str(peers.PYTHON), str(ROOT / "bench" / "peer_loop.py"))
    mine, others = [], []
    for turn in range(ROUNDS):
        share = photos[turn::ROUNDS]
        mine.append(_of_a_loop(ours, share))
        others.append(_of_a_loop(theirs, share))
        cells = {"ours_ms": mine[-1], "face_recognition_ms": others[-1]}
        ratio = others[-1] / mine[-1]
        kept.keep("face_recognition", photos=len(share), **cells, ratio=ratio)
    ratios = [their / my for their, my in zip(others, mine, strict=True)]
    print(
        f"a photo takes {statistics.median(mine):.1f} ms of a core, face_recognition's own loop "
        f"{statistics.median(others):.1f} ms: {statistics.median(ratios):.1f} times as fast "
        f"({min(ratios):.1f} to {max(ratios):.1f} in {ROUNDS} rounds, in turn)"
    )


def _of_a_loop(command: Sequence[str], photos: Sequence[Path]) -> float:
    """Return the processor's milliseconds a photo, as the program counts them once it is ready."""
    inherited = dict(os.environ)  # noqa: TID251 - a child's environment
    run = subprocess.run(  # noqa: S603 - our own programs
        command,
        input="\n".join(map(str, photos)),
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env=inherited | ONE_THREAD,  # as encoder processes have it
        check=True,
    )
    return 1e3 * float(run.stdout.splitlines()[-1]) / len(photos)


if __name__ == "__main__":
    main()

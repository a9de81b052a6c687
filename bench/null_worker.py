"""`candid` with an engine that enrols at once: what remains is listing, recording and queueing.

`python -m bench.null_worker serve`, or `worker`; with `--profile FILE` before that, what the event
loop's thread did since SIGUSR1 is written there at the end, in processor seconds (`python -m pstats
FILE` reads it).
"""

import cProfile
import signal
import sys
import time
from functools import cache
from uuid import NAMESPACE_URL, uuid5

import numpy as np

from adapters.face_engine.local.enroller import LocalEnroller
from app.__main__ import main
from app.domain.face import Box, Detected, Enrolled, EnrolledFace, Face, PhotoSize, Point, Quality

_SIZE = PhotoSize(250, 250)
_FACE = Face(
    Box(0.28125, 0.265625, 0.4375, 0.46875),
    Quality(109, 97.25, 61.5, 52.25, -3.5, 2.25, 0.75),
    tuple(Point(x, 0.5) for x in (0.4375, 0.5625, 0.5, 0.453125, 0.546875)),
)


def enrol_nothing() -> None:
    """Give every photo the same face from here on, each under an id of its own."""

    async def enrol(engine: LocalEnroller, *asked: object) -> Enrolled:
        _, external_image_id, _ = asked
        facts = engine._encoders.facts  # noqa: SLF001 - the engine in which this is put
        template = _template(facts.dimensions)
        face_id = str(uuid5(NAMESPACE_URL, str(external_image_id)))
        kept = EnrolledFace(face_id, _FACE, template)
        return Enrolled(size=_SIZE, kept=kept, refused=(), model=facts.model)

    async def detect(*_: object) -> Detected:
        return Detected(_SIZE, (_FACE,))

    LocalEnroller.enrol = enrol  # type: ignore[assignment,method-assign]  # for this process
    LocalEnroller.detect = detect  # type: ignore[assignment,method-assign]  # for this process


@cache
def _template(dimensions: int) -> bytes:
    vector = np.random.default_rng(1).normal(size=dimensions)
    return (vector / np.linalg.norm(vector)).astype("<f2").tobytes()


def _run() -> None:
    enrol_nothing()
    if sys.argv[1] != "--profile":
        main()
        return
    _, path = sys.argv.pop(1), sys.argv.pop(1)
    profile = cProfile.Profile(time.thread_time)
    signal.signal(signal.SIGUSR1, lambda *_: profile.enable())
    try:
        main()
    finally:
        profile.disable()
        profile.dump_stats(path)


if __name__ == "__main__":
    _run()

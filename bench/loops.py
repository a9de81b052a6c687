"""Bare loops in processes of their own: what the machine does without a service round it."""

import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parents[1]


def photos_a_second(command: Sequence[str], photos: Sequence[Path], processes: int = 2) -> float:
    """Run a loop program over the photos, shared out to so many processes, all at once.

    The program reads paths from its standard input after saying that it is ready.
    """
    shares = [photos[i::processes] for i in range(processes)]
    loops = [
        subprocess.Popen(  # noqa: S603 - our own programs
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
        )
        for _ in shares
    ]
    for loop in loops:
        assert loop.stdout is not None
        loop.stdout.readline()
    started = time.perf_counter()
    for loop, share in zip(loops, shares, strict=True):
        assert loop.stdin is not None
        loop.stdin.write("\n".join(map(str, share)))
        loop.stdin.close()
    for loop in loops:
        assert loop.stdout is not None
        loop.stdout.read()
        assert loop.wait() == 0, loop.args
    return len(photos) / (time.perf_counter() - started)


def told() -> list[str]:
    """Say that a loop program is ready and return the paths that it is given."""
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    return sys.stdin.read().splitlines()

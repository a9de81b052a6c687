"""What comes between a command and its output: a disk that is full, a reader that has gone."""

import os
import resource
from collections.abc import Generator
from contextlib import contextmanager, redirect_stdout

from app.cli.console import console


@contextmanager
def full_disk(at: int) -> Generator[None]:
    """Let no file become longer than so many bytes, as on a disk that is full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (at, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@contextmanager
def nobody_reads() -> Generator[None]:
    """Print into a pipe whose reader has gone, as `| head` goes."""
    reading, writing = os.pipe()
    os.close(reading)
    try:
        with os.fdopen(writing, "w") as pipe, redirect_stdout(pipe):
            yield
    finally:
        console.quiet = False  # for rich says nothing more after this

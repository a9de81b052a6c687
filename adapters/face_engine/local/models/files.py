"""Files of the models directory: whole or not there, and named where they cannot be used."""

import os
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from app.domain.errors import EngineMisconfiguredError

_BLOCK = 2**20  # bytes


@contextmanager
def usable(target: Path) -> Generator[None]:
    """Turn every OSError into an EngineMisconfiguredError that names the file, or else `target`."""
    try:
        yield
    except OSError as error:
        raise EngineMisconfiguredError(
            f"{error.filename or target} cannot be used: {error.strerror or error}."
        ) from error


def put_in_place(target: Path, blocks: Iterable[bytes], pinned: str | None = None) -> bool:
    """Write a file on the side, have it last, and put it in the place of `target`.

    What is hashed is what is written, in one reading. Where its SHA-256 is not the `pinned` one
    (hex), nothing is left of it and False is returned. Raises OSError.
    """
    unfinished, summed = target.with_suffix(f".{os.getpid()}.tmp"), sha256()
    try:
        with unfinished.open("wb") as opened:
            for block in blocks:
                summed.update(block)
                opened.write(block)
            opened.flush()
            os.fsync(opened.fileno())
        if pinned not in {None, summed.hexdigest()}:
            return False
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)
    return True


def blocks_of(file: Path) -> Generator[bytes]:
    """Read a file once, a megabyte at a time; raises OSError."""
    with file.open("rb") as opened:
        while block := opened.read(_BLOCK):
            yield block

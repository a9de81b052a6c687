"""Locks that the kernel lets go when their holder dies, however it dies (flock)."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

if sys.platform != "win32":
    import fcntl

    EXCLUSIVE = fcntl.LOCK_EX
    SHARED = fcntl.LOCK_SH

PAUSE_SECONDS = 0.02


class HeldLock:
    """A lock on a file, from `taken` until `let_go`."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    @classmethod
    def taken(cls, path: Path, kind: int) -> "HeldLock | None":
        """Take the lock now, or return None when somebody holds it."""
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return None
        return cls(descriptor)

    @classmethod
    def awaited(cls, path: Path, kind: int, seconds: float) -> "HeldLock":
        """Take the lock as soon as it is free; raises TimeoutError after `seconds`."""
        end = time.monotonic() + seconds
        while (lock := cls.taken(path, kind)) is None:
            if time.monotonic() > end:
                raise TimeoutError(f"{path} is held by another process")
            time.sleep(PAUSE_SECONDS)
        return lock

    def let_go(self) -> None:
        """Unlock by name, since a forked child may still have the descriptor open."""
        fcntl.flock(self._descriptor, fcntl.LOCK_UN)
        os.close(self._descriptor)


@contextmanager
def held(path: Path, seconds: float) -> Iterator[None]:
    """Hold the lock exclusively for a block; raises TimeoutError."""
    lock = HeldLock.awaited(path, EXCLUSIVE, seconds)
    try:
        yield
    finally:
        lock.let_go()


def is_free(path: Path) -> bool:
    """Say whether nobody holds the lock at this moment."""
    lock = HeldLock.taken(path, SHARED)
    if lock is None:
        return False
    lock.let_go()
    return True

"""Reads disks and shares off the event loop, and gives up on one that hangs."""

from collections.abc import Callable
from typing import Final, TypeVar, TypeVarTuple

from adapters.worker_threads import WorkerThreads
from app.domain.errors import SourceTimeoutError

T = TypeVar("T")
Ts = TypeVarTuple("Ts")

THREADS: Final = 16
"""Of one source; those that hang on a share that went away are not taken from anyone else."""

PHOTO_SECONDS: Final = 60.0
LISTING_SECONDS: Final = 600.0
"""Of a page: a directory of millions of names on a slow share."""


class DiskThreads:
    """Threads of a source's own."""

    def __init__(self) -> None:
        self._threads = WorkerThreads(THREADS, "disk")

    async def run(self, seconds: float, work: Callable[[*Ts], T], *given: *Ts) -> T:
        """Do the work in a thread; raises SourceTimeoutError, then the thread is left alone."""
        try:
            return await self._threads.run(seconds, work, *given)
        except TimeoutError as error:
            raise SourceTimeoutError from error

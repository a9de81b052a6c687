"""What a worker process gives up before it reads its first hostile byte."""

import contextlib
import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1  # linux/prctl.h
_PR_SET_NO_NEW_PRIVS = 38  # linux/prctl.h
_NICENESS = 5
"""Below the service's own event loop, which has to answer while every worker is busy."""


def surrender(memory_bytes: int) -> None:
    """Limit this process for good: its memory, its files, its privileges, and life by its parent.

    Memory is limited with RLIMIT_DATA, which counts what is allocated; RLIMIT_AS also counts what
    libraries map or reserve and never touch. macOS and Windows enforce neither: there the time
    limit and the cap on decoded pixels remain.
    """
    if sys.platform != "win32":
        os.nice(_NICENESS)
        _limit_resources(memory_bytes)
    if sys.platform == "linux":
        prctl = ctypes.CDLL(None).prctl
        prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)


def _limit_resources(memory_bytes: int) -> None:
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415 (Windows has no such module)

    for name, most in (
        (resource.RLIMIT_DATA, memory_bytes),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
    ):
        hard = resource.getrlimit(name)[1]
        most_allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
        with contextlib.suppress(ValueError, OSError):  # a platform may refuse one of them
            resource.setrlimit(name, (most_allowed, most_allowed))

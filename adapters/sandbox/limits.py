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


def limit_memory(memory_bytes: int) -> None:
    """Limit what this process may allocate, below its models too, and let it die with its parent.

    RLIMIT_DATA counts what is allocated; RLIMIT_AS also counts what libraries map or reserve and
    never touch. macOS and Windows enforce neither: there the time limit and the cap on decoded
    pixels remain.
    """
    if sys.platform != "win32":
        _limit("RLIMIT_DATA", memory_bytes)
        _limit("RLIMIT_CORE", 0)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def limit_the_rest() -> None:
    """Give up writing files, gaining privileges, and going before the service's event loop."""
    if sys.platform != "win32":
        _limit("RLIMIT_FSIZE", 0)
        os.nice(_NICENESS)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)


def _limit(name: str, most: int) -> None:
    import resource  # noqa: PLC0415 (Windows has no such module)

    kind = getattr(resource, name)
    hard = resource.getrlimit(kind)[1]
    allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
    with contextlib.suppress(ValueError, OSError):  # a platform may refuse one of them
        resource.setrlimit(kind, (allowed, allowed))

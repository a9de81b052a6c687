"""What a worker process gives up before it reads its first hostile byte."""

import contextlib
import ctypes
import os
import signal
import sys
from typing import Any

from adapters.sandbox.seccomp import NotPermittedError, forbid_the_rest

IN_FORCE = "in force"

_PR_SET_PDEATHSIG = 1  # linux/prctl.h
_PR_SET_DUMPABLE = 4  # linux/prctl.h
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


def close(_: dict[str, Any], __: bytes) -> tuple[dict[str, Any], bytes]:
    """Give up everything but reading pixels, for good: the last call of a process's warm-up.

    The answer says whether the system calls are limited, or why they are not.
    """
    _be_silent()
    if sys.platform != "win32":
        _limit("RLIMIT_FSIZE", 0)
        _limit("RLIMIT_NOFILE", 0)  # what is open stays so; nothing else opens, by any way
        os.nice(_NICENESS)
    hide_memory()
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    try:
        forbid_the_rest()
    except NotPermittedError as error:
        return {"system_calls": str(error)}, b""
    return {"system_calls": IN_FORCE}, b""


def hide_memory() -> None:
    """Keep other processes of the same user from reading this one's memory, and it from core files.

    A process of another user's rights, or root, may still.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


def _be_silent() -> None:
    """Stop decoders from writing what they read in a file's tags into the service's log."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    os.close(nowhere)


def _limit(name: str, most: int) -> None:
    import resource  # noqa: PLC0415 (Windows has no such module)

    kind = getattr(resource, name)
    hard = resource.getrlimit(kind)[1]
    allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
    with contextlib.suppress(ValueError, OSError):  # a platform may refuse one of them
        resource.setrlimit(kind, (allowed, allowed))

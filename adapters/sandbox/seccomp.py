"""The system calls that are left to a worker process once it is ready, as Linux enforces them.

What is not on the list fails with EPERM: sockets, opening files, other programs, other processes.
The numbers are of linux/seccomp.h, linux/filter.h, linux/audit.h and the kernel's tables.
"""

import ctypes
import errno
import struct
import sys
from collections.abc import Iterable
from platform import machine
from typing import Final

_PR_SET_NO_NEW_PRIVS = 38
_SECCOMP_SET_MODE_FILTER = 1
_FOR_EVERY_THREAD = 1  # SECCOMP_FILTER_FLAG_TSYNC
_KILL_PROCESS, _ERRNO, _ALLOW = 0x8000_0000, 0x0005_0000, 0x7FFF_0000
_LOAD, _EQUAL, _ANY_BIT, _RETURN = 0x20, 0x15, 0x45, 0x06  # BPF codes
_NUMBER, _ARCHITECTURE, _FIRST, _THIRD = 0, 4, 16, 32  # offsets in struct seccomp_data
_CLONE_THREAD, _PROT_EXEC = 0x10000, 0x4

Step = tuple[int, int, int, int]  # code, steps to skip when true, when false, constant


class _Machine:
    """A processor's name for audits, its number of seccomp(2), and its system calls."""

    def __init__(self, audit: int, seccomp: int, calls: dict[str, int]) -> None:
        self.audit = audit
        self.seccomp = seccomp
        self.calls = calls


_PLAIN: Final = (
    *("read", "write", "readv", "writev", "close", "lseek", "fstat", "poll", "exit"),
    *("exit_group", "futex", "set_robust_list", "nanosleep", "clock_nanosleep"),
    *("clock_gettime", "clock_getres", "gettimeofday", "sched_yield", "sched_getaffinity"),
    *("restart_syscall", "sigaltstack", "rt_sigaction", "rt_sigprocmask", "rt_sigreturn"),
    *("getpid", "gettid", "sysinfo", "brk", "munmap", "mremap", "madvise", "getrandom"),
    *("membarrier", "rseq", "getcpu"),
)
"""Memory, time, threads, and what is open already."""

_X86_64: Final = (
    *(0, 1, 19, 20, 3, 8, 5, 7, 60, 231, 202, 273, 35, 230, 228, 229, 96, 24, 204, 219),
    *(131, 13, 14, 15, 39, 186, 99, 12, 11, 25, 28, 318, 324, 334, 309),
)
_AARCH64: Final = (
    *(63, 64, 65, 66, 57, 62, 80, 73, 93, 94, 98, 99, 101, 115, 113, 114, 169, 124, 123, 128),
    *(132, 134, 135, 139, 172, 178, 179, 214, 215, 216, 233, 278, 283, 293, 168),
)
_MACHINES: Final = {
    "x86_64": _Machine(
        0xC000_003E,
        317,
        {
            **dict(zip(_PLAIN, _X86_64, strict=True)),
            "mmap": 9,
            "mprotect": 10,
            "clone": 56,
            "clone3": 435,
        },
    ),
    "aarch64": _Machine(
        0xC000_00B7,
        277,
        {
            **dict(zip(_PLAIN, _AARCH64, strict=True)),
            "mmap": 222,
            "mprotect": 226,
            "clone": 220,
            "clone3": 435,
        },
    ),
}


class NotPermittedError(Exception):
    """The filter is not in force; the text says why, in a few words."""


def forbid_the_rest() -> None:
    """Leave every thread of this process, for good, the calls of the list; NotPermittedError."""
    found = _MACHINES.get(machine()) if sys.platform == "linux" else None
    if found is None:
        raise NotPermittedError(f"not known for {sys.platform} on {machine()}")
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0):
        raise NotPermittedError(_reason())
    steps = b"".join(struct.pack("HBBI", *step) for step in program(found))
    kept = ctypes.create_string_buffer(steps)
    listed = struct.pack("HL", len(steps) // 8, ctypes.addressof(kept))  # struct sock_fprog
    if libc.syscall(found.seccomp, _SECCOMP_SET_MODE_FILTER, _FOR_EVERY_THREAD, listed):
        raise NotPermittedError(_reason())


def program(found: _Machine) -> list[Step]:
    """Return the filter: architecture, then call by call, then arguments of a few."""
    calls = found.calls
    return [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_EQUAL, 1, 0, found.audit),
        (_RETURN, 0, 0, _KILL_PROCESS),
        (_LOAD, 0, 0, _NUMBER),
        *_answered(calls["clone3"], _ERRNO | errno.ENOSYS),  # C libraries then use clone
        *_with_argument(calls["clone"], _FIRST, _CLONE_THREAD, needed=True),
        *_with_argument(calls["mmap"], _THIRD, _PROT_EXEC, needed=False),
        *_with_argument(calls["mprotect"], _THIRD, _PROT_EXEC, needed=False),
        *_allowed(calls[name] for name in _PLAIN),
        (_RETURN, 0, 0, _ERRNO | errno.EPERM),
    ]


def _allowed(numbers: Iterable[int]) -> list[Step]:
    return [step for number in numbers for step in _answered(number, _ALLOW)]


def _answered(number: int, answer: int) -> list[Step]:
    return [(_EQUAL, 0, 1, number), (_RETURN, 0, 0, answer)]


def _with_argument(number: int, offset: int, bit: int, *, needed: bool) -> list[Step]:
    """Allow a call by a bit of an argument, whose lower half comes first on these machines."""
    skips = (0, 1) if needed else (1, 0)
    return [
        (_EQUAL, 0, 4, number),
        (_LOAD, 0, 0, offset),
        (_ANY_BIT, *skips, bit),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _ERRNO | errno.EPERM),
    ]


def _reason() -> str:
    return errno.errorcode.get(ctypes.get_errno(), "refused").lower()

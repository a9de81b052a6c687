"""What code that took a decoder over would try next; called inside worker processes."""

import ctypes
import errno
import os
import socket
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.sandbox.deeds import Answer

_PTRACE_ATTACH, _PTRACE = 16, {"x86_64": 101, "aarch64": 117}


def load(_: dict[str, Any], __: bytes) -> Answer:
    return {}, b""


def tried(request: dict[str, Any], _: bytes) -> Answer:
    """Try one thing, and tell the name of the error, or `done`."""
    try:
        _WAYS[request["way"]](request)
    except OSError as error:
        return {"outcome": errno.errorcode[error.errno or 0]}, b""
    return {"outcome": "done"}, b""


def _socket(_: dict[str, Any]) -> None:
    socket.socket()


def _write(request: dict[str, Any]) -> None:
    Path(request["path"]).write_bytes(b"1")


def _read(request: dict[str, Any]) -> None:
    Path(request["path"]).read_bytes()


def _list(_: dict[str, Any]) -> None:
    next(Path("/").iterdir())


def _execute(_: dict[str, Any]) -> None:
    os.execv("/bin/true", ["/bin/true"])  # noqa: S606 - that it fails is the point


def _fork(_: dict[str, Any]) -> None:
    if os.fork() == 0:
        os._exit(0)


def _signal(_: dict[str, Any]) -> None:
    os.kill(os.getppid(), 0)


def _trace(_: dict[str, Any]) -> None:
    _checked("syscall", _PTRACE[_machine], _PTRACE_ATTACH, os.getppid(), 0, 0)


def _map_code(_: dict[str, Any]) -> None:
    memory = ctypes.create_string_buffer(8192)
    page = (ctypes.addressof(memory) + 4095) & ~4095
    _checked("mprotect", ctypes.c_void_p(page), 1, 7)


def _start_a_thread(_: dict[str, Any]) -> None:
    found: list[int] = []
    thread = threading.Thread(target=lambda: found.append(1))
    thread.start()
    thread.join()
    if not found:
        raise OSError(errno.EAGAIN, "no thread")


_machine = os.uname().machine
_libc = ctypes.CDLL(None, use_errno=True)
_calls = {"syscall": _libc.syscall, "mprotect": _libc.mprotect}


def _checked(call: str, *arguments: Any) -> None:  # noqa: ANN401 - any C value
    if _calls[call](*arguments) == -1:
        raise OSError(ctypes.get_errno(), call)


_WAYS: dict[str, Callable[[dict[str, Any]], None]] = {
    "socket": _socket,
    "write": _write,
    "read": _read,
    "list": _list,
    "execute": _execute,
    "fork": _fork,
    "signal": _signal,
    "trace": _trace,
    "map code": _map_code,
    "thread": _start_a_thread,
}

"""What hostile bytes make a decoder do; called inside worker processes."""

import ctypes
import os
import time
from typing import Any

from app.domain.errors import PhotoUnreadableError

Answer = tuple[dict[str, Any], bytes]


def echo(request: dict[str, Any], payload: bytes) -> Answer:
    return request, payload


def work(request: dict[str, Any], _: bytes) -> Answer:
    """Be busy for a number of seconds, as a decoder is."""
    end = time.perf_counter() + float(request["seconds"])
    while time.perf_counter() < end:
        pass
    return {**request, "pid": os.getpid()}, b""


def crash(_: dict[str, Any], __: bytes) -> Answer:
    ctypes.string_at(0)
    return {}, b""


def allocate(request: dict[str, Any], _: bytes) -> Answer:
    taken = bytearray(int(request["bytes"]))
    taken[:: 1024 * 1024] = b"1" * len(taken[:: 1024 * 1024])
    return {"taken": len(taken)}, b""


def hang(_: dict[str, Any], __: bytes) -> Answer:
    while True:
        time.sleep(60)


def refuse(_: dict[str, Any], __: bytes) -> Answer:
    raise PhotoUnreadableError("cut short")


def stumble(_: dict[str, Any], payload: bytes) -> Answer:
    raise ValueError(payload)


def chatter(request: dict[str, Any], payload: bytes) -> Answer:
    print("a library's remark")  # noqa: T201 (it must not get among the answers)
    return request, payload


def leave_a_file(request: dict[str, Any], _: bytes) -> Answer:
    with open(request["path"], "wb") as file:  # noqa: PTH123 (as a decoder would)
        file.write(b"1" * 100_000)
    return {}, b""


def environment(_: dict[str, Any], __: bytes) -> Answer:
    return {"names": sorted(os.environ)}, b""  # noqa: TID251 (what a worker sees of it is the point)


def fail_to_load(_: dict[str, Any], __: bytes) -> Answer:
    raise FileNotFoundError("no model")

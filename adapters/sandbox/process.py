"""One worker process as the service sees it: the calls sent to it, and the clock on the first."""

import asyncio
import contextlib
import os
import sys
from collections import deque
from collections.abc import Awaitable, Mapping
from pathlib import Path
from typing import Any, Self, TypeVar

from adapters.sandbox.calls import Call, Reply
from adapters.sandbox.frames import receive_frame, start_of_frame

Result = TypeVar("Result")

_MEBIBYTE = 1024 * 1024
ONE_THREAD = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    # glibc gives freed picture-sized blocks back at once and faults every page in again at the
    # next photo; kept, photos are read faster. Larger blocks still go back.
    "MALLOC_MMAP_THRESHOLD_": str(64 * _MEBIBYTE),
    "MALLOC_TRIM_THRESHOLD_": str(128 * _MEBIBYTE),
    "PYTHONUTF8": "1",
}


class ProcessEndedError(Exception):
    """The worker process is gone, or says what no worker says."""


class Process:
    """A running worker process; the first of `calls` is at work, the others were sent ahead."""

    def __init__(self, child: asyncio.subprocess.Process, seconds: float) -> None:
        self._child = child
        self._seconds = seconds
        self._numbers: deque[int] = deque()
        self._number = 0
        self._clock: asyncio.TimerHandle | None = None
        self.calls: deque[Call] = deque()
        self.answered = 0
        self.isolation = ""  # how its system calls are limited, once it is ready

    @classmethod
    async def start(cls, memory_bytes: int, seconds: float, environment: Mapping[str, str]) -> Self:
        """Start a process that inherits nothing of the service: no environment, no open file.

        Its process group is its own: what a terminal sends to the service's does not reach it.
        """
        path = os.pathsep.join(entry or str(Path.cwd()) for entry in sys.path)
        starting = asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-m", "adapters.sandbox.worker", str(memory_bytes)),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            start_new_session=True,  # uvloop knows no process_group
            env={**ONE_THREAD, "PYTHONPATH": path, **environment},
        )
        child, cancelled = await _to_the_end(starting)
        process = cls(child, seconds)
        if cancelled:
            await process.ended()
            raise asyncio.CancelledError
        return process

    @property
    def pid(self) -> int:
        """The process's id."""
        return self._child.pid

    @property
    def exit_code(self) -> int | None:
        """How it ended: negative for a signal, None while it runs."""
        return self._child.returncode

    @property
    def is_gone(self) -> bool:
        """Whether it is known to read no more; its keeper may not have heard of it yet."""
        writer, _ = self._pipes()
        return writer.is_closing() or self.exit_code is not None

    def send(self, call: Call, *, warm_up: bool = False) -> None:
        """Put a call on the pipe; the process reads it while it works on another.

        A `warm_up` has no clock, since it loads what it needs.
        """
        self._number += 1
        header = {"number": self._number, "function": call.function, "request": call.request}
        self._write(header, call.payload)
        self._numbers.append(self._number)
        self.calls.append(call)
        if len(self.calls) == 1 and not warm_up:
            self._start_clock()

    def skip(self, call: Call) -> None:
        """Take a call back if the process has not begun with it; it answers either way."""
        for number, sent in zip(self._numbers, self.calls, strict=True):
            if sent is call:
                self._write({"skip": number}, b"")

    async def reply(self) -> Reply:
        """Wait for the answer to the first call; raises ProcessEndedError."""
        try:
            header, payload = await receive_frame(self._pipes()[1])
        except (EOFError, ValueError) as error:
            raise ProcessEndedError(str(error)) from error
        if not self._numbers or header.get("number") != self._numbers[0]:
            raise ProcessEndedError("an answer to no call")
        self._numbers.popleft()
        self.answered += 1
        call = self.calls.popleft()
        self._start_clock()
        return Reply(call, header, payload)

    def kill(self) -> None:
        """End the process, whatever it is doing."""
        with contextlib.suppress(ProcessLookupError):
            self._child.kill()

    async def ended(self) -> None:
        """Wait until the process is gone, its pipes closed and its clock stopped."""
        self.kill()
        writer, reader = self._pipes()
        writer.close()
        self._stop_clock()
        gone = asyncio.gather(reader.read(), self._child.wait(), return_exceptions=True)
        _, cancelled = await _to_the_end(gone)
        await asyncio.sleep(0)  # asyncio closes the transport one turn later
        if cancelled:
            raise asyncio.CancelledError

    def _pipes(self) -> tuple[asyncio.StreamWriter, asyncio.StreamReader]:
        writer, reader = self._child.stdin, self._child.stdout
        if writer is None or reader is None:
            raise ProcessEndedError("started without pipes")
        return writer, reader

    def _write(self, header: Mapping[str, Any], payload: bytes) -> None:
        """Put a frame on the pipe; one that nobody reads any more is lost, as `reply` will tell."""
        writer, _ = self._pipes()
        for part in (start_of_frame(header, len(payload)), payload):
            if part and not writer.is_closing():
                writer.write(part)

    def _start_clock(self) -> None:
        self._stop_clock()
        if self.calls:
            self._clock = asyncio.get_running_loop().call_later(self._seconds, self.kill)

    def _stop_clock(self) -> None:
        if self._clock is not None:
            self._clock.cancel()
            self._clock = None


async def _to_the_end(work: Awaitable[Result]) -> tuple[Result, bool]:
    """Await what must not be cut in two; say whether the caller was cancelled meanwhile."""
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task), False
    except asyncio.CancelledError:
        await asyncio.wait([task])
        if task.cancelled() or task.exception() is not None:
            raise
        return task.result(), True

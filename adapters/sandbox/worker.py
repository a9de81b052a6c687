"""The worker process: takes calls from standard input, answers on standard output.

Started by `adapters.sandbox.process` as `python -m adapters.sandbox.worker MEMORY_BYTES`.
"""

import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable
from importlib import import_module
from queue import SimpleQueue
from typing import Any, BinaryIO

from adapters.sandbox.frames import read_frame, start_of_frame
from adapters.sandbox.limits import limit_memory
from app.domain.errors import CandidError, PhotoTooCostlyError

Function = Callable[[dict[str, Any], bytes], tuple[dict[str, Any], bytes]]
Frame = tuple[dict[str, Any], bytes]


class Inbox:
    """Reads ahead in a thread, so that the next call is here before the present one ends.

    The thread also sees that the service is gone, and ends the process whatever it is doing.
    """

    def __init__(self, pipe: BinaryIO) -> None:
        self._pipe = pipe
        self._frames: SimpleQueue[Frame] = SimpleQueue()
        self._skipped: set[int] = set()
        threading.Thread(target=self._read, daemon=True).start()

    def next(self) -> tuple[Frame, bool]:
        """Wait for a call; say also whether it was taken back meanwhile."""
        frame = self._frames.get()
        number = frame[0]["number"]
        skipped = number in self._skipped
        self._skipped = {other for other in self._skipped if other > number}
        return frame, skipped

    def _read(self) -> None:
        try:
            while True:
                header, payload = read_frame(self._pipe)
                if "skip" in header:
                    self._skipped.add(header["skip"])
                else:
                    self._frames.put((header, payload))
        finally:
            os._exit(0)


def serve(memory_bytes: int) -> None:
    """Answer calls until standard input ends; from `limits.close` on, do nothing else."""
    _leave_signals_to_the_service()
    inbox, answers = Inbox(sys.stdin.buffer), _only_way_out()
    limit_memory(memory_bytes)
    while True:
        (header, payload), skipped = inbox.next()
        answer, data = ({"skipped": True}, b"") if skipped else _answer(header, payload)
        answer["number"] = header["number"]
        answers.write(start_of_frame(answer, len(data)))
        answers.write(data)
        answers.flush()
        if "leaving" in answer:
            os._exit(0)


def _answer(header: dict[str, Any], payload: bytes) -> Frame:
    try:
        answer, data = _function(header["function"])(header["request"], payload)
    except CandidError as error:
        return {"error": error.code, "detail": str(error)}, b""
    except MemoryError:
        return {"error": PhotoTooCostlyError.code, "detail": "", "leaving": True}, b""
    except Exception as error:  # noqa: BLE001 (whatever it is, it costs one call and is reported)
        return {"error": "", "detail": _where(error)}, b""
    return {"answer": answer}, data


def _where(error: Exception) -> str:
    """Say what went wrong and where; not the error's text, which may quote the photo."""
    frames = traceback.extract_tb(error.__traceback__)[-3:]
    places = " < ".join(f"{frame.filename}:{frame.lineno}" for frame in reversed(frames))
    return f"{type(error).__name__} at {places}"


def _function(name: str) -> Function:
    module, _, function = name.partition(":")
    found: Function = getattr(import_module(module), function)
    return found


def _leave_signals_to_the_service() -> None:
    """Ignore what a terminal and `timeout` send to the whole group: the service ends us itself."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)


def _only_way_out() -> BinaryIO:
    """Keep the answers' pipe to ourselves; what libraries print goes to standard error."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return answers


if __name__ == "__main__":
    serve(int(sys.argv[1]))

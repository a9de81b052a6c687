"""The line of calls that wait for a process: first come, first served, and bounded."""

from collections import deque
from collections.abc import Iterable

from adapters.sandbox.calls import Call
from app.domain.errors import CandidError, TooManyCallsError

MOST_CALLS = 512
MOST_BYTES = 256 * 1024 * 1024
"""Waiting photos lie in the service's own memory, so their bytes are bounded as well."""


class Line:
    """Calls in the order in which they came; those whose callers gave up are passed over."""

    def __init__(self) -> None:
        self._calls: deque[Call] = deque()
        self._bytes = 0

    def join(self, call: Call) -> None:
        """Wait at the end; raises TooManyCallsError when the line is full."""
        too_many = len(self._calls) >= MOST_CALLS
        too_big = bool(self._calls) and self._bytes + len(call.payload) > MOST_BYTES
        if too_many or too_big:
            raise TooManyCallsError
        self._calls.append(call)
        self._bytes += len(call.payload)

    def rejoin(self, calls: Iterable[Call]) -> None:
        """Wait in front again, in the same order: these were sent to a process that ended."""
        for call in reversed(list(calls)):
            self._calls.appendleft(call)
            self._bytes += len(call.payload)

    def next(self) -> Call | None:
        """Take the first call that somebody still waits for."""
        while self._calls:
            call = self._calls.popleft()
            self._bytes -= len(call.payload)
            if not call.answer.done():
                return call
        return None

    def leave(self, call: Call) -> None:
        """Let go of a call, and of its photo, if it is in the line."""
        if call in self._calls:
            self._calls.remove(call)
            self._bytes -= len(call.payload)

    def refuse_all(self, error: type[CandidError]) -> None:
        """Answer everything that waits with an error."""
        while (call := self.next()) is not None:
            call.answer.set_exception(error())

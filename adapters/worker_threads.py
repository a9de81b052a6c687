"""Threads for work that waits for a disk, a share or a driver, and that may hang."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from typing import Any, Final, NamedTuple, TypeVar, TypeVarTuple

T = TypeVar("T")
Ts = TypeVarTuple("Ts")

_IDLE_SECONDS: Final = 10.0
"""After which a thread ends that has nothing to do."""


class WorkerThreads:
    """At most so many threads of one owner, started as they are needed.

    They cost a fraction of what anyio's do for each call, and one that hangs keeps no process
    from ending, as one of concurrent.futures would.
    """

    def __init__(self, most: int, name: str) -> None:
        self._most = most
        self._name = name
        self._calls: SimpleQueue[_Call] = SimpleQueue()
        self._lock = Lock()
        self._threads = 0
        self._busy = 0

    async def run(self, seconds: float, work: Callable[[*Ts], T], *given: *Ts) -> T:
        """Do the work in a thread; raises TimeoutError, then the thread is left alone.

        Work that nobody waits for any more is not begun.
        """
        call = _Call(work, given)
        self._give(call)
        clock = call.loop.call_later(seconds, call.give_up)
        try:
            result: T = await call.answer
            return result
        finally:
            clock.cancel()
            call.forget()

    def _give(self, call: "_Call") -> None:
        with self._lock:
            self._busy += 1
            needs_another = self._threads < min(self._busy, self._most)
            self._threads += needs_another
        try:
            if needs_another:
                Thread(target=self._work, name=self._name, daemon=True).start()
        except RuntimeError:  # the system has no more threads
            with self._lock:
                self._busy -= 1
                self._threads -= 1
            raise
        self._calls.put(call)

    def _work(self) -> None:
        while True:
            try:
                call = self._calls.get(timeout=_IDLE_SECONDS)
            except Empty:
                with self._lock:
                    if self._busy < self._threads:  # nothing came meanwhile that needs this one
                        self._threads -= 1
                        return
            else:
                call.do()
                with self._lock:
                    self._busy -= 1


class _Pending(NamedTuple):
    todo: Callable[[], object]
    answer: asyncio.Future[Any]


class _Call:
    """Work for a thread, and who waits for it."""

    def __init__(self, work: Callable[..., object], given: tuple[object, ...]) -> None:
        self.loop = asyncio.get_running_loop()
        self.answer: asyncio.Future[Any] = self.loop.create_future()
        self._pending: _Pending | None = _Pending(partial(work, *given), self.answer)

    def do(self) -> None:
        pending = self._pending
        if pending is None or pending.answer.done():  # nobody waits any more
            return
        try:
            result = pending.todo()
        except BaseException as error:  # noqa: BLE001 - it is raised to whom it concerns
            self._tell(pending.answer, pending.answer.set_exception, error)
        else:
            self._tell(pending.answer, pending.answer.set_result, result)

    def give_up(self) -> None:
        if not self.answer.done():
            self.answer.set_exception(TimeoutError())

    def forget(self) -> None:
        """Let go of the work and of its answer: a call may lie in the queue for long after."""
        self._pending = None
        del self.answer

    def _tell(self, answer: asyncio.Future[Any], tell: Callable[[Any], None], told: object) -> None:
        with suppress(RuntimeError):  # the event loop has ended
            self.loop.call_soon_threadsafe(_told, answer, tell, told)


def _told(answer: asyncio.Future[Any], tell: Callable[[Any], None], told: object) -> None:
    if not answer.done():
        tell(told)

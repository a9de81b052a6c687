"""Calls that come at about the same time, done together."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Asked = TypeVar("Asked")
Told = TypeVar("Told")


@dataclass(eq=False, slots=True)
class _Call(Generic[Asked, Told]):
    """What was asked, and what whoever asked waits for."""

    asked: Asked
    answer: asyncio.Future[Told]
    is_left: bool = False  # whoever asked was cancelled, and leaves once there is an answer

    def tell(self, told: Told | Exception) -> None:
        if self.answer.done():
            return
        if isinstance(told, Exception):
            self.answer.set_exception(told)
        else:
            self.answer.set_result(told)


class Gathered(Generic[Asked, Told]):
    """Gathers calls for a moment, or until there are enough, and answers them with one.

    `together` returns one answer a call, in their order; an answer that is an exception is raised
    to its caller alone. When `together` itself fails, each call is made again by itself, so that
    one that cannot succeed costs the others nothing.

    A caller that is cancelled leaves once it is known what came of its call, unless that was not
    begun: else it would undo what is being done.
    """

    def __init__(
        self,
        together: Callable[[Sequence[Asked]], Awaitable[Sequence[Told | Exception]]],
        most: int,
        seconds: float,
    ) -> None:
        self._together = together
        self._most = most
        self._seconds = seconds
        self._waiting: list[_Call[Asked, Told]] = []
        self._timer: asyncio.TimerHandle | None = None
        self._running: set[asyncio.Task[None]] = set()

    async def __call__(self, asked: Asked) -> Told:
        """Return the answer to one call."""
        loop = asyncio.get_running_loop()
        call = _Call[Asked, Told](asked, loop.create_future())
        self._waiting.append(call)
        if len(self._waiting) >= self._most:
            self._go()
        elif self._timer is None:
            self._timer = loop.call_later(self._seconds, self._go)
        try:
            return await asyncio.shield(call.answer)
        except asyncio.CancelledError:
            await self._left(call)
            raise

    async def _left(self, call: _Call[Asked, Told]) -> None:
        """Take back a call that was not begun; wait for what comes of another one."""
        if call in self._waiting:
            self._waiting.remove(call)
        elif not call.answer.done():
            call.is_left = True
            await asyncio.wait([call.answer])

    async def close(self) -> None:
        """Answer what still waits, and return when all is done."""
        self._go()
        await asyncio.gather(*self._running, return_exceptions=True)

    def _go(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        calls, self._waiting = self._waiting, []
        if calls:
            task = asyncio.create_task(self._done(calls))
            self._running.add(task)
            task.add_done_callback(self._running.discard)

    async def _done(self, calls: Sequence[_Call[Asked, Told]]) -> None:
        try:
            await self._answered(calls)
        finally:
            for call in calls:  # those that have no answer get none any more
                call.answer.cancel()

    async def _answered(self, calls: Sequence[_Call[Asked, Told]]) -> None:
        try:
            told = await self._together([call.asked for call in calls])
        except Exception as error:  # noqa: BLE001 - it is raised to whom it concerns
            for call in calls:
                if len(calls) == 1 or call.is_left:
                    call.tell(error)
                else:
                    await self._answered([call])
        else:
            for call, one in zip(calls, told, strict=True):
                call.tell(one)

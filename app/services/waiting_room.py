"""Before what costs: so many calls at once, the others wait, and callers take turns."""

import asyncio
import time
from collections import Counter, OrderedDict, deque
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from app.domain.errors import TooManyCallsError

NEWS_SECONDS = 60.0
"""How often one caller's refusals are worth a record."""

MOST_REMEMBERED = 10_000
"""Callers of whom it is known when they were refused; the oldest are forgotten."""

Place = asyncio.Future[None]


@dataclass(slots=True)
class WaitingRoom:
    """Serves callers by turns, whoever came first: 200 calls of one do not hold up another.

    When it is full, the caller with most calls in it loses the latest of them to one with fewer.
    """

    at_once: int = 32
    at_once_per_caller: int = 24  # what is left is for others, however slow this one's calls are
    most_waiting: int = 128
    seconds: float = 10.0  # the longest wait
    clock: Callable[[], float] = time.monotonic
    _served: Counter[str] = field(default_factory=Counter, init=False)
    _waiting: OrderedDict[str, deque[Place]] = field(default_factory=OrderedDict, init=False)
    _refused_at: OrderedDict[str, float] = field(default_factory=OrderedDict, init=False)

    @asynccontextmanager
    async def turn(self, caller: str) -> AsyncGenerator[None]:
        """Wait for a turn and hold it; TooManyCallsError when there is no place, or no turn."""
        await self._admitted(caller)
        token = _TURN.set(_Turn(self, caller, asyncio.current_task()))
        try:
            yield
        finally:
            try:
                _TURN.reset(token)
            finally:
                self._leave(caller)

    @asynccontextmanager
    async def aside(self, caller: str) -> AsyncGenerator[None]:
        """Let the next call have this one's turn meanwhile; this one does not wait to go on."""
        self._leave(caller)
        try:
            yield
        finally:
            self._served[caller] += 1

    @property
    def waiting(self) -> int:
        """How many calls wait."""
        return sum(map(len, self._waiting.values()))

    def is_news(self, caller: str) -> bool:
        """Say whether a refusal is to be recorded: a caller's first in a minute."""
        now, before = self.clock(), self._refused_at.get(caller)
        if before is not None and now < before + NEWS_SECONDS:
            return False
        self._refused_at[caller] = now
        self._refused_at.move_to_end(caller)
        while len(self._refused_at) > MOST_REMEMBERED:
            self._refused_at.popitem(last=False)
        return True

    async def _admitted(self, caller: str) -> None:
        place = self._joined(caller)
        self._go_on()
        try:
            async with asyncio.timeout(self.seconds):
                await place
        except BaseException as error:
            self._gone(caller, place)
            if isinstance(error, TimeoutError):
                raise TooManyCallsError from error
            raise

    def _joined(self, caller: str) -> Place:
        free = self.served < self.at_once and self._served[caller] < self.at_once_per_caller
        if not free and self.waiting >= self.most_waiting:
            self._make_room(len(self._waiting.get(caller, ())))
        place: Place = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(caller, deque()).append(place)
        return place

    @property
    def served(self) -> int:
        """How many calls have their turn now."""
        return self._served.total()

    def _make_room(self, own: int) -> None:
        """Refuse the latest call of who has most, or the one that comes if that is no fairer."""
        crowd = max(self._waiting, key=lambda caller: len(self._waiting[caller]), default=None)
        if crowd is None or len(self._waiting[crowd]) <= own + 1:
            raise TooManyCallsError
        last = self._waiting[crowd].pop()
        if not last.done():
            last.set_exception(TooManyCallsError())

    def _go_on(self) -> None:
        """Give every free turn to the next caller who may have one."""
        while self.served < self.at_once and (caller := self._next_caller()) is not None:
            place = self._waiting[caller].popleft()
            self._waiting.move_to_end(caller)
            self._tidy(caller)
            if not place.done():
                self._served[caller] += 1
                place.set_result(None)

    def _next_caller(self) -> str | None:
        may = (each for each in self._waiting if self._served[each] < self.at_once_per_caller)
        return next(may, None)

    def _gone(self, caller: str, place: Place) -> None:
        """Take back the turn, or the place, of a call that does not want it any more."""
        if place.done() and not place.cancelled() and place.exception() is None:
            self._leave(caller)
        elif place in self._waiting.get(caller, ()):
            self._waiting[caller].remove(place)
            self._tidy(caller)

    def _leave(self, caller: str) -> None:
        self._served[caller] -= 1
        if not self._served[caller]:
            del self._served[caller]
        self._go_on()

    def _tidy(self, caller: str) -> None:
        if not self._waiting[caller]:
            del self._waiting[caller]


@dataclass(frozen=True, slots=True)
class _Turn:
    """A turn that is held, and by which task: what it lets run beside it does not hold it."""

    room: WaitingRoom
    caller: str
    task: asyncio.Task[object] | None


_TURN: ContextVar[_Turn | None] = ContextVar("turn", default=None)


@asynccontextmanager
async def standing_aside() -> AsyncGenerator[None]:
    """Wait for somebody outside without holding up other calls, where this task holds a turn.

    Within another it gives nothing away: the turn is gone already.
    """
    turn = _TURN.get()
    if turn is None or turn.task is not asyncio.current_task():
        yield
        return
    token = _TURN.set(None)
    try:
        async with turn.room.aside(turn.caller):
            yield
    finally:
        _TURN.reset(token)

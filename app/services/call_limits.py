"""How often something may be done: calls of a key, repeated records; counted in this process."""

import math
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, field

from app.domain.errors import RateLimitedError

MOST_KEYS = 10_000
_MINUTE = 60.0


@dataclass(slots=True)
class _Calls:
    at: deque[float] = field(default_factory=deque)
    told_at: float | None = None


@dataclass(slots=True)
class CallLimits:
    """The latest calls of each key that has a limit."""

    clock: Callable[[], float] = time.monotonic
    _calls: OrderedDict[str, _Calls] = field(default_factory=OrderedDict, init=False)

    def take(self, prefix: str, calls_a_minute: int) -> None:
        """Count a call; RateLimitedError, and then it is not counted."""
        now, calls = self.clock(), self._calls.setdefault(prefix, _Calls())
        self._calls.move_to_end(prefix)
        while len(self._calls) > MOST_KEYS:
            self._calls.popitem(last=False)
        while calls.at and calls.at[0] <= now - _MINUTE:
            calls.at.popleft()
        if len(calls.at) >= calls_a_minute:
            raise RateLimitedError(max(1, math.ceil(calls.at[0] + _MINUTE - now)))
        calls.at.append(now)

    def has_room(self, name: str, times_a_minute: int) -> bool:
        """Count one more, and say whether it is within what there may be in a minute."""
        try:
            self.take(name, times_a_minute)
        except RateLimitedError:
            return False
        return True

    def is_news(self, prefix: str) -> bool:
        """Say whether a refusal is to be recorded: the first of a key in a minute."""
        now, calls = self.clock(), self._calls[prefix]
        if calls.told_at is not None and now < calls.told_at + _MINUTE:
            return False
        calls.told_at = now
        return True

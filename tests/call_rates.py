"""Processes that share one CallRate in front of a service with a quota, on a clock of its own."""

import heapq
import itertools
import random
from collections.abc import Callable
from dataclasses import dataclass, field

from app.domain.call_rate import CallRate

_LEAD = 0.15
_ROUND_TRIP = 0.002
_NEWS = 0.05  # seconds after which a throttled call's answer is there
_BEGAN = 1_000.0


@dataclass
class Bucket:
    """Tokens as the service counts them; `quota` tells calls a second at a moment."""

    quota: Callable[[float], float]
    burst: float
    tokens: float = 0.0
    at: float = 0.0

    def __post_init__(self) -> None:
        self.tokens = max(1.0, self.burst * self.quota(0.0))

    def take(self, at: float) -> bool:
        most = max(1.0, self.burst * self.quota(at))
        self.tokens = min(most, self.tokens + (at - self.at) * self.quota(at))
        self.at = at
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True


@dataclass
class Process:
    """Workers that always have a next call to make."""

    waiting: int
    leased: int = 0
    ask_at: float = 0.0
    is_asking: bool = False


@dataclass
class Deployment:
    """Runs in made-up time; `granted` and `throttled` are the moments of calls."""

    bucket: Bucket
    processes: list[Process]
    rate: CallRate = field(default_factory=CallRate)
    jitter: float = 0.004
    granted: list[float] = field(default_factory=list)
    throttled: list[float] = field(default_factory=list)
    leases: int = 0

    def __post_init__(self) -> None:
        self._random = random.Random(1)  # noqa: S311 - the same every time
        self._events: list[tuple[float, int, Callable[[float], None]]] = []
        self._numbers = itertools.count()

    def run(self, seconds: float) -> None:
        for process in self.processes:
            self._ask_when_needed(process, 0.0)
        while self._events and self._events[0][0] < seconds:
            at, _, event = heapq.heappop(self._events)
            event(at)

    def ratio(self, since: float, until: float, quota: float) -> float:
        """Return the calls granted in a time, as a share of what the quota allows."""
        return sum(since <= at < until for at in self.granted) / (until - since) / quota

    def wasted(self, since: float, until: float) -> float:
        """Return the share of the calls of a time that were throttled."""
        throttled = sum(since <= at < until for at in self.throttled)
        return throttled / (throttled + sum(since <= at < until for at in self.granted))

    def _at(self, moment: float, event: Callable[[float], None]) -> None:
        heapq.heappush(self._events, (moment, next(self._numbers), event))

    def _ask_when_needed(self, process: Process, now: float) -> None:
        if not process.is_asking and process.waiting > process.leased:
            process.is_asking = True
            asked = max(now, process.ask_at) + _ROUND_TRIP
            self._at(asked, lambda at: self._lease(process, at))

    def _lease(self, process: Process, now: float) -> None:
        process.is_asking = False
        self.leases += 1
        self.rate, lease = self.rate.leased(_BEGAN + now, process.waiting - process.leased)
        process.leased += lease.count
        for number in range(lease.count):
            slot = lease.first + number * lease.interval
            sent = max(now, slot - _BEGAN) + self.jitter * self._random.random()
            self._at(sent, lambda at, slot=slot: self._send(process, slot, at))  # type: ignore[misc]  # mypy infers no lambda with defaults
        last = lease.first + lease.count * lease.interval
        process.ask_at = (last - _LEAD if lease.count else lease.ask_again + 0.02) - _BEGAN
        self._ask_when_needed(process, now)

    def _send(self, process: Process, slot: float, now: float) -> None:
        process.waiting -= 1
        process.leased -= 1
        if self.bucket.take(now):
            self.granted.append(now)
            answered = now + self._random.uniform(0.2, 0.8)
        else:
            self.throttled.append(now)
            answered = now + _NEWS
            self._at(answered, lambda _: self._throttled(slot))
        self._at(answered, lambda at: self._answered(process, at))

    def _throttled(self, slot: float) -> None:
        self.rate = self.rate.after_throttling(slot)

    def _answered(self, process: Process, now: float) -> None:
        process.waiting += 1
        self._ask_when_needed(process, now)


def deployment(
    quota: float | Callable[[float], float],
    *,
    burst: float = 1.0,
    processes: int = 1,
    most: float = 0.0,
) -> Deployment:
    """Return processes with calls enough for the quota (or `most`), and the service they call."""
    of_moment = quota if callable(quota) else lambda _: quota
    workers = max(4, round(max(most, of_moment(0.0)) / processes) + 1)
    return Deployment(Bucket(of_moment, burst), [Process(workers) for _ in range(processes)])

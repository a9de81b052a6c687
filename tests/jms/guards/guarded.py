"""Guards round a JMS, with a clock that stands still unless it is moved."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Self

from prometheus_client import CollectorRegistry

from adapters.jms.guards import (
    BreakerJms,
    BreakerRules,
    BulkheadJms,
    GuardMetrics,
    KeepingRules,
    RecentJms,
)
from app.domain.booking import Booking
from app.ports.jms import BookingAnswers, Jms

KNOWN = {one: Booking(one, f"26-{one}") for one in ("A1", "A2", "A3")}
FAILURES, SECONDS = 3, 10.0


@dataclass
class Clock:
    """Seconds, as a test has them."""

    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Measured:
    """Metrics and what they say."""

    registry: CollectorRegistry = field(default_factory=CollectorRegistry)

    def __post_init__(self) -> None:
        self.metrics = GuardMetrics(self.registry, "fake")

    def value(self, name: str, **labels: str) -> float:
        return self.registry.get_sample_value(name, labels) or 0.0

    @property
    def is_open(self) -> bool:
        return self.value("candid_jms_breaker_open") == 1


@dataclass
class Guarded:
    """Each guard of a JMS: the outermost is asked."""

    jms: RecentJms
    breaker: BreakerJms
    clock: Clock
    measured: Measured

    @classmethod
    def of(cls, jms: Jms, most: int = 8, patience: float = 60.0, kept: float = 10.0) -> Self:
        clock, measured = Clock(), Measured()
        rules = BreakerRules(FAILURES, SECONDS, patience)
        breaker = BreakerJms(jms, rules, measured.metrics, clock)
        bulkhead = BulkheadJms(breaker, most, measured.metrics)
        keeping = KeepingRules(kept, kept / 5, 100)
        recent = RecentJms(bulkhead, keeping, measured.metrics, clock)
        return cls(recent, breaker, clock, measured)


@asynccontextmanager
async def guarded(
    jms: Jms, most: int = 8, patience: float = 60.0, kept: float = 10.0
) -> AsyncGenerator[Guarded]:
    """Guard a JMS, and end what it left running."""
    guards = Guarded.of(jms, most, patience, kept)
    try:
        yield guards
    finally:
        await guards.jms.aclose()
        await guards.breaker.aclose()


async def settled() -> None:
    """Let everything go on until it waits."""
    for _ in range(20):
        await asyncio.sleep(0)


def asking(guards: Guarded, *ids: str) -> asyncio.Task[BookingAnswers]:
    """Ask, and go on."""

    async def asked() -> BookingAnswers:
        return await guards.jms.bookings(ids)

    return asyncio.create_task(asked())

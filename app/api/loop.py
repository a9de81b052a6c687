"""Whether the event loop is ever held up: everything else waits while it is."""

import asyncio
import contextlib
import time
from collections.abc import AsyncGenerator

from prometheus_client import CollectorRegistry, Gauge, Histogram

_PERIOD = 0.02
_BUCKETS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)


@contextlib.asynccontextmanager
async def watched_loop(registry: CollectorRegistry) -> AsyncGenerator[None]:
    """Measure how late the loop comes back from a short sleep, for as long as the block runs."""
    late = Histogram(
        "candid_event_loop_late_seconds",
        "How late the event loop was.",
        buckets=_BUCKETS,
        registry=registry,
    )
    worst = Gauge(
        "candid_event_loop_late_seconds_max", "The worst since the start.", registry=registry
    )
    task = asyncio.create_task(_watch(late, worst))
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def _watch(late: Histogram, worst: Gauge) -> None:
    longest = 0.0
    while True:
        due = time.perf_counter() + _PERIOD
        await asyncio.sleep(_PERIOD)
        lateness = max(0.0, time.perf_counter() - due)
        late.observe(lateness)
        longest = max(longest, lateness)
        worst.set(longest)

"""A ledger for one process alone, which knows nothing at its start."""

import time
from collections.abc import Callable, Sequence

from typing_extensions import override

from app.domain.call_rate import CallRate
from app.domain.call_slots import Lease
from app.ports.call_quota import QuotaLedger, QuotaUse


class MemoryQuotaLedger(QuotaLedger):
    """Keeps timelines in memory; `clock` tells seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._rates: dict[str, CallRate] = {}

    @override
    async def lease(self, operation: str, wanted: int, *, urgent: bool, unused: int) -> Lease:
        rate = self._rates.get(operation, CallRate()).with_returned(unused)
        lease = rate.leased_urgently if urgent else rate.leased
        self._rates[operation], given = lease(self._clock(), wanted)
        return given

    @override
    async def throttled(self, operation: str, slot: float) -> None:
        rate = self._rates.get(operation, CallRate())
        self._rates[operation] = rate.after_throttling(slot)

    @override
    async def uses(self) -> Sequence[QuotaUse]:
        return [
            QuotaUse(operation, rate.quota, rate.admitted, rate.throttled)
            for operation, rate in sorted(self._rates.items())
        ]

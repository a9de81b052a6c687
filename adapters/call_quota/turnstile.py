"""Where the calls of one operation wait for their slots, in the order in which they came."""

import asyncio
import random
from collections import deque

from adapters.call_quota.clock import LedgerClock
from app.domain.call_slots import Lease
from app.ports.call_quota import Admission, QuotaLedger

LEAD_SECONDS = 0.15
"""How long before its last slot a process asks for more: a few round trips to the database."""

STALE_SECONDS = 0.2
"""A slot that a stalled process comes to later than this is not used: calls would bunch."""

_PAUSE_SECONDS = 0.05
"""A process asks no more often than this, whatever comes in one by one."""


class Turnstile:
    """Leases slots for as many calls as wait, and lets one go at each slot."""

    def __init__(self, operation: str, ledger: QuotaLedger, *, urgent: bool) -> None:
        self._operation = operation
        self._ledger = ledger
        self._urgent = urgent
        self._clock = LedgerClock()
        self._waiting: deque[asyncio.Future[Admission]] = deque()
        self._leased = 0  # slots to come
        self._unused = 0  # slots to give back
        self._ask_at = 0.0
        self._leasing: asyncio.Task[None] | None = None

    async def admitted(self) -> Admission:
        """Return at this call's slot; a slot that came as the caller gave up goes back."""
        turn: asyncio.Future[Admission] = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        self._lease_soon()
        try:
            return await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self._unused += 1
            raise

    def _lease_soon(self) -> None:
        if self._leasing is None or self._leasing.done():
            self._leasing = asyncio.create_task(self._lease())

    async def _lease(self) -> None:
        while (wanted := self._without_a_slot()) > 0:
            if not self._urgent and (early := self._ask_at - _now()) > 0:
                await asyncio.sleep(early)
                continue
            try:
                await self._lease_once(wanted)
            except Exception as error:  # noqa: BLE001 - whatever it is, nobody waits for ever
                self._refuse(error)

    async def _lease_once(self, wanted: int) -> None:
        unused, self._unused = self._unused, 0
        asked = _now()
        try:
            lease = await self._ledger.lease(
                self._operation, wanted, urgent=self._urgent, unused=unused
            )
        except BaseException:
            self._unused += unused
            raise
        self._clock.told(lease.now, asked, _now())
        self._schedule(lease)

    def _schedule(self, lease: Lease) -> None:
        first = self._clock.own(lease.first)
        self._leased += lease.count
        for number in range(lease.count):
            along = number * lease.interval
            asyncio.get_running_loop().call_at(
                first + along, self._let_one_go, first + along, lease.first + along
            )
        last = first + (lease.count - 1) * lease.interval
        pause = _PAUSE_SECONDS * (1 + random.random())  # noqa: S311 - processes come apart
        again = last - LEAD_SECONDS if lease.count else self._clock.own(lease.ask_again)
        self._ask_at = max(again, _now() + pause)

    def _let_one_go(self, due: float, slot: float) -> None:
        self._leased -= 1
        self._forget_who_left()
        if self._waiting and _now() - due <= STALE_SECONDS:
            self._waiting.popleft().set_result(Admission(self._operation, slot))
        else:
            self._unused += 1
        if self._without_a_slot() > 0:
            self._lease_soon()

    def _without_a_slot(self) -> int:
        self._forget_who_left()
        return len(self._waiting) - self._leased

    def _forget_who_left(self) -> None:
        self._waiting = deque(turn for turn in self._waiting if not turn.done())

    def _refuse(self, error: Exception) -> None:
        """Fail every call that waits: what is shared out cannot be reached."""
        self._forget_who_left()
        for turn in self._waiting:
            turn.set_exception(error)


def _now() -> float:
    return asyncio.get_running_loop().time()

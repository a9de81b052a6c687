"""Turns on a real event loop, over ledgers in memory."""

import asyncio
import time
from collections.abc import Sequence

import pytest
from typing_extensions import override

from adapters.call_quota import GovernedCallQuota, MemoryQuotaLedger
from adapters.call_quota.clock import LedgerClock
from adapters.call_quota.turnstile import STALE_SECONDS
from app.domain.call_slots import Lease
from app.domain.errors import RecordsUnavailableError
from app.ports.call_quota import Admission, CallQuota, QuotaLedger, QuotaUse


class BrokenLedger(QuotaLedger):
    """Fails as it is told."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    @override
    async def lease(self, operation: str, wanted: int, *, urgent: bool, unused: int) -> Lease:
        raise self._error

    @override
    async def throttled(self, operation: str, slot: float) -> None:
        raise self._error

    @override
    async def uses(self) -> Sequence[QuotaUse]:
        raise self._error


class WatchedLedger(MemoryQuotaLedger):
    """Remembers what was asked of it, and what was given back."""

    def __init__(self) -> None:
        super().__init__()
        self.leases: list[tuple[int, int]] = []  # (wanted, unused)

    @override
    async def lease(self, operation: str, wanted: int, *, urgent: bool, unused: int) -> Lease:
        self.leases.append((wanted, unused))
        return await super().lease(operation, wanted, urgent=urgent, unused=unused)


async def admitted(quota: CallQuota, calls: int, *, urgent: bool = False) -> list[Admission]:
    return await asyncio.gather(
        *(quota.admitted("IndexFaces", urgent=urgent) for _ in range(calls))
    )


async def test_calls_go_one_by_one_at_the_pace_of_the_ledger() -> None:
    began = time.monotonic()

    admissions = await admitted(GovernedCallQuota(MemoryQuotaLedger()), 8)

    assert time.monotonic() - began > 7 / 6.25 - 0.1
    slots = [admission.slot for admission in admissions]
    assert slots == sorted(slots)
    assert slots[-1] - slots[0] > 7 / 6.25 - 0.01  # more where a turn was missed


async def test_slots_are_leased_for_all_that_wait_and_for_nobody_twice() -> None:
    ledger = WatchedLedger()
    quota = GovernedCallQuota(ledger)

    await admitted(quota, 6)

    (use,) = await quota.uses()
    assert ledger.leases[0] == (6, 0)
    assert use.admitted == 6


async def test_a_caller_that_gives_up_leaves_its_turn_to_the_next() -> None:
    quota = GovernedCallQuota(MemoryQuotaLedger())
    await quota.admitted("IndexFaces", urgent=False)
    impatient = asyncio.create_task(quota.admitted("IndexFaces", urgent=False))
    patient = asyncio.create_task(quota.admitted("IndexFaces", urgent=False))
    await asyncio.sleep(0)

    impatient.cancel()

    async with asyncio.timeout(1):
        await patient
    assert impatient.cancelled()


async def test_turns_that_nobody_takes_are_given_back() -> None:
    ledger = WatchedLedger()
    quota = GovernedCallQuota(ledger)
    waiting = [asyncio.create_task(quota.admitted("IndexFaces", urgent=False)) for _ in range(3)]
    await asyncio.sleep(0.05)

    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    await asyncio.sleep(0.5)
    await quota.admitted("IndexFaces", urgent=False)

    (use,) = await quota.uses()
    assert sum(unused for _, unused in ledger.leases) > 0
    assert use.admitted <= 2


async def _with_one_nearly_due() -> tuple[GovernedCallQuota, asyncio.Task[Admission]]:
    """Return a quota, and a caller whose turn is in 0.06 seconds; a stall here begins anew."""
    while True:
        quota = GovernedCallQuota(WatchedLedger())
        await quota.admitted("IndexFaces", urgent=False)
        waiting = asyncio.create_task(quota.admitted("IndexFaces", urgent=False))
        await asyncio.sleep(0.1)
        if not waiting.done():
            return quota, waiting


async def test_a_turn_that_comes_as_its_caller_gives_up_is_given_back() -> None:
    quota, unlucky = await _with_one_nearly_due()

    asyncio.get_running_loop().call_later(0.07, unlucky.cancel)
    time.sleep(0.1)  # noqa: ASYNC251 - then both are due in one round of the loop
    await asyncio.gather(unlucky, return_exceptions=True)
    await quota.admitted("IndexFaces", urgent=False)

    (use,) = await quota.uses()
    assert unlucky.cancelled()
    assert use.admitted == 2


async def test_turns_that_a_stalled_process_missed_are_not_made_up_for() -> None:
    quota = GovernedCallQuota(MemoryQuotaLedger())
    waiting = [asyncio.create_task(quota.admitted("IndexFaces", urgent=False)) for _ in range(6)]
    await asyncio.sleep(0.05)

    time.sleep(STALE_SECONDS + 1)  # noqa: ASYNC251 - a stall
    await asyncio.sleep(0.01)
    gone = sum(task.done() for task in waiting)

    assert gone <= 3
    await asyncio.gather(*waiting)


@pytest.mark.parametrize("error", [RecordsUnavailableError(), RuntimeError("a fault of ours")])
async def test_nobody_waits_for_a_ledger_that_fails(error: Exception) -> None:
    quota = GovernedCallQuota(BrokenLedger(error))

    async with asyncio.timeout(1):
        with pytest.raises(type(error)):
            await quota.admitted("IndexFaces", urgent=False)


async def test_news_that_cannot_be_written_stops_no_call() -> None:
    quota = GovernedCallQuota(BrokenLedger(RecordsUnavailableError()))

    await quota.throttled(Admission("IndexFaces", 1.0))


def test_the_ledgers_clock_is_known_as_closely_as_the_quickest_answer_tells() -> None:
    clock = LedgerClock()

    clock.told(1000.5, asked=0.0, answered=1.0)
    clock.told(1002.01, asked=2.0, answered=2.02)
    clock.told(1003.9, asked=3.0, answered=4.0)

    assert clock.own(1010.0) == pytest.approx(10.0, abs=0.011)


def test_a_clock_that_was_set_is_known_anew() -> None:
    clock = LedgerClock()
    clock.told(1000.0, asked=0.0, answered=0.01)

    clock.told(500.0, asked=1.0, answered=1.01)

    assert clock.own(501.0) == pytest.approx(2.0, abs=0.01)

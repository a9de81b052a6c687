"""So many lookups at once; more cost their bookings, and nobody waits."""

import asyncio

import pytest
from structlog.testing import capture_logs

from adapters.jms.guards import BulkheadJms
from app.domain.errors import JmsNotAskedError
from tests.fakes_jms import HeldJms
from tests.jms.guards.guarded import KNOWN, Measured, asking, guarded, settled


async def test_a_lookup_too_many_is_refused_at_once_and_opens_nothing() -> None:
    jms = HeldJms(KNOWN)
    jms.free.clear()

    with capture_logs() as lines:
        async with guarded(jms, most=2) as guards:
            waiting = [asking(guards, one) for one in ("A1", "A2")]
            await settled()
            for _ in range(9):
                with pytest.raises(JmsNotAskedError):
                    await guards.jms.bookings(["A3"])
            jms.free.set()
            answers = await asyncio.gather(*waiting)
            afterwards = await guards.jms.bookings(["A3"])

    assert [set(one.found) for one in answers] == [{"A1"}, {"A2"}]
    assert set(afterwards.found) == {"A3"}
    assert [line["event"] for line in lines] == ["jms_asked_enough"]
    assert guards.measured.value("candid_jms_not_asked_total", by="bulkhead") == 9
    assert guards.measured.value("candid_jms_lookups") == 0


async def test_who_asks_for_nothing_is_answered_however_much_is_asked() -> None:
    jms = HeldJms(KNOWN)
    measured = Measured()
    bulkhead = BulkheadJms(jms, 1, measured.metrics)
    jms.free.clear()
    waiting = asyncio.create_task(_first(bulkhead))
    await settled()

    with pytest.raises(JmsNotAskedError):
        await bulkhead.bookings(["A2"])
    jms.free.set()
    nothing = await bulkhead.bookings([])

    assert (nothing.found, await waiting) == ({}, {"A1"})


async def _first(bulkhead: BulkheadJms) -> set[str]:
    return set((await bulkhead.bookings(["A1"])).found)

"""What every call quota promises; a new one is one more parameter of `quota`."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from adapters.call_quota import GovernedCallQuota, MemoryQuotaLedger
from adapters.records.postgres import PostgresQuotaLedger, connected
from app.ports.call_quota import CallQuota
from tests.fakes_quota import FakeCallQuota


@pytest.fixture(params=["fake", "memory", "postgres"])
async def quota(request: pytest.FixtureRequest) -> AsyncIterator[CallQuota]:
    if request.param == "fake":
        yield FakeCallQuota()
    elif request.param == "memory":
        yield GovernedCallQuota(MemoryQuotaLedger())
    else:
        async with connected(request.getfixturevalue("database")) as pool:
            yield GovernedCallQuota(PostgresQuotaLedger(pool, "an account"))


async def test_a_first_call_goes_at_once(quota: CallQuota) -> None:
    async with asyncio.timeout(1):
        admission = await quota.admitted("IndexFaces", urgent=False)

    assert admission.operation == "IndexFaces"


async def test_an_urgent_call_goes_at_once_whoever_waits(quota: CallQuota) -> None:
    waiting = [asyncio.create_task(quota.admitted("DetectFaces", urgent=False)) for _ in range(50)]
    await asyncio.sleep(0.1)

    async with asyncio.timeout(0.5):
        await quota.admitted("DetectFaces", urgent=True)

    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)


async def test_no_two_calls_have_one_turn(quota: CallQuota) -> None:
    admissions = await asyncio.gather(
        *(quota.admitted("IndexFaces", urgent=False) for _ in range(8))
    )

    assert len({admission.slot for admission in admissions}) == 8


async def test_calls_and_throttlings_are_counted_by_operation(quota: CallQuota) -> None:
    assert await quota.uses() == []
    await quota.admitted("SearchFacesByImage", urgent=True)
    admission = await quota.admitted("IndexFaces", urgent=False)

    await quota.throttled(admission)

    uses = await quota.uses()
    assert [(use.operation, use.admitted, use.throttled) for use in uses] == [
        ("IndexFaces", 1, 1),
        ("SearchFacesByImage", 1, 0),
    ]

"""Guards round a JMS on a socket, with what such a system really does."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC

import httpx
import pytest

from adapters.jms.rest import RestJms
from app.domain.errors import JmsMisconfiguredError, JmsNotAskedError, JmsUnavailableError
from tests.jms.guards.guarded import FAILURES, SECONDS, Guarded, asking, guarded
from tests.servers import Fault, JailSystem, jail_server, served

IDS = ("A1", "A2", "A3", "A4", "A5")
PATIENCE = 0.5  # seconds; nothing here waits for it but what hangs


@pytest.fixture
def jail() -> JailSystem:
    return JailSystem({one: {"external_image_id": one} for one in IDS}, delay_seconds=0.05)


@asynccontextmanager
async def opened(jail: JailSystem, patience: float = PATIENCE) -> AsyncGenerator[Guarded]:
    with served(jail_server(jail)) as url:
        client = httpx.AsyncClient(base_url=url, timeout=patience)
        async with client, guarded(RestJms(client, 20, UTC)) as guards:
            yield guards


async def fail(guards: Guarded, times: int = FAILURES) -> None:
    for _ in range(times):
        with pytest.raises((JmsUnavailableError, JmsMisconfiguredError)):
            await guards.jms.bookings(["A1"])


async def closed(guards: Guarded) -> bool:
    for _ in range(500):
        if not guards.measured.is_open:
            return True
        await asyncio.sleep(0.01)
    return False


@pytest.mark.parametrize(
    "fault", [Fault.HANG, Fault.DRIP, Fault.ERROR_500, Fault.BUSY, Fault.SIGN_IN_PAGE]
)
async def test_a_jms_that_fails_is_left_alone_and_found_well_again(
    jail: JailSystem, fault: Fault
) -> None:
    async with opened(jail) as guards:
        jail.fault = fault
        await fail(guards)
        asked = len(jail.asked)
        with pytest.raises(JmsNotAskedError):
            await guards.jms.bookings(IDS)
        assert len(jail.asked) == asked
        jail.fault = None
        guards.clock.now += SECONDS
        with pytest.raises(JmsNotAskedError):
            await guards.jms.bookings(IDS)

        assert await closed(guards)
        assert set((await guards.jms.bookings(IDS)).found) == set(IDS)


async def test_a_slow_jms_is_asked_once_by_all_who_want_the_same(jail: JailSystem) -> None:
    jail.fault = Fault.SLOW

    async with opened(jail, patience=60) as guards:
        answers = await asyncio.gather(*(asking(guards, *IDS) for _ in range(20)))
        again = await guards.jms.bookings(IDS)

    assert {len(one.found) for one in (*answers, again)} == {5}
    assert sorted(jail.asked) == sorted(IDS)


async def test_who_gives_up_leaves_no_question_running(jail: JailSystem) -> None:
    jail.fault = Fault.HANG

    async with opened(jail) as guards:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(guards.jms.bookings(IDS), PATIENCE / 2)
        for _ in range(500):
            if not jail.at_once and not guards.measured.value("candid_jms_lookups"):
                break
            await asyncio.sleep(0.01)

        assert jail.at_once == 0
        assert guards.measured.value("candid_jms_lookups") == 0

"""What stands before the JMS of the settings."""

from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry
from pydantic import HttpUrl

from app.domain.errors import JmsMisconfiguredError, JmsNotAskedError
from app.ports.jms import Jms
from app.settings import FileJmsSettings, JmsLookupsSettings, RestJmsSettings, Settings
from app.wiring.jms import open_jms
from app.wiring.jms_guards import GuardedJms, guarded_jms
from tests.servers import Fault, JailSystem, jail_server, served


async def opened(
    settings: Settings, stack: AsyncExitStack, registry: CollectorRegistry
) -> tuple[Jms, GuardedJms]:
    """Open the JMS itself, and what searches ask."""
    jms = await open_jms(settings, stack, registry)
    guarded = guarded_jms(jms, settings, stack, registry)
    assert jms is not None
    assert guarded is not None
    return jms, guarded


async def test_without_a_jms_nothing_is_guarded() -> None:
    async with AsyncExitStack() as stack:
        assert guarded_jms(None, Settings(), stack, CollectorRegistry()) is None


async def test_the_breaker_of_searches_stops_nothing_else() -> None:
    jail = JailSystem({"A1": {"external_image_id": "A1"}})
    async with AsyncExitStack() as stack:
        url = HttpUrl(stack.enter_context(served(jail_server(jail))))
        settings = Settings(
            jms=RestJmsSettings(kind="rest", base_url=url),
            jms_lookups=JmsLookupsSettings(breaker_failures=1),
        )
        jms, guarded = await opened(settings, stack, CollectorRegistry())
        jail.fault = Fault.SIGN_IN_PAGE
        with pytest.raises(JmsMisconfiguredError):
            await guarded.jms.bookings(["A1"])
        jail.fault = None
        with pytest.raises(JmsNotAskedError):
            await guarded.jms.bookings(["A1"])

        assert set((await jms.bookings(["A1"])).found) == {"A1"}


async def test_what_is_recent_is_forgotten_when_it_is_said_so() -> None:
    jail = JailSystem({"A1": {"external_image_id": "A1"}})
    async with AsyncExitStack() as stack:
        url = HttpUrl(stack.enter_context(served(jail_server(jail))))
        settings = Settings(jms=RestJmsSettings(kind="rest", base_url=url))
        registry = CollectorRegistry()
        _, guarded = await opened(settings, stack, registry)
        for _ in range(2):
            await guarded.jms.bookings(["A1"])
        guarded.recent.forget(["A1"])
        await guarded.jms.bookings(["A1"])

    assert jail.asked == ["A1", "A1"]
    assert registry.get_sample_value("candid_jms_seconds_count", {"call": "bookings"}) == 2


async def test_nothing_is_kept_of_a_bookings_file_which_is_in_memory_anyway(tmp_path: Path) -> None:
    path = tmp_path / "bookings.csv"
    path.write_text("external_image_id\nA1\n")
    async with AsyncExitStack() as stack:
        settings = Settings(jms=FileJmsSettings(kind="file", path=path))
        registry = CollectorRegistry()
        _, guarded = await opened(settings, stack, registry)
        for _ in range(2):
            await guarded.jms.bookings(["A1"])

    assert registry.get_sample_value("candid_jms_seconds_count", {"call": "bookings"}) == 2

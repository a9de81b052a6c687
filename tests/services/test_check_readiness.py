"""Whether the service can do its work."""

import asyncio

from structlog.testing import capture_logs

from app.domain.errors import PhotoStoreUnavailableError
from app.services.check_readiness import SECONDS, CheckReadiness, Health
from tests.jails import Jail


async def test_with_every_part_well_it_is_ready(jail: Jail) -> None:
    readiness = await jail.services().check_readiness()

    assert readiness.health is Health.READY
    assert set(readiness.parts) == {"records", "engine", "photos", "jms"}


async def test_without_the_jms_it_is_degraded_and_says_so(jail: Jail) -> None:
    jail.fake_jms.down = True

    readiness = await jail.services().check_readiness()

    assert readiness.health is Health.DEGRADED
    assert readiness.parts["jms"] == "jms_unavailable"


async def test_without_the_engine_it_is_down(jail: Jail) -> None:
    jail.engine.down = True
    jail.fake_jms.down = True

    readiness = await jail.services().check_readiness()

    assert readiness.health is Health.DOWN


async def test_a_part_that_hangs_counts_as_down() -> None:
    async def hang() -> None:
        await asyncio.Event().wait()

    readiness = await CheckReadiness({"records": hang}, {})()

    assert readiness.health is Health.DOWN
    assert readiness.parts == {"records": f"no answer within {SECONDS:g} s"}


async def test_details_are_for_the_log_only() -> None:
    async def fail() -> None:
        raise PhotoStoreUnavailableError("/srv/candid/photos is full")

    with capture_logs() as logs:
        readiness = await CheckReadiness({"photos": fail}, {})()

    assert readiness.parts == {"photos": "photo_store_unavailable"}
    [line] = logs
    assert (line["part"], line["detail"]) == ("photos", "/srv/candid/photos is full")


async def test_a_part_that_breaks_unexpectedly_counts_as_down() -> None:
    async def fail() -> None:
        raise ZeroDivisionError

    readiness = await CheckReadiness({"engine": fail}, {})()

    assert readiness.health is Health.DOWN
    assert readiness.parts == {"engine": "error: ZeroDivisionError"}

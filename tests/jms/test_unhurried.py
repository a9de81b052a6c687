"""Lookups that nobody waits for, on systems that are slow: searches' own go first."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Final

from prometheus_client import CollectorRegistry
from pydantic import HttpUrl

from adapters.jms.contract.bookings import BOOKINGS
from adapters.lookups import Turns
from app.ports.jms import BookingAnswers, Jms
from app.settings import RestJmsSettings, Settings, SoapJmsSettings
from app.wiring.jms import connect_jms
from tests.jail_databases import PostgresJail, fill
from tests.servers import Fault, JailSystem, jail_server, served
from tests.soap_files import MAPPING, booking_document, requests_text
from tests.soap_jail import SoapJail, soap_server

MANY: Final = [f"A{number}" for number in range(200)]
FIVE: Final = [f"B{number}" for number in range(5)]
KNOWN: Final = {one: {"external_image_id": one} for one in [*MANY, *FIVE]}
ROUND_TRIP: Final = 0.3


async def check_that_five_overtake(
    waits: Jms, unhurried: Sequence[asyncio.Future[BookingAnswers]]
) -> None:
    await asyncio.sleep(ROUND_TRIP / 2)  # every turn that they get is taken

    answers = await waits.bookings(FIVE)

    assert set(answers.found) == set(FIVE)
    assert not all(task.done() for task in unhurried)  # who asked later was answered sooner
    for task in unhurried:
        task.cancel()
    await asyncio.wait(unhurried)


async def check_on(settings: Settings, lookups: int = 1) -> None:
    async with AsyncExitStack() as stack:
        connected = await connect_jms(settings, stack, CollectorRegistry())
        assert connected is not None
        each = (connected.unhurried.bookings(MANY) for _ in range(lookups))
        running = [asyncio.ensure_future(one) for one in each]
        await check_that_five_overtake(connected.jms, running)


async def test_a_refresh_leaves_searches_their_turns_on_a_slow_rest_service() -> None:
    jail = JailSystem(KNOWN, Fault.SLOW, delay_seconds=ROUND_TRIP)
    with served(jail_server(jail)) as url:
        rest = RestJmsSettings(kind="rest", base_url=HttpUrl(url))
        await check_on(Settings(jms=rest), lookups=2)

    assert 10 < jail.most_at_once <= 10 + len(FIVE)


async def test_a_refresh_leaves_searches_their_turns_on_a_slow_soap_service(tmp_path: Path) -> None:
    told = {one: booking_document({**BOOKINGS["A1"], **known}) for one, known in KNOWN.items()}
    jail = SoapJail(told, delay_seconds=ROUND_TRIP)
    requests, mapping = tmp_path / "requests.yaml", tmp_path / "mapping.yaml"
    asked = requests_text(of_bookings="each: //j:Booking")
    requests.write_text(asked, encoding="utf-8")
    mapping.write_text(MAPPING, encoding="utf-8")
    with served(soap_server(jail)) as url:
        soap = SoapJmsSettings(
            kind="soap", service_url=HttpUrl(f"{url}/jms"), requests=requests, mapping=mapping
        )
        await check_on(Settings(jms=soap), lookups=2)


async def test_refreshes_leave_searches_a_session_of_a_slow_database(
    postgres_jail: PostgresJail,
) -> None:
    fill(postgres_jail, "bookings", {"external_image_id": "text"}, [(one,) for one in KNOWN])
    slowly = f"SELECT b.* FROM bookings b, pg_sleep({ROUND_TRIP})"  # noqa: S608 - of a test
    sql = {"kind": "sql", "url": postgres_jail.address, "bookings_query": slowly}

    await check_on(Settings.read(jms=sql), lookups=60)


async def test_photos_and_refreshes_together_leave_searches_a_quarter() -> None:
    turns, held, free = Turns(8), Counter[str](), asyncio.Event()

    async def fetch_a_photo() -> None:
        async with turns.one_of_import():
            held["photos"] += 1
            await free.wait()

    async def look_up() -> None:
        async with turns.unhurried(), turns.one():
            held["lookups"] += 1
            await free.wait()

    async with asyncio.TaskGroup() as group:
        for work in (fetch_a_photo, look_up) * 8:
            group.create_task(work())
        await asyncio.sleep(0.01)
        async with asyncio.timeout(1), turns.one():
            held_meanwhile = dict(held)
            await asyncio.sleep(0)
        free.set()

    assert held_meanwhile == {"photos": 3, "lookups": 3}
    assert held == {"photos": 8, "lookups": 8}

"""What every JMS adapter promises: on files, on a server on a socket, and the fake."""

from collections.abc import AsyncGenerator
from datetime import UTC
from pathlib import Path

import httpx
import pytest

from adapters.jms.contract.bookings import BOOKINGS, FIELDS, KNOWN, BookingsContract
from adapters.jms.contract.no_photos import NoPhotosContract
from adapters.jms.rest import RestJms
from app.ports.jms import Jms
from tests.contract.rest_shapes import CALLS, asked_as
from tests.contract.soap_shapes import WAYS, spoken_to
from tests.fakes_jms import FakeJms
from tests.jail_databases import KINDS as DATABASES
from tests.jail_databases import fill, jail_database_of, jms_on
from tests.jms.file_shapes import SHAPES
from tests.servers import JailSystem, jail_server, served

KINDS = (*SHAPES, "rest", *CALLS, *WAYS, "fake", *DATABASES)


@pytest.fixture(params=KINDS)
async def jms(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncGenerator[Jms]:
    if request.param == "rest":
        with served(jail_server(JailSystem(BOOKINGS))) as url:
            async with httpx.AsyncClient(base_url=url) as client:
                yield RestJms(client, 4, UTC)
    elif request.param in CALLS:
        async with asked_as(request.param, BOOKINGS, tmp_path) as opened:
            yield opened
    elif request.param in WAYS:
        async with spoken_to(request.param, BOOKINGS, tmp_path) as opened:
            yield opened
    elif request.param == "fake":
        yield FakeJms(KNOWN)
    elif request.param in DATABASES:
        jail = jail_database_of(request.param, request)
        rows = [tuple(fields.values()) for fields in BOOKINGS.values()]
        fill(jail, "bookings", dict.fromkeys(FIELDS, jail.text), rows)
        with jms_on(jail.address, extra=frozenset({"pod"})) as on_database:
            yield on_database
    else:
        yield SHAPES[request.param](tmp_path)


class TestBookings(BookingsContract):
    """The suite, of every kind."""


class TestNoPhotos(NoPhotosContract):
    """None of them is stocked with photos."""

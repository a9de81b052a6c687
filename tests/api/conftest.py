"""The whole application in process, on a jail in memory and real records."""

from collections.abc import AsyncIterator

import httpx
import pytest

from app.ports.records import Records
from tests.api.applications import application
from tests.jails import Jail


@pytest.fixture
def jail(records: Records) -> Jail:
    """Give a jail nobody was booked into."""
    return Jail(records)


@pytest.fixture
async def client(jail: Jail) -> AsyncIterator[httpx.AsyncClient]:
    """Give a caller on loopback, where no key is asked for."""
    async with application(jail) as client:
        yield client

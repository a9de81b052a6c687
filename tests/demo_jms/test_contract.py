"""The REST adapter, pointed at the demo JMS, keeps what every JMS promises."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC
from pathlib import Path

import httpx
import pytest

from adapters.jms.contract.bookings import BOOKINGS, BookingsContract
from adapters.jms.contract.photos import PhotosContract
from adapters.jms.contract.stock import JailPhoto, Listing, Open
from adapters.jms.rest import RestJms
from app.demo_jms.application import demo_jms
from app.ports.jms import Jms
from tests.demo_jms.demo_jails import rest_jms, stocked
from tests.servers import served


@pytest.fixture
async def jms() -> AsyncGenerator[Jms]:
    photos = [JailPhoto(key, b"a photo", "", fields) for key, fields in BOOKINGS.items()]
    async with rest_jms(stocked(photos)) as jms:
        yield jms


@asynccontextmanager
async def stocked_with(
    _: Path, photos: Sequence[JailPhoto], page_size: int
) -> AsyncGenerator[Open]:
    @asynccontextmanager
    async def opened() -> AsyncGenerator[Jms]:
        async with httpx.AsyncClient(base_url=url) as client:
            yield RestJms(client, 4, UTC)

    with served(demo_jms(stocked(photos, page_size))) as url:
        yield opened


@pytest.fixture
def listing() -> Listing:
    return stocked_with


class TestBookings(BookingsContract):
    """By REST."""


class TestPhotos(PhotosContract):
    """By REST."""

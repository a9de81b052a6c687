"""What every JMS promises holds with guards before it, and for the fake that they are tried on."""

from collections.abc import AsyncGenerator

import pytest

from adapters.jms.contract.bookings import KNOWN, BookingsContract
from adapters.jms.contract.no_photos import NoPhotosContract
from app.ports.jms import Jms
from tests.fakes_jms import FakeJms, HeldJms
from tests.jms.guards.guarded import guarded


@pytest.fixture(params=["held fake", "guarded"])
async def jms(request: pytest.FixtureRequest) -> AsyncGenerator[Jms]:
    if request.param == "held fake":
        yield HeldJms(KNOWN)
    else:
        async with guarded(FakeJms(KNOWN)) as guards:
            yield guards.jms


class TestBookings(BookingsContract):
    """The suite."""


class TestNoPhotos(NoPhotosContract):
    """None of them is stocked with photos."""

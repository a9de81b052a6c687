"""A jail of a dozen people, and a JMS that tells."""

import pytest

from app.ports.records import Records
from tests.jails import Jail, booking

NAMES = ("Ann", "Bob", "Cy", "Dan", "Eve", "Fay", "Gus", "Hal", "Ida", "Jo", "Kit", "Lou")


@pytest.fixture
async def jail(records: Records) -> Jail:
    """Give a jail into which twelve were booked: A1 is Ann, A2 is Bob and so on."""
    jail = Jail(records)
    people = {f"A{number}": name for number, name in enumerate(NAMES, start=1)}
    for external_image_id, name in people.items():
        jail.fake_jms.known[external_image_id] = booking(external_image_id, f"P-{name}")
    await jail.book(people)
    return jail

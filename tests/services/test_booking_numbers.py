"""A person's other stays are told in no booking once they are sealed or to be forgotten."""

from dataclasses import replace

import pytest

from app.domain.booking import RecordStatus
from app.domain.errors import RecordWithheldError
from app.domain.jms_events import About
from app.domain.removal import RemovalReason, RemovalRequest, RemovalSubject
from app.services.reviews.known import known
from tests.jails import ACTOR, Jail, booking
from tests.services.withholding.telling import sealed, tell

LISTED = ("B-A1", "B-OLD")
"""Of the second stay: the first one, and one of which no photo is on record."""


async def two_stays(jail: Jail) -> str:
    """Book one person twice, search for them by the second stay, and return the search's id."""
    jail.fake_jms.known = {one: booking(one, "P-1") for one in ("A1", "A2")}
    second = jail.fake_jms.known["A2"]
    listing = replace(second.person, other_booking_numbers=LISTED)
    jail.fake_jms.known["A2"] = replace(second, person=listing)
    await jail.book({"A1": "Bob", "A2": "Ann"})
    return (await jail.search("Ann")).search_id


async def numbers_told(jail: Jail, search_id: str) -> list[tuple[str, ...]]:
    """Return the other stays that a booking, a fresh, a past and a reviewed search tell of."""
    services = jail.services()
    fresh = await jail.search("Ann")
    past = await services.read_searches.one(search_id, ACTOR)
    async with jail.records.view() as view:
        reviewed = (await known(view, jail.policy, search_id)).answer
    shown = [one.candidates[0].booking for one in (fresh, past, reviewed)]
    bookings = [await services.view_booking("A2", ACTOR), *shown]
    return [one.person.other_booking_numbers for one in bookings if one]


async def test_the_number_of_a_stay_sealed_since_is_left_out_of_every_booking(jail: Jail) -> None:
    search_id = await two_stays(jail)
    assert await numbers_told(jail, search_id) == 4 * [LISTED]
    jail.fake_jms.known["A1"] = booking("A1", "P-1", RecordStatus.SEALED)

    with pytest.raises(RecordWithheldError):
        await jail.services().view_booking("A1", ACTOR)

    assert await numbers_told(jail, search_id) == 4 * [("B-OLD",)]
    jail.fake_jms.known["A1"] = booking("A1", "P-1")
    await jail.services().view_booking("A1", ACTOR)
    assert await numbers_told(jail, search_id) == 4 * [LISTED]


@pytest.mark.parametrize(
    ("reason", "left"),
    [
        (RemovalReason.EXPUNGED, ("B-OLD",)),
        (RemovalReason.COURT_ORDER, ("B-OLD",)),
        (RemovalReason.ERROR, LISTED),
    ],
)
async def test_a_removal_hides_the_number_where_the_stay_itself_must_be_forgotten(
    jail: Jail, reason: RemovalReason, left: tuple[str, ...]
) -> None:
    search_id = await two_stays(jail)
    request = RemovalRequest(RemovalSubject.BOOKING_NUMBER, "B-A1", reason)

    await jail.forgetting.removals(request, ACTOR)

    assert await numbers_told(jail, search_id) == 4 * [left]


async def test_an_event_hides_the_number_of_a_stay_without_photos(jail: Jail) -> None:
    search_id = await two_stays(jail)

    await tell(jail, replace(sealed("e1"), about=About(booking_numbers=("B-OLD",))))

    assert await numbers_told(jail, search_id) == 4 * [("B-A1",)]

"""What the JMS said some seconds ago never undoes what is on record since."""

from collections.abc import AsyncGenerator
from datetime import datetime

import pytest

from app.domain.booking import RecordStatus
from app.domain.errors import RecordWithheldError
from app.domain.record import Standing
from app.domain.search import BookingStatus
from app.ports.records import Records
from app.services.recorded import utc_now
from tests.fakes import drawn_photo
from tests.fakes_jms import FakeJms
from tests.jails import ACTOR, Jail, booking
from tests.jms.guards.guarded import Guarded, guarded
from tests.services.collections.conftest import ALL, CALL, Faces


@pytest.fixture
async def guards() -> AsyncGenerator[Guarded]:
    async with guarded(FakeJms({"A1": booking("A1", "P-1"), "A2": booking("A2", "P-2")})) as guards:
        yield guards


async def sealed_since(records: Records, external_image_id: str) -> datetime:
    """Have a record sealed by another word than that of who is searched with."""
    now = utc_now()
    async with records.unit() as unit:
        standing = Standing("P-1", RecordStatus.SEALED, now)
        await unit.standings.remember({external_image_id: standing})
    return now


async def test_a_search_says_of_when_the_booking_is(jail: Jail, guards: Guarded) -> None:
    jail.jms = guards.jms
    await jail.book({"A1": "Ann"})
    answers = await guards.jms.bookings(["A1"])

    [candidate] = (await jail.search("Ann")).candidates

    assert candidate.booking_status is BookingStatus.FOUND
    assert candidate.status_as_of == answers.asked_at["A1"]


async def test_a_search_withholds_who_was_sealed_since(jail: Jail, guards: Guarded) -> None:
    jail.jms = guards.jms
    await jail.book({"A1": "Ann", "A2": "Bob"})
    await guards.jms.bookings(["A1"])
    sealed_at = await sealed_since(jail.records, "A1")

    answer = await jail.search("Ann")

    assert "A1" not in {one.external_image_id for one in answer.candidates}
    assert answer.withheld == 1
    async with jail.records.view() as view:
        record = await view.photos.get("A1")
    assert record is not None
    assert (record.standing.status, record.standing.as_of) == (RecordStatus.SEALED, sealed_at)


async def test_a_booking_that_was_sealed_since_is_withheld(jail: Jail, guards: Guarded) -> None:
    jail.jms = guards.jms
    await jail.book({"A1": "Ann"})
    await jail.services().view_booking("A1", ACTOR)
    await sealed_since(jail.records, "A1")

    with pytest.raises(RecordWithheldError):
        await jail.services().view_booking("A1", ACTOR)

    assert (await jail.audit())[-1].outcome == "record_withheld"


async def test_rekognitions_calls_withhold_who_was_sealed_since(
    faces: Faces, guards: Guarded
) -> None:
    faces.jms = guards.jms
    for name in ("A1", "A2"):
        await faces.add(name, drawn_photo("Ann", note=name))
    await sealed_since(faces.records.of("mugshots"), "A1")

    found = await faces.search.by_image("mugshots", drawn_photo("Ann", note="probe"), ALL, 80, CALL)

    assert [match.face.external_image_id for match in found.matches] == ["A2"]

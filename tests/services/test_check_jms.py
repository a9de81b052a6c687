"""What `candid jms check` finds out of any JMS, also of one that cannot explain itself."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC

import pytest
from typing_extensions import override

from app.domain.booking import RecordStatus
from app.domain.booking_fields import booking_from_fields
from app.domain.errors import JmsMisconfiguredError, PhotoMissingError
from app.domain.imports import ItemReason
from app.domain.mapped_fields import AN_EXTRA, MappedField
from app.domain.photo import View
from app.ports.jms import BookingAnswers, ExplainsBookings, PhotoRef, UnusableRef
from app.services.check_jms import CheckJms, tallied
from tests.fakes_jms import FakeJms

FIELDS = {
    "external_image_id": "A1",
    "last_name": "Sample",
    "sex": "M",
    "race": "H",
    "charges": "Burglary I; Theft",
    "pod": "B",
}
BOOKING = booking_from_fields(FIELDS, UTC).booking
REF = PhotoRef("A1", None, View.FRONT, None, "")
PROBLEM = UnusableRef("item 2", ItemReason.ENTRY_UNUSABLE, "The entry is no object.")


class Explaining(FakeJms, ExplainsBookings):
    """A JMS that says how it came to a booking."""

    @override
    async def explained(self, external_image_id: str) -> tuple[MappedField, ...] | None:
        if external_image_id == "broken":
            raise JmsMisconfiguredError("it is broken")
        return (MappedField("height", "Height", "text", "tall", "is no height"),)


async def test_a_jms_that_is_well_is_found_well() -> None:
    jms = FakeJms({"A1": BOOKING}, {REF: b"photo"})
    jms.problems = (PROBLEM,)
    checking = CheckJms(jms)

    listed = await checking.listed()

    assert await checking.ping() is None
    assert (listed.photos, listed.problems, listed.has_more) == ((REF,), (PROBLEM,), False)
    assert await checking.photo(REF) == 5
    assert (await checking.booking("A1")).status is RecordStatus.ACTIVE


async def test_one_that_is_down_says_so_everywhere() -> None:
    checking = CheckJms(FakeJms({"A1": BOOKING}, {REF: b"photo"}, down=True))

    assert "does not answer" in str(await checking.ping())
    assert "does not answer" in str((await checking.listed()).failure)
    assert "does not answer" in str(await checking.photo(REF))
    assert "does not answer" in str((await checking.booking("A1")).failure)


async def test_one_that_lists_nothing_and_knows_nothing_says_so() -> None:
    jms = FakeJms({})
    jms.unavailable.add("A1")
    checking = CheckJms(jms)

    assert "cannot list" in str((await checking.listed()).cannot)
    assert await checking.photo(REF) == str(PhotoMissingError())
    assert (await checking.booking("A2")).status is None
    assert (await checking.booking("A2")).failure is None


async def test_what_is_said_otherwise_of_several_at_once_is_told() -> None:
    class OneAtATime(FakeJms):
        @override
        async def bookings(self, external_image_ids: Sequence[str]) -> BookingAnswers:
            answers = await super().bookings(external_image_ids)
            if len(external_image_ids) == 1:
                return answers
            less = replace(BOOKING, charges=(), extra={"answer": "2"})
            return BookingAnswers({"A2": less, "A3": BOOKING}, frozenset({"A4"}))

    checking = CheckJms(OneAtATime(dict.fromkeys(("A1", "A2", "A3", "A4"), BOOKING)))

    alone = [await checking.booking(one) for one in ("A1", "A2", "A3", "A4", "A5")]
    otherwise = {one.answered.identifier: one for one in await checking.otherwise(alone)}

    assert otherwise.keys() == {"A1", "A2", "A4"}
    assert otherwise["A1"].answered.booking is None
    assert otherwise["A2"].fields == ("charges",)
    assert "does not answer" in str(otherwise["A4"].answered.failure)


async def test_a_question_about_several_that_fails_is_told_of_each() -> None:
    jms = FakeJms({"A1": BOOKING, "A2": BOOKING})
    checking = CheckJms(jms)
    alone = [await checking.booking(one) for one in ("A1", "A2")]
    jms.down = True

    otherwise = await checking.otherwise(alone)

    assert [one.answered.identifier for one in otherwise] == ["A1", "A2"]
    assert all("does not answer" in str(one.answered.failure) for one in otherwise)


async def test_a_booking_that_cannot_be_used_is_told_with_what_was_read_of_it() -> None:
    class Unusable(Explaining):
        @override
        async def bookings(self, external_image_ids: Sequence[str]) -> BookingAnswers:
            return BookingAnswers({}, frozenset(external_image_ids))

    answered = await CheckJms(Unusable({})).booking("A1")

    assert "does not answer" in str(answered.failure)
    assert [one.column for one in answered.readings] == ["height"]


async def test_what_a_booking_holds_is_told_where_the_jms_explains_nothing() -> None:
    answered = await CheckJms(FakeJms({"A1": BOOKING})).booking("A1")

    told = {one.column: (one.found, one.value, one.problem) for one in answered.readings}
    assert told["last_name"] == ("str", "Sample", None)
    assert told["sex"] == ("code", "M", None)
    assert told["race"] == ("code", "H", "is no code that is known: its raw value is kept")
    assert told["charges"][0] == "list of 2"
    assert told["booked_at"] == ("nothing", None, None)
    assert told["pod"] == ("text", "B", AN_EXTRA)


@pytest.mark.parametrize(("identifier", "readings"), [("A1", 1), ("A2", 1), ("broken", 0)])
async def test_what_was_read_is_told_also_where_the_booking_cannot_be_used(
    identifier: str, readings: int
) -> None:
    jms = Explaining({"A1": BOOKING})
    jms.unavailable |= {"A2", "broken"}

    answered = await CheckJms(jms).booking(identifier)

    assert len(answered.readings) == readings
    assert (answered.failure is None) is (identifier == "A1")


async def test_what_is_never_taken_in_is_not_told_of_a_booking_that_cannot_be_used() -> None:
    class Telling(FakeJms, ExplainsBookings):
        @override
        async def explained(self, external_image_id: str) -> tuple[MappedField, ...] | None:
            return (
                MappedField("detainers", "holds", "list of 1", [{"agency": "ICE"}]),
                MappedField("last_name", "name", "text", "Sample"),
            )

    jms = Telling({})
    jms.unavailable.add("A1")

    answered = await CheckJms(jms).booking("A1")

    assert [one.value for one in answered.readings] == [None, "Sample"]


async def test_fields_are_counted_over_several_bookings() -> None:
    checking = CheckJms(Explaining({"A1": BOOKING, "A2": BOOKING}))

    (height,) = tallied([await checking.booking(one) for one in ("A1", "A2")])

    assert (height.column, height.expression, height.came_out) == ("height", "Height", 0)
    assert dict(height.found) == {"text": 2}
    assert dict(height.problems) == {"is no height": 2}
    assert height.example == "tall"

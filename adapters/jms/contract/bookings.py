"""What every JMS promises about bookings."""

from collections.abc import Mapping, Sequence
from datetime import UTC
from typing import Final

import pytest

from app.domain.booking import Booking, RecordStatus
from app.domain.booking_fields import booking_from_fields
from app.ports.jms import GivesWay, Jms

FIELDS: Final = (
    *("external_image_id", "booking_number", "last_name", "height", "charges", "status", "pod"),
)
_ROWS: Final = (
    ("A1", "26-1", "Sample", "5'11\"", "164.225|Burglary I|F|Pending", "", "B"),
    ("A:2", "26-2", "Sämple, Jr.", "511", "", "SEALED", ""),
    ("x_3-z.jpg", "26-3", "Sample", "tall", "", "who knows", ""),
)
BOOKINGS: Final[Mapping[str, Mapping[str, str]]] = {
    row[0]: dict(zip(FIELDS, row, strict=True)) for row in _ROWS
}
"""What the JMS is stocked with: by id, the columns of a bookings file as a jail writes them."""

KNOWN: Final[Mapping[str, Booking]] = {
    key: booking_from_fields(fields, UTC).booking for key, fields in BOOKINGS.items()
}
"""What must come out of it."""


@pytest.mark.anyio
class BookingsContract:
    """Needs a fixture `jms`: a JMS that is well and has BOOKINGS.

    A JMS that has no place for a column overrides `known` with what it can answer.
    """

    @pytest.fixture
    def known(self) -> Mapping[str, Booking]:
        """Return what the JMS is to answer, by id."""
        return KNOWN

    @pytest.mark.parametrize("asked", [["A1"], ["A1", "A:2", "x_3-z.jpg"], ["A:2", "A:2"]])
    async def test_bookings_are_found_by_their_ids(
        self, jms: Jms, known: Mapping[str, Booking], asked: Sequence[str]
    ) -> None:
        answers = await jms.bookings(asked)

        assert answers.found == {key: known[key] for key in asked}
        assert answers.unavailable == frozenset()

    @pytest.mark.parametrize("unknown", ["B1", "a1", "A1.", "not an id", ""])
    async def test_an_id_that_has_no_booking_is_in_neither_answer(
        self, jms: Jms, unknown: str
    ) -> None:
        answers = await jms.bookings([unknown, "A1"])

        assert set(answers.found) == {"A1"}
        assert answers.unavailable == frozenset()

    async def test_whoever_does_not_wait_is_told_the_same(
        self, jms: Jms, known: Mapping[str, Booking]
    ) -> None:
        if not isinstance(jms, GivesWay):
            return

        answers = await jms.bookings_unhurried(["A1", "A:2", "A1", "B1", ""])
        nothing = await jms.bookings_unhurried([])

        assert answers.found == {key: known[key] for key in ("A1", "A:2")}
        assert answers.unavailable == frozenset()
        assert nothing.found == {}

    async def test_asking_for_nothing_answers_nothing(self, jms: Jms) -> None:
        answers = await jms.bookings([])

        assert answers.found == {}
        assert answers.unavailable == frozenset()

    async def test_a_status_that_is_not_known_hides_the_record(self, jms: Jms) -> None:
        answers = await jms.bookings(["A:2", "x_3-z.jpg"])

        assert answers.found["A:2"].status is RecordStatus.SEALED
        assert answers.found["x_3-z.jpg"].status is RecordStatus.RESTRICTED

    async def test_a_jms_that_is_well_answers_a_ping(self, jms: Jms) -> None:
        await jms.ping()

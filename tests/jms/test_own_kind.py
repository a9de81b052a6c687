"""An adapter that somebody else's package brings, held to the port."""

from collections.abc import Sequence
from datetime import datetime

import pytest
from structlog.testing import capture_logs
from typing_extensions import override

from adapters.jms.contract.bookings import KNOWN, BookingsContract
from adapters.jms.contract.no_photos import NoPhotosContract
from adapters.jms.own_kind import OwnKindJms
from app.domain.errors import CandidError, JmsMisconfiguredError, JmsTimeoutError
from app.domain.photo import View
from app.ports.jms import BookingAnswers, Jms, PhotoRef, PhotoRefs
from tests.fakes_jms import FakeJms


class BrokenJms(FakeJms):
    """Raises one error whatever is asked."""

    def __init__(self, error: Exception) -> None:
        super().__init__({})
        self.error = error

    @override
    async def bookings(self, external_image_ids: Sequence[str]) -> BookingAnswers:
        raise self.error

    @override
    async def photos(self, view: View, since: datetime | None, after: str | None) -> PhotoRefs:
        raise self.error

    @override
    async def photo(self, ref: PhotoRef) -> bytes:
        raise self.error

    @override
    async def ping(self) -> None:
        raise self.error


class StrayJms(FakeJms):
    """Answers the same whatever is asked."""

    def __init__(self, answers: BookingAnswers) -> None:
        super().__init__({})
        self.answers = answers

    @override
    async def bookings(self, external_image_ids: Sequence[str]) -> BookingAnswers:
        return self.answers


@pytest.fixture
def jms() -> Jms:
    return OwnKindJms(FakeJms(KNOWN), "acme")


class TestBookings(BookingsContract):
    """What keeps the contract inside keeps it outside."""


class TestNoPhotos(NoPhotosContract):
    """The same of photos."""


async def raised(jms: Jms) -> list[CandidError]:
    """Return what every method raises."""
    ref = PhotoRef("A1", None, View.FRONT, None, "")
    questions = (
        lambda: jms.bookings(["A1"]),
        lambda: jms.photos(View.FRONT, None, None),
        lambda: jms.photo(ref),
        jms.ping,
    )
    errors = list[CandidError]()
    for question in questions:
        with pytest.raises(CandidError) as caught:
            await question()
        errors.append(caught.value)
    return errors


async def test_what_is_none_of_the_ports_errors_is_to_be_repaired_and_nothing_of_it_told() -> None:
    broken = OwnKindJms(BrokenJms(KeyError("Sample, One")), "acme")

    with capture_logs() as logs:
        errors = await raised(broken)

    assert all(isinstance(error, JmsMisconfiguredError) for error in errors)
    assert {"of kind acme fails with a KeyError" in str(error) for error in errors} == {True}
    assert not any("Sample" in str(error) for error in errors)
    assert {(log["event"], log["kind"]) for log in logs} == {("jms_kind_failed", "acme")}


async def test_the_ports_errors_pass() -> None:
    error = JmsTimeoutError()

    assert await raised(OwnKindJms(BrokenJms(error), "acme")) == [error] * 4


@pytest.mark.parametrize(
    "answers",
    [
        BookingAnswers({"A1": KNOWN["A:2"]}),
        BookingAnswers({"A:2": KNOWN["A:2"]}),
        BookingAnswers({}, frozenset({"A:2"})),
    ],
)
async def test_a_booking_that_was_not_asked_for_is_nobodys(answers: BookingAnswers) -> None:
    with pytest.raises(JmsMisconfiguredError, match="another booking than was asked for"):
        await OwnKindJms(StrayJms(answers), "acme").bookings(["A1"])

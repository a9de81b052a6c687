"""Asking for bookings, and what is said when there are none."""

import pytest
from structlog.testing import capture_logs
from typing_extensions import override

from app.domain.errors import CandidError, JmsNotAskedError, JmsTimeoutError, JmsUnavailableError
from app.domain.search import BookingStatus
from app.ports.jms import BookingAnswers
from app.services.enrichment import Enrichment
from tests.fakes_jms import FakeJms, HeldJms
from tests.jails import Jail, booking
from tests.jms.guards.guarded import KNOWN, guarded


class FailingJms(FakeJms):
    """Fails in a way of its own."""

    def __init__(self, error: Exception) -> None:
        super().__init__(KNOWN)
        self.error = error

    @override
    async def bookings(self, external_image_ids: object) -> BookingAnswers:
        raise self.error


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (JmsUnavailableError(), ["jms_not_answering"]),
        (JmsTimeoutError(), ["jms_not_answering"]),
        (JmsNotAskedError(), []),  # told once, when it was decided
        (RuntimeError("a name"), ["jms_adapter_failed"]),
    ],
)
async def test_a_jms_that_fails_costs_bookings_and_is_told(
    error: CandidError | RuntimeError, told: list[str]
) -> None:
    with capture_logs() as lines:
        enriched = await Enrichment(FailingJms(error), 1.0)(["A1"])

    assert enriched.status("A1") is BookingStatus.UNAVAILABLE
    assert enriched.standings() == {}
    assert [line["event"] for line in lines] == told
    assert "a name" not in str(lines)


async def test_nobody_waits_longer_than_the_deadline() -> None:
    jms = HeldJms(KNOWN)
    jms.free.clear()

    async with guarded(jms) as guards:
        enriched = await Enrichment(guards.jms, 0.01)(["A1"])

    assert enriched.status("A1") is BookingStatus.UNAVAILABLE


async def test_a_standing_is_of_when_the_jms_was_asked() -> None:
    async with guarded(HeldJms(KNOWN)) as guards:
        answers = await guards.jms.bookings(["A1"])
        enriched = await Enrichment(guards.jms, 1.0)(["A1", "A2", "B9"])

    standings = enriched.standings()
    assert standings["A1"].as_of == answers.asked_at["A1"]
    assert standings["A2"].as_of is not None
    assert enriched.status("B9") is BookingStatus.NOT_FOUND


async def test_without_a_jms_that_is_said() -> None:
    enriched = await Enrichment(None, 1.0)(["A1"])

    assert enriched.status("A1") is BookingStatus.NOT_CONFIGURED


async def test_a_search_with_five_candidates_is_one_question(jail: Jail) -> None:
    ids = [f"A{number}" for number in range(5)]
    jms = HeldJms({one: booking(one, f"P-{one}") for one in ids})
    await jail.book({one: f"person {one}" for one in ids})

    async with guarded(jms) as guards:
        jail.jms = guards.jms
        answer = await jail.search("somebody else")

    assert {one.booking_status for one in answer.candidates} == {BookingStatus.FOUND}
    assert [sorted(asked) for asked in jms.asked] == [ids]

"""A JMS that fails is left alone, and found well again without anybody waiting for it."""

import asyncio
from collections.abc import Sequence

import pytest
from structlog.testing import capture_logs
from typing_extensions import override

from app.domain.errors import (
    JmsMisconfiguredError,
    JmsNotAskedError,
    JmsTimeoutError,
    JmsUnavailableError,
)
from app.domain.photo import View
from app.ports.jms import BookingAnswers, PhotoRef
from tests.fakes_jms import FakeJms, HeldJms
from tests.jms.guards.guarded import FAILURES, KNOWN, SECONDS, Guarded, asking, guarded, settled

REF = PhotoRef("A1", None, View.FRONT, None, "here")


class BrokenJms(FakeJms):
    """Fails in a way of its own."""

    def __init__(self, error: Exception) -> None:
        super().__init__(KNOWN)
        self.error = error

    @override
    async def bookings(self, external_image_ids: Sequence[str]) -> BookingAnswers:
        raise self.error


async def failed(guards: Guarded, times: int = FAILURES) -> None:
    for _ in range(times):
        with pytest.raises(JmsUnavailableError):
            await guards.breaker.bookings(["A1"])


async def test_after_failures_in_a_row_the_jms_is_asked_no_more() -> None:
    jms = HeldJms(KNOWN)
    jms.down = True

    async with guarded(jms) as guards:
        await failed(guards)
        with pytest.raises(JmsNotAskedError):
            await guards.breaker.bookings(["A1"])

    assert len(jms.asked) == FAILURES


async def test_an_answer_between_keeps_it_closed() -> None:
    jms = HeldJms(KNOWN)

    async with guarded(jms) as guards:
        for _ in range(3):
            jms.down = True
            await failed(guards, FAILURES - 1)
            jms.down = False
            await guards.breaker.bookings(["A1"])

        assert not guards.measured.is_open


async def test_an_answer_in_part_is_an_answer() -> None:
    jms = HeldJms(KNOWN)
    jms.unavailable = {"A2"}

    async with guarded(jms) as guards:
        for _ in range(FAILURES):
            await guards.breaker.bookings(["A1", "A2"])

        assert not guards.measured.is_open


async def test_a_lookup_that_takes_too_long_has_failed() -> None:
    jms = HeldJms(KNOWN)
    jms.free.clear()

    async with guarded(jms, patience=0.01) as guards:
        for _ in range(FAILURES):
            with pytest.raises(JmsTimeoutError):
                await guards.breaker.bookings(["A1"])

        assert guards.measured.is_open


async def test_lookups_that_take_too_long_together_open_it_once() -> None:
    jms = HeldJms(KNOWN)
    jms.free.clear()

    async with guarded(jms, patience=0.01) as guards:
        asked = [guards.breaker.bookings([one]) for one in ("A1", "A2", "A3") * FAILURES]
        answers = await asyncio.gather(*asked, return_exceptions=True)

        assert {type(one) for one in answers} == {JmsTimeoutError}
        assert guards.measured.value("candid_jms_breaker_openings_total") == 1


async def test_a_lookup_that_its_caller_gives_up_says_nothing() -> None:
    jms = HeldJms(KNOWN)
    jms.free.clear()

    async with guarded(jms) as guards:
        for _ in range(2 * FAILURES):
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(guards.breaker.bookings(["A1"]), 0.001)

        assert not guards.measured.is_open


@pytest.mark.parametrize("error", [JmsMisconfiguredError("no"), RuntimeError("a defect")])
async def test_whatever_fails_counts(error: Exception) -> None:
    async with guarded(BrokenJms(error)) as guards:
        for _ in range(FAILURES):
            with pytest.raises(type(error)):
                await guards.breaker.bookings(["A1"])

        assert guards.measured.is_open


async def test_nobody_goes_on_waiting_once_it_opens() -> None:
    jms = HeldJms(KNOWN)
    jms.free.clear()

    async with guarded(jms) as guards:
        waiting = asking(guards, "A1"), asking(guards, "A2")
        await settled()
        jms.free = asyncio.Event()  # those two wait on; whoever comes now is answered
        jms.free.set()
        jms.down = True
        await failed(guards)
        answers = await asyncio.gather(*waiting, return_exceptions=True)

    assert [type(one) for one in answers] == [JmsTimeoutError] * 2


async def test_it_is_tried_again_in_the_background_one_at_a_time() -> None:
    jms = HeldJms(KNOWN)
    jms.down = True

    async with guarded(jms) as guards:
        await failed(guards)
        jms.free.clear()
        guards.clock.now += SECONDS
        for wanted in ("A2", "A3", "A1"):
            with pytest.raises(JmsNotAskedError):
                await guards.breaker.bookings([wanted])
            await settled()

        assert jms.asked[FAILURES:] == [("A2",)]


async def test_a_try_that_is_answered_closes_it() -> None:
    jms = HeldJms(KNOWN)
    jms.down = True

    async with guarded(jms) as guards:
        await failed(guards)
        jms.down = False
        guards.clock.now += SECONDS
        with pytest.raises(JmsNotAskedError):
            await guards.breaker.bookings(["A1"])
        await settled()
        answers = await guards.breaker.bookings(["A1"])

    assert set(answers.found) == {"A1"}
    assert not guards.measured.is_open


async def test_a_try_that_fails_leaves_it_open_as_long_again() -> None:
    jms = HeldJms(KNOWN)
    jms.down = True

    async with guarded(jms) as guards:
        await failed(guards)
        for _ in range(2):
            guards.clock.now += SECONDS
            await _refused(guards)
        guards.clock.now += SECONDS - 1
        await _refused(guards)

    assert len(jms.asked) == FAILURES + 2


async def test_readiness_tells_that_it_is_open_and_finds_it_well_again() -> None:
    jms = HeldJms(KNOWN)

    async with guarded(jms) as guards:
        await guards.jms.ping()
        jms.down = True
        with pytest.raises(JmsUnavailableError):
            await guards.jms.ping()
        await failed(guards)
        jms.down = False
        guards.clock.now += SECONDS
        with pytest.raises(JmsNotAskedError):
            await guards.jms.ping()
        await settled()
        await guards.jms.ping()


async def test_who_asks_for_nothing_is_answered_whatever_the_jms_does() -> None:
    jms = HeldJms(KNOWN)
    jms.down = True

    async with guarded(jms) as guards:
        await failed(guards)

        assert (await guards.breaker.bookings([])).found == {}


async def test_photos_pass_an_open_breaker() -> None:
    jms = FakeJms(KNOWN, {REF: b"photo"})
    jms.down = True

    async with guarded(jms) as guards:
        await failed(guards)
        jms.down = False

        assert await guards.jms.photo(REF) == b"photo"
        assert (await guards.jms.photos(View.FRONT, None, None)).items == (REF,)


async def test_opening_and_closing_is_one_line_each() -> None:
    jms = HeldJms(KNOWN)
    jms.down = True

    with capture_logs() as lines:
        async with guarded(jms) as guards:
            await failed(guards)
            await _refused(guards)
            jms.down = False
            guards.clock.now += SECONDS
            await _refused(guards)

    opened, closed = lines
    assert (opened["event"], opened["last"]) == ("jms_breaker_opened", "jms_unavailable")
    assert closed["event"] == "jms_breaker_closed"
    assert guards.measured.value("candid_jms_not_asked_total", by="breaker") == 2
    assert guards.measured.value("candid_jms_breaker_openings_total") == 1


async def _refused(guards: Guarded) -> None:
    with pytest.raises(JmsNotAskedError):
        await guards.breaker.bookings(["A1"])
    await settled()

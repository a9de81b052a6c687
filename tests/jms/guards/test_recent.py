"""What was just said, or is being asked, is not asked again; and nothing old is served."""

import asyncio
from collections.abc import Mapping

import pytest

from app.domain.booking import Booking, RecordStatus
from app.domain.errors import JmsUnavailableError
from tests.fakes_jms import HeldJms
from tests.jms.guards.guarded import KNOWN, asking, guarded, settled


def found(*ids: str) -> Mapping[str, Booking]:
    return {one: KNOWN[one] for one in ids}


async def test_a_list_of_candidates_is_one_question() -> None:
    jms = HeldJms(KNOWN)

    async with guarded(jms) as guards:
        answers = await guards.jms.bookings(["A1", "A2", "B9", "A1"])

    assert answers.found == found("A1", "A2")
    assert jms.asked == [("A1", "A2", "B9")]


async def test_what_was_just_said_is_not_asked_again() -> None:
    jms = HeldJms(KNOWN)

    async with guarded(jms) as guards:
        first = await guards.jms.bookings(["A1", "B9"])
        guards.clock.now += 1.9
        again = await guards.jms.bookings(["A1", "B9", "A2"])

    assert again.found == found("A1", "A2")
    assert again.unavailable == frozenset()
    assert again.asked_at["A1"] == first.asked_at["A1"]
    assert jms.asked == [("A1", "B9"), ("A2",)]


async def test_an_id_without_a_booking_is_asked_about_sooner() -> None:
    jms = HeldJms(KNOWN)

    async with guarded(jms) as guards:
        await guards.jms.bookings(["A1", "B9"])
        guards.clock.now += 2.0
        jms.known["B9"] = Booking("B9")
        answers = await guards.jms.bookings(["A1", "B9"])

    assert set(answers.found) == {"A1", "B9"}
    assert jms.asked == [("A1", "B9"), ("B9",)]


async def test_a_record_that_is_sealed_is_never_served_older_than_was_said() -> None:
    jms = HeldJms(KNOWN)

    async with guarded(jms) as guards:
        jms.free.clear()
        first = asking(guards, "A1")
        await settled()
        guards.clock.now += 9.0  # so long the JMS takes: what it says may be as old
        jms.free.set()
        await first
        jms.known["A1"] = Booking("A1", status=RecordStatus.SEALED)
        guards.clock.now += 1.0
        answers = await guards.jms.bookings(["A1"])

    assert answers.found["A1"].status is RecordStatus.SEALED


async def test_with_no_time_to_keep_answers_each_is_asked_for() -> None:
    jms = HeldJms(KNOWN)

    async with guarded(jms, kept=0) as guards:
        await guards.jms.bookings(["A1"])
        await guards.jms.bookings(["A1"])

    assert jms.asked == [("A1",), ("A1",)]


async def test_several_who_want_the_same_at_once_share_one_question() -> None:
    jms = HeldJms(KNOWN)
    jms.free.clear()

    async with guarded(jms) as guards:
        asked = [asking(guards, "A1", "A2"), asking(guards, "A2", "A3"), asking(guards, "A1")]
        await settled()
        jms.free.set()
        answers = await asyncio.gather(*asked)

    assert [one.found for one in answers] == [found("A1", "A2"), found("A2", "A3"), found("A1")]
    assert jms.asked == [("A1", "A2"), ("A3",)]


async def test_a_question_goes_on_when_who_asked_first_goes_away() -> None:
    jms = HeldJms(KNOWN)
    jms.free.clear()

    async with guarded(jms) as guards:
        first, second = asking(guards, "A1"), asking(guards, "A1")
        await settled()
        first.cancel()
        await settled()
        jms.free.set()
        answers = await second

    assert answers.found == found("A1")
    assert len(jms.asked) == 1


async def test_a_question_that_nobody_waits_for_is_given_up_and_joined_by_nobody() -> None:
    jms = HeldJms(KNOWN)
    jms.free.clear()

    async with guarded(jms) as guards:
        first = asking(guards, "A1")
        await settled()
        first.cancel()
        await asyncio.sleep(0)
        second = asking(guards, "A1")
        await settled()
        jms.free.set()
        answers = await second

    assert answers.found == found("A1")
    assert len(jms.asked) == 2


async def test_what_is_forgotten_is_asked_anew() -> None:
    jms = HeldJms(KNOWN)

    async with guarded(jms) as guards:
        await guards.jms.bookings(["A1", "A2"])
        guards.jms.forget({"A1", "never asked"})
        await guards.jms.bookings(["A1", "A2"])

    assert jms.asked == [("A1", "A2"), ("A1",)]


async def test_what_is_forgotten_while_it_is_asked_is_neither_joined_nor_kept() -> None:
    jms = HeldJms(KNOWN)
    jms.free.clear()

    async with guarded(jms) as guards:
        before = asking(guards, "A1")
        await settled()
        guards.jms.forget({"A1"})
        after = asking(guards, "A1")
        await settled()
        jms.free.set()
        old, new = await before, await after
        kept = await guards.jms.bookings(["A1"])

    assert len(jms.asked) == 2
    assert old.asked_at["A1"] <= new.asked_at["A1"] == kept.asked_at["A1"]


async def test_a_failure_costs_only_what_is_not_known_and_is_not_kept() -> None:
    jms = HeldJms(KNOWN)

    async with guarded(jms) as guards:
        await guards.jms.bookings(["A1"])
        jms.down = True
        in_part = await guards.jms.bookings(["A1", "A2"])
        with pytest.raises(JmsUnavailableError):
            await guards.jms.bookings(["A2"])
        jms.down = False
        whole = await guards.jms.bookings(["A1", "A2"])

    assert (in_part.found, in_part.unavailable) == (found("A1"), frozenset({"A2"}))
    assert (whole.found, whole.unavailable) == (found("A1", "A2"), frozenset())


async def test_what_the_jms_did_not_answer_for_is_not_kept() -> None:
    jms = HeldJms(KNOWN)
    jms.unavailable = {"A2"}

    async with guarded(jms) as guards:
        first = await guards.jms.bookings(["A1", "A2"])
        jms.unavailable = set()
        second = await guards.jms.bookings(["A1", "A2"])

    assert first.unavailable == {"A2"}
    assert second.found == found("A1", "A2")
    assert jms.asked == [("A1", "A2"), ("A2",)]


async def test_who_waits_when_it_ends_is_told_that_nothing_was_learnt() -> None:
    jms = HeldJms(KNOWN)
    jms.free.clear()

    async with guarded(jms) as guards:
        waiting = asking(guards, "A1")
        await settled()

    with pytest.raises(JmsUnavailableError):
        await waiting


async def test_no_booking_stays_in_memory_because_nobody_asks_again() -> None:
    jms = HeldJms(KNOWN)

    async with guarded(jms, kept=0.02) as guards:
        await guards.jms.bookings(["A1", "A2"])
        assert guards.measured.value("candid_jms_bookings_kept") == 2
        guards.clock.now += 1
        await asyncio.sleep(0.1)

        assert guards.measured.value("candid_jms_bookings_kept") == 0


async def test_who_answered_is_counted() -> None:
    jms = HeldJms(KNOWN)
    jms.free.clear()

    async with guarded(jms) as guards:
        asked = [asking(guards, "A1", "A2"), asking(guards, "A2")]
        await settled()
        jms.free.set()
        await asyncio.gather(*asked)
        await guards.jms.bookings(["A1", "A2"])

    counted = ("jms", "lookup", "cache")
    name = "candid_jms_bookings_total"
    assert [guards.measured.value(name, answered_by=who) for who in counted] == [2, 1, 2]

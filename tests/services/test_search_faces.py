"""Searching: people, not pictures; withheld, enriched, recorded, and only then answered."""

import asyncio
from collections.abc import Sequence

import pytest
from typing_extensions import override

from app.domain.audit import AuditAction
from app.domain.booking import RecordStatus
from app.domain.errors import (
    FaceIndexError,
    NoFaceError,
    RecordsUnavailableError,
)
from app.domain.photo import sha256_of
from app.domain.search import NOTICE, BookingStatus, SearchOptions
from app.ports.jms import BookingAnswers
from tests.fakes import drawn_photo
from tests.fakes_jms import FakeJms
from tests.jails import DEADLINE, Jail, booking, lock_out

ONE = SearchOptions(max_candidates=1)
TWO = SearchOptions(max_candidates=2)


class HangingJms(FakeJms):
    """Takes a question and never answers."""

    @override
    async def bookings(self, external_image_ids: Sequence[str]) -> BookingAnswers:
        await asyncio.Event().wait()
        raise AssertionError


async def test_the_person_comes_first_with_the_booking(jail: Jail) -> None:
    jail.fake_jms.known = {"A1": booking("A1", "P-1"), "B1": booking("B1", "P-2")}
    await jail.book({"A1": "Ann", "B1": "Bob"})

    answer = await jail.search("Ann")

    assert [one.external_image_id for one in answer.candidates] == ["A1", "B1"]
    assert [one.rank for one in answer.candidates] == [1, 2]
    best = answer.candidates[0]
    assert (best.similarity, best.booking_status) == (100.0, BookingStatus.FOUND)
    assert best.booking == booking("A1", "P-1")
    assert answer.notice == NOTICE


async def test_an_answer_is_kept_and_recorded(jail: Jail) -> None:
    await jail.book({"A1": "Ann"})

    answer = await jail.search("Ann")

    async with jail.records.unit() as unit:
        assert await unit.searches.get(answer.search_id) == answer
    entry = (await jail.audit())[-1]
    assert (entry.action, entry.outcome) == (AuditAction.SEARCH, "answered")
    assert (entry.search_id, entry.case_number) == (answer.search_id, "26-001234")
    assert entry.photo_sha256 == sha256_of(drawn_photo("Ann", note="probe"))
    assert "Sample" not in repr(entry)


async def test_several_photos_of_a_person_are_one_candidate_over_several_batches(
    jail: Jail,
) -> None:
    ids = [f"A{number}" for number in range(9)]
    jail.fake_jms.known = {one: booking(one, "P-1") for one in ids} | {"B1": booking("B1", "P-2")}
    await jail.book(dict.fromkeys(ids, "Ann") | {"B1": "Bob"})

    answer = await jail.search("Ann", options=TWO)

    first, second = answer.candidates
    others = {other.external_image_id for other in first.other_photos}
    assert others | {first.external_image_id} == set(ids)
    assert second.external_image_id == "B1"


async def test_people_are_grouped_while_the_jms_does_not_answer(jail: Jail) -> None:
    jail.fake_jms.known = {"A1": booking("A1", "P-1"), "A2": booking("A2", "P-1")}
    await jail.book({"A1": "Ann", "A2": "Ann"})
    jail.fake_jms.down = True

    answer = await jail.search("Ann")

    [candidate] = answer.candidates
    assert candidate.booking_status is BookingStatus.UNAVAILABLE
    assert candidate.status_as_of is not None
    assert len(candidate.other_photos) == 1


async def test_photos_of_unknown_people_are_people_of_their_own(jail: Jail) -> None:
    await jail.book({"A1": "Ann", "A2": "Ann"})

    answer = await jail.search("Ann")

    assert len(answer.candidates) == 2
    assert {one.booking_status for one in answer.candidates} == {BookingStatus.NOT_FOUND}


async def test_who_was_last_known_as_sealed_is_withheld_with_the_jms_down(jail: Jail) -> None:
    jail.fake_jms.known["A1"] = booking("A1", "P-1", RecordStatus.SEALED)
    await jail.book({"A1": "Ann", "B1": "Bob"})
    jail.fake_jms.down = True

    answer = await jail.search("Ann", options=ONE)

    assert [one.external_image_id for one in answer.candidates] == ["B1"]
    assert answer.withheld == 1


async def test_whom_the_jms_just_sealed_is_withheld_and_others_move_up(jail: Jail) -> None:
    jail.fake_jms.known = {one: booking(one, one) for one in ("A1", "B1")}
    await jail.book({"A1": "Ann", "B1": "Bob"})
    jail.fake_jms.known["A1"] = booking("A1", "A1", RecordStatus.EXPUNGED)

    answer = await jail.search("Ann", options=ONE)

    assert [one.external_image_id for one in answer.candidates] == ["B1"]
    assert answer.withheld == 1
    jail.fake_jms.down = True  # and what was learnt is remembered
    assert (await jail.search("Ann", options=ONE)).withheld == 1


async def test_whoever_is_sealed_below_the_last_one_shown_is_not_counted(jail: Jail) -> None:
    jail.fake_jms.known["B1"] = booking("B1", "P-2", RecordStatus.SEALED)
    await jail.book({"A1": "Ann", "B1": "Bob"})

    answer = await jail.search("Ann", options=ONE)

    assert [one.external_image_id for one in answer.candidates] == ["A1"]
    assert answer.withheld == 0


async def test_a_sealed_photo_of_a_person_is_left_out_of_the_others(jail: Jail) -> None:
    jail.fake_jms.known = {one: booking(one, "P-1") for one in ("A1", "A2")}
    jail.fake_jms.known["A3"] = booking("A3", "P-1", RecordStatus.SEALED)
    await jail.book(dict.fromkeys(("A1", "A2", "A3"), "Ann"))

    answer = await jail.search("Ann")

    [candidate] = answer.candidates
    shown = {candidate.external_image_id, *(o.external_image_id for o in candidate.other_photos)}
    assert shown == {"A1", "A2"}


async def test_two_photos_that_the_jms_now_says_are_one_person_become_one(jail: Jail) -> None:
    await jail.book({"A1": "Ann", "A2": "Ann", "B1": "Bob"})
    jail.fake_jms.known = {one: booking(one, "P-1") for one in ("A1", "A2")}

    answer = await jail.search("Ann", options=TWO)

    assert len(answer.candidates) == 2
    assert answer.candidates[1].external_image_id == "B1"


async def test_one_booking_that_cannot_be_read_costs_the_others_nothing(jail: Jail) -> None:
    jail.fake_jms.known = {one: booking(one, one) for one in ("A1", "B1")}
    await jail.book({"A1": "Ann", "B1": "Bob"})
    jail.fake_jms.unavailable.add("A1")

    answer = await jail.search("Ann")

    statuses = [one.booking_status for one in answer.candidates]
    assert statuses == [BookingStatus.UNAVAILABLE, BookingStatus.FOUND]


async def test_a_jms_that_hangs_costs_the_bookings_within_the_deadline(jail: Jail) -> None:
    await jail.book({"A1": "Ann", "B1": "Bob"})
    jail.jms = HangingJms({})

    answer = await jail.search("Ann")

    assert [one.booking_status for one in answer.candidates] == 2 * [BookingStatus.UNAVAILABLE]
    assert answer.timings.enrich < 1e3 * (DEADLINE + 1)


async def test_without_a_jms_candidates_say_so(jail: Jail) -> None:
    jail.jms = None
    await jail.book({"A1": "Ann"})

    answer = await jail.search("Ann")

    assert answer.candidates[0].booking_status is BookingStatus.NOT_CONFIGURED


async def test_no_candidate_is_an_answer(jail: Jail) -> None:
    answer = await jail.search("Ann")

    assert (answer.candidates, answer.withheld) == ((), 0)


async def test_whoever_resembles_less_than_asked_is_left_out(jail: Jail) -> None:
    await jail.book({"A1": "Ann", "B1": "Bob"})

    answer = await jail.search("Ann", options=SearchOptions(min_similarity=90))

    assert [one.external_image_id for one in answer.candidates] == ["A1"]


async def test_a_face_the_records_do_not_count_is_no_candidate(jail: Jail) -> None:
    await jail.engine.enrol(drawn_photo("Ann"), "A1", None)

    answer = await jail.search("Ann")

    assert answer.candidates == ()


async def test_bystanders_are_named_in_a_warning_and_never_searched(jail: Jail) -> None:
    await jail.book({"A1": "Ann", "B1": "Bob"})
    probe = SearchOptions(min_similarity=90)

    answer = await jail.search("Bob", "Ann", options=probe)

    assert [one.external_image_id for one in answer.candidates] == ["B1"]
    [warning] = answer.probe.warnings
    assert "send face=1." in warning


async def test_a_chosen_face_is_searched_without_a_warning(jail: Jail) -> None:
    await jail.book({"A1": "Ann", "B1": "Bob"})

    answer = await jail.search("Bob", "Ann", options=SearchOptions(1, 90, face=1))

    assert [one.external_image_id for one in answer.candidates] == ["A1"]
    assert answer.probe.warnings == ()


async def test_a_refused_search_is_recorded(jail: Jail) -> None:
    with pytest.raises(NoFaceError):
        await jail.search()
    with pytest.raises(FaceIndexError):
        await jail.search("Ann", options=SearchOptions(face=3))

    assert [entry.outcome for entry in await jail.audit()] == ["no_face", "face_index"]


async def test_what_cannot_be_recorded_is_not_answered(jail: Jail, database: str) -> None:
    await jail.book({"A1": "Ann"})
    lock_out(database)

    with pytest.raises(RecordsUnavailableError):
        await jail.search("Ann")


async def test_a_probe_is_never_enrolled(jail: Jail) -> None:
    await jail.search("Ann")

    assert not jail.engine.held
    assert not jail.store.photos

"""The contract of the records: every implementation of the port passes this suite."""

from dataclasses import replace
from datetime import timedelta

import anyio
import pytest

from app.domain.access import new_key
from app.domain.booking import RecordStatus
from app.domain.record import IndexAnswer, IndexOutcome, IntentKind, Standing
from app.ports.records import Records, StoredAnswer
from tests.records.samples import (
    LATER,
    NOW,
    entry,
    face_id,
    intent,
    photo,
    search,
    standing,
    tombstone,
)


async def test_a_record_is_read_as_it_was_written(records: Records) -> None:
    written = photo("A1", face_id(), standing=standing("P-1"))

    async with records.unit() as unit:
        await unit.photos.put(written, {})

    async with records.unit() as unit:
        assert await unit.photos.get("A1") == written
        assert await unit.photos.get_locked("A1") == written
        assert await unit.photos.get("A2") is None


async def test_a_unit_that_fails_leaves_nothing(records: Records) -> None:
    async def fail() -> None:
        async with records.unit() as unit:
            await unit.photos.put(photo("A1", face_id()), {})
            await unit.audit.append(entry("R-1"))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail()

    async with records.unit() as unit:
        assert await unit.photos.get("A1") is None
        assert await unit.faces.count() == 0
        assert await unit.audit.page(0, 10) == []


async def test_a_replacement_swaps_the_faces_in_one_commit(records: Records) -> None:
    first, second = face_id(), face_id()
    async with records.unit() as unit:
        await unit.photos.put(photo("A1", first), {first: b"1"})

    async with records.unit() as unit:
        await unit.photos.put(photo("A1", second), {second: b"2"})

    async with records.unit() as unit:
        assert set(await unit.faces.current([first, second])) == {second}
        assert await unit.faces.count() == 1


async def test_the_same_face_written_again_counts_once(records: Records) -> None:
    face = face_id()
    for _ in range(2):
        async with records.unit() as unit:
            await unit.photos.put(photo("A1", face), {face: b"1"})

    async with records.unit() as unit:
        assert await unit.faces.count() == 1


async def test_a_unit_sees_the_faces_it_has_just_written(records: Records) -> None:
    face = face_id()

    async with records.unit() as unit:
        await unit.photos.put(photo("A1", face, standing=standing("P-1")), {})
        current = await unit.faces.current([face])

    assert current[face].external_image_id == "A1"
    assert current[face].standing == standing("P-1")


async def test_a_tombstone_keeps_the_id_and_no_face(records: Records) -> None:
    face = face_id()
    async with records.unit() as unit:
        await unit.photos.put(photo("A1", face, standing=standing("P-1")), {face: b"1"})

    async with records.unit() as unit:
        await unit.photos.put(tombstone("A1"), {})

    async with records.unit() as unit:
        assert await unit.photos.get("A1") == tombstone("A1")
        assert await unit.photos.page(None, 10) == []
        assert await unit.faces.count() == 0
        assert await unit.standings.of(["A1"]) == {}


async def test_pages_follow_the_ids_bytewise(records: Records) -> None:
    async with records.unit() as unit:
        for external_image_id in ("b", "A:1", "a", "B", "A-1"):
            await unit.photos.put(photo(external_image_id), {})

    async with records.unit() as unit:
        first = await unit.photos.page(None, 3)
        rest = await unit.photos.page(first[-1].external_image_id, 3)

    assert [record.external_image_id for record in (*first, *rest)] == ["A-1", "A:1", "B", "a", "b"]


async def test_the_indexed_photos_of_a_person_are_found(records: Records) -> None:
    async with records.unit() as unit:
        await unit.photos.put(photo("A1", face_id(), standing=standing("P-1")), {})
        await unit.photos.put(photo("A2", face_id(), standing=standing("P-2")), {})
        await unit.photos.put(photo("A3", standing=standing("P-1")), {})

    async with records.unit() as unit:
        found = await unit.photos.of_people(["P-1"])

    assert [record.external_image_id for record in found] == ["A1"]


async def test_the_locked_id_makes_another_unit_wait_and_see_what_was_committed(
    records: Records,
) -> None:
    seen: list[object] = []

    async def other() -> None:
        async with records.unit() as unit:
            seen.append(await unit.photos.get_locked("A1"))

    async with anyio.create_task_group() as tasks, records.unit() as unit:
        await unit.photos.get_locked("A1")
        tasks.start_soon(other)
        await anyio.sleep(0.2)
        waited = not seen
        await unit.photos.put(photo("A1"), {})

    assert waited
    assert seen == [photo("A1")]


async def test_what_the_jms_says_is_remembered_and_an_older_word_never_wins(
    records: Records,
) -> None:
    newer = replace(standing("P-2", RecordStatus.SEALED), as_of=LATER)
    async with records.unit() as unit:
        await unit.photos.put(photo("A1", face_id()), {})
        await unit.standings.remember({"A1": newer, "unknown": newer})

    async with records.unit() as unit:
        await unit.standings.remember({"A1": standing("P-1")})
        await unit.standings.remember({"A1": Standing("P-3")})

    async with records.unit() as unit:
        assert await unit.standings.of(["A1", "unknown"]) == {"A1": newer}


async def test_indexing_anew_without_the_jms_does_not_unseal_a_record(records: Records) -> None:
    sealed = standing("P-1", RecordStatus.SEALED)
    async with records.unit() as unit:
        await unit.photos.put(photo("A1", face_id(), standing=sealed), {})

    async with records.unit() as unit:
        await unit.photos.put(photo("A1", face_id()), {})

    async with records.unit() as unit:
        assert await unit.standings.of(["A1"]) == {"A1": sealed}


async def test_a_photo_key_is_in_use_while_a_record_or_another_enrolment_names_it(
    records: Records,
) -> None:
    mine, others = intent(IntentKind.ENROL, "A1"), intent(IntentKind.ENROL, "A2")
    discard, kept = intent(IntentKind.DISCARD, "A3"), photo("A4")
    keys = [str(named.photo_key) for named in (mine, others, discard, kept)]
    async with records.unit() as unit:
        for opened in (mine, others, discard):
            await unit.intents.open(opened)
        await unit.photos.put(kept, {})

    async with records.unit() as unit:
        in_use = await unit.photo_keys.in_use(keys, besides=mine.intent_id)

    assert in_use == {others.photo_key, kept.photo_key}


async def test_searches_are_read_as_they_were_answered(records: Records) -> None:
    answer = search("S-1", case_number="26-1")

    async with records.unit() as unit:
        await unit.searches.add(answer)

    async with records.unit() as unit:
        assert await unit.searches.get("S-1") == answer
        assert await unit.searches.get("S-2") is None
        assert await unit.searches.get("no\0id") is None


async def test_searches_are_listed_newest_first_and_by_case(records: Records) -> None:
    times = {"S-1": NOW, "S-2": LATER, "S-3": LATER}
    async with records.unit() as unit:
        for search_id, at in times.items():
            await unit.searches.add(search(search_id, at, "26-1" if at == NOW else None))

    async with records.unit() as unit:
        first = await unit.searches.page(None, None, 2)
        rest = await unit.searches.page(None, first[-1].search_id, 2)
        of_case = await unit.searches.page("26-1", None, 5)

    assert [answer.search_id for answer in (*first, *rest)] == ["S-3", "S-2", "S-1"]
    assert [answer.search_id for answer in of_case] == ["S-1"]


async def test_audit_entries_are_read_in_order_as_they_were_written(records: Records) -> None:
    for request in ("R-1", "R-2"):
        async with records.unit() as unit:
            await unit.audit.append(entry(request))

    async with records.unit() as unit:
        (first, written), *rest = await unit.audit.page(0, 10)
        after = await unit.audit.page(first, 10)

    assert written == entry("R-1")
    assert after == rest
    assert [found.actor.request_id for _, found in rest] == ["R-2"]


async def test_what_a_caller_sends_is_recorded_even_with_a_zero_character(records: Records) -> None:
    odd = replace(entry("R-1"), case_number="26\0-1", details={"note": "a\0b"})

    async with records.unit() as unit:
        await unit.audit.append(odd)

    async with records.unit() as unit:
        ((_, written),) = await unit.audit.page(0, 10)
    assert written.case_number == "26\N{REPLACEMENT CHARACTER}-1"


async def test_intents_are_due_once_and_only_when_it_is_time(records: Records) -> None:
    old, young = intent(IntentKind.ENROL, "A1"), intent(IntentKind.ENROL, "A2", LATER)
    discard = intent(IntentKind.DISCARD, "A3", LATER)
    async with records.unit() as unit:
        for opened in (old, young, discard):
            await unit.intents.open(opened)

    async with records.unit() as unit:
        due = await unit.intents.due(NOW + timedelta(minutes=1), 10)
        async with records.unit() as other:
            held = await other.intents.due(NOW + timedelta(minutes=1), 10)
        await unit.intents.close([old.intent_id, "unknown"])

    async with records.unit() as unit:
        left = await unit.intents.due(NOW + timedelta(minutes=1), 10)
    assert set(due) == {old, discard}
    assert held == []
    assert left == [discard]


async def test_a_first_answer_is_found_by_its_caller_and_key(records: Records) -> None:
    indexed = StoredAnswer("f" * 64, IndexAnswer(IndexOutcome.CREATED, photo("A1", face_id())))
    searched = StoredAnswer("e" * 64, search("S-1"))

    async with records.unit() as unit:
        assert await unit.answers.add("desk", "K-1", indexed)
        assert await unit.answers.add("desk", "K-2", searched)

    async with records.unit() as unit:
        assert await unit.answers.get("desk", "K-1") == indexed
        assert await unit.answers.get("desk", "K-2") == searched
        assert await unit.answers.get("other", "K-1") is None
        assert not await unit.answers.add("desk", "K-1", searched)


async def test_the_second_of_two_equal_requests_waits_for_the_first(records: Records) -> None:
    stored = StoredAnswer("f" * 64, search("S-1"))
    added: list[bool] = []

    async def other() -> None:
        async with records.unit() as unit:
            added.append(await unit.answers.add("desk", "K-1", stored))

    async with anyio.create_task_group() as tasks, records.unit() as unit:
        assert await unit.answers.add("desk", "K-1", stored)
        tasks.start_soon(other)
        await anyio.sleep(0.2)
        waited = not added

    assert waited
    assert added == [False]


async def test_a_key_is_found_by_its_prefix(records: Records) -> None:
    _, key = new_key("front desk", NOW)
    revoked = replace(new_key("old", NOW)[1], expires_at=LATER, revoked_at=LATER)

    async with records.unit() as unit:
        await unit.keys.add(key)
        await unit.keys.add(revoked)

    async with records.unit() as unit:
        assert await unit.keys.find(key.prefix) == key
        assert await unit.keys.find(revoked.prefix) == revoked
        assert await unit.keys.find("nobody") is None


async def test_of_many_first_keys_one_is_kept(records: Records) -> None:
    kept: list[bool] = []

    async def start() -> None:
        async with records.unit() as unit:
            kept.append(await unit.keys.add_first(new_key("first", NOW)[1]))

    async with anyio.create_task_group() as tasks:
        for _ in range(5):
            tasks.start_soon(start)

    assert sorted(kept) == [False] * 4 + [True]


async def test_records_answer_a_ping(records: Records) -> None:
    await records.ping()

"""The contract of the records: every implementation of the port passes this suite."""

from dataclasses import replace

import anyio
import pytest

from app.domain.booking import RecordStatus
from app.domain.record import IntentKind, Standing
from app.ports.records import Records
from tests.records.samples import (
    LATER,
    entry,
    face_id,
    intent,
    photo,
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


async def test_several_records_are_locked_and_read_at_once(records: Records) -> None:
    written = [photo(name, face_id()) for name in ("A1", "A2", "A3")]
    async with records.unit() as unit:
        for record in written:
            await unit.photos.put(record, {})
    seen: list[object] = []

    async def other() -> None:
        async with records.unit() as unit:
            seen.append(await unit.photos.get_locked("A4"))

    async with anyio.create_task_group() as tasks, records.unit() as unit:
        found = await unit.photos.all_locked(["A3", "A1", "A4", "no\0id"])
        tasks.start_soon(other)
        await anyio.sleep(0.2)
        waited = not seen

    assert found == [written[0], written[2]]
    assert waited
    assert seen == [None]


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

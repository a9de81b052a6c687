"""The contract of the records, third part: collections and their faces."""

from dataclasses import replace

import anyio
import pytest

from app.domain.collection import CollectionFace
from app.domain.record import IntentKind, Standing
from app.ports.records import Records, RecordsOfCollections
from tests.records.samples import (
    LATER,
    MODEL,
    collection,
    collection_face,
    entry,
    face_id,
    intent,
    photo,
    search,
    standing,
    tombstone,
)


async def add(records: Records, *faces: CollectionFace) -> None:
    async with records.unit() as unit:
        await unit.faces.add(faces, {face.face_id: b"1111" for face in faces})


async def test_a_collection_is_read_as_it_was_kept_whichever_the_unit_is_about(
    records: Records, of_collections: RecordsOfCollections
) -> None:
    kept = collection("other", team="day\tshift", note="\N{SNOWMAN}")

    async with records.unit() as unit:
        assert await unit.collections.add(kept)
        assert not await unit.collections.add(replace(kept, model="another"))

    async with of_collections.of("third").view() as view:
        assert await view.collections.get("other") == kept
        assert await view.collections.get("Other") is None
        assert await view.collections.get("no\0id") is None


async def test_collections_are_listed_bytewise(records: Records) -> None:
    async with records.unit() as unit:
        for collection_id in ("b", "A.1", "a", "B", "A-1"):
            await unit.collections.add(collection(collection_id))

    async with records.view() as view:
        first = await view.collections.page(None, 3)
        rest = await view.collections.page(first[-1].collection_id, 3)

    assert [found.collection_id for found in (*first, *rest)] == ["A-1", "A.1", "B", "a", "b"]


async def test_the_second_who_makes_a_collection_waits_and_is_told_that_it_is_there(
    records: Records,
) -> None:
    added: list[bool] = []

    async def other() -> None:
        async with records.unit() as unit:
            added.append(await unit.collections.add(collection()))

    async with anyio.create_task_group() as tasks, records.unit() as unit:
        assert await unit.collections.add(collection())
        tasks.start_soon(other)
        await anyio.sleep(0.2)
        waited = not added

    assert waited
    assert added == [False]


async def test_faces_are_read_as_they_were_added(records: Records) -> None:
    named, unnamed = collection_face("A1"), collection_face()

    await add(records, named, unnamed)

    async with records.view() as view:
        found = await view.faces.of([named.face_id, unnamed.face_id, face_id()])
        assert await view.faces.count() == 2
        assert await view.faces.of_photos(["A1", "A2"]) == [named]
        assert await view.faces.of_photos([unnamed.image_id]) == [unnamed]
    assert found == {named.face_id: named, unnamed.face_id: unnamed}


async def test_a_face_without_a_photo_on_record_is_current_and_its_standing_unknown(
    records: Records,
) -> None:
    face = collection_face()

    await add(records, face)

    async with records.view() as view:
        current = await view.faces.current([face.face_id])
    assert current[face.face_id].external_image_id == face.image_id
    assert current[face.face_id].standing == Standing()


async def test_a_photos_faces_are_listed_with_what_the_photo_is_known_by(records: Records) -> None:
    face = face_id()
    async with records.unit() as unit:
        await unit.photos.put(photo("A1", face, standing=standing("P-1")), {face: b"1"})

    async with records.view() as view:
        (found,) = await view.faces.page(None, 10)

    assert found == replace(collection_face("A1"), face_id=face, standing=standing("P-1"))


async def test_faces_added_under_one_id_stand_beside_one_another(records: Records) -> None:
    first, second = collection_face("A1"), collection_face("A1", sha256="cd" * 32)

    await add(records, first)
    await add(records, second)

    async with records.view() as view:
        found = await view.faces.of_photos(["A1"])
    assert {face.face_id for face in found} == {first.face_id, second.face_id}


async def test_a_face_added_again_is_replaced_and_counts_once(records: Records) -> None:
    face = collection_face("A1")
    again = replace(face, external_image_id="A2", model="newer")

    await add(records, face)
    await add(records, again)

    async with records.view() as view:
        assert await view.faces.of([face.face_id]) == {face.face_id: again}
        assert await view.faces.of_photos(["A1"]) == []
        assert await view.faces.count() == 1
        assert await view.faces.other_models(MODEL) == ["newer"]
        assert await view.faces.other_models("newer") == []


async def test_removed_faces_count_no_more_and_unknown_ones_are_no_error(records: Records) -> None:
    kept, gone = collection_face("A1"), collection_face("A1")
    await add(records, kept, gone)

    async with records.unit() as unit:
        await unit.faces.remove([gone.face_id, face_id()])

    async with records.view() as view:
        assert await view.faces.of([kept.face_id, gone.face_id]) == {kept.face_id: kept}
        assert set(await view.faces.current([gone.face_id])) == set()
        assert await view.faces.count() == 1


async def test_the_last_word_of_a_unit_on_a_face_counts(records: Records) -> None:
    kept, gone, beside = (collection_face("A1") for _ in range(3))
    put = face_id()
    await add(records, kept)

    async with records.unit() as unit:
        await unit.faces.remove([kept.face_id])
        await unit.faces.add([kept, gone], {})
        await unit.faces.remove([gone.face_id])
    async with records.unit() as unit:
        before = await unit.faces.of_photos(["A1"])
        await unit.faces.add([gone], {})
        await unit.photos.put(photo("A1", put), {})
        await unit.faces.add([beside], {})
        after = await unit.faces.of_photos(["A1"])

    assert before == [kept]
    assert {face.face_id for face in after} == {put, beside.face_id}


async def test_pages_of_faces_follow_their_ids(records: Records) -> None:
    faces = sorted((collection_face(f"A{n}") for n in range(5)), key=lambda face: face.face_id)
    await add(records, *reversed(faces))

    async with records.view() as view:
        first = await view.faces.page(None, 3)
        rest = await view.faces.page(first[-1].face_id, 3)

    assert [*first, *rest] == faces


async def test_forgotten_photos_leave_their_faces(records: Records) -> None:
    face = face_id()
    async with records.unit() as unit:
        await unit.photos.put(photo("A1", face, standing=standing("P-1")), {face: b"1"})
        await unit.photos.put(tombstone("A2"), {})
        await unit.photos.put(photo("A3"), {})

    async with records.unit() as unit:
        await unit.photos.forget(["A2", "A1", "unknown"])

    async with records.view() as view:
        assert await view.photos.get("A1") is None
        assert await view.photos.get("A2") is None
        assert await view.photos.get("A3") is not None
        assert (await view.faces.current([face]))[face].standing == Standing()


async def test_a_removed_collection_leaves_searches_audit_and_intents_only(
    records: Records, of_collections: RecordsOfCollections
) -> None:
    face, opened = collection_face(), intent(IntentKind.DISCARD, "A1")
    async with records.unit() as unit:
        await unit.collections.add(collection())
        await unit.faces.add([face], {})
        await unit.photos.put(photo("A1", face_id()), {})
        await unit.users.add("U-1")
        await unit.searches.add(search("S-1"))
        await unit.audit.append(entry("R-1"))
        await unit.intents.open(opened)
    await add(of_collections.of("other"), face)

    async with records.unit() as unit:
        await unit.faces.add([collection_face()], {})  # said before, so it goes too
        assert await unit.collections.remove()

    async with records.view() as view:
        assert await view.collections.get("jail") is None
        assert await view.faces.page(None, 10) == []
        assert await view.faces.count() == 0
        assert await view.photos.get("A1") is None
        assert await view.users.count() == 0
        assert await view.searches.get("S-1") is not None
        assert len(await view.audit.page(0, 10)) == 1
        assert await view.intents.of("A1") == [opened]
    async with of_collections.of("other").view() as view:
        assert await view.faces.count() == 1


async def test_a_collection_that_is_not_there_cannot_be_removed(records: Records) -> None:
    async with records.unit() as unit:
        assert not await unit.collections.remove()


async def test_a_collection_of_a_removed_ones_id_starts_empty(records: Records) -> None:
    old, new = collection_face("A1"), collection_face("A1")
    async with records.unit() as unit:
        await unit.collections.add(collection())
        await unit.faces.add([old], {})
        await unit.users.add("U-1")
        await unit.users.associate("U-1", [old.face_id])
    async with records.unit() as unit:
        await unit.collections.remove()

    async with records.unit() as unit:
        assert await unit.collections.add(collection())
        await unit.faces.add([new], {})

    async with records.view() as view:
        assert await view.faces.page(None, 10) == [new]
        assert await view.users.page(None, 10) == []


async def test_a_collection_that_a_unit_got_is_not_removed_before_the_unit_ends(
    records: Records,
) -> None:
    removed: list[bool] = []

    async def remove() -> None:
        async with records.unit() as unit:
            removed.append(await unit.collections.remove())

    async with records.unit() as unit:
        await unit.collections.add(collection())
    async with anyio.create_task_group() as tasks, records.unit() as unit:
        await unit.collections.get("jail")
        tasks.start_soon(remove)
        await anyio.sleep(0.2)
        waited = not removed
        await unit.faces.add([collection_face()], {})
        await unit.users.add("U-1")

    async with records.view() as view:
        assert await view.faces.count() == 0
        assert await view.users.count() == 0
    assert waited
    assert removed == [True]


async def test_the_collections_with_intents_are_told_deleted_ones_included(
    records: Records, of_collections: RecordsOfCollections
) -> None:
    for collection_id in ("b", "a", "a"):
        async with of_collections.of(collection_id).unit() as unit:
            await unit.intents.open(intent(IntentKind.ENROL, "A1", LATER))

    async with records.view() as view:
        assert await view.collections.with_intents() == ["a", "b"]


@pytest.mark.parametrize("first", ["add", "remove"])
async def test_of_two_units_on_one_face_the_last_to_commit_counts(
    records: Records, first: str
) -> None:
    face = collection_face("A1")
    await add(records, face)

    async def change(what: str, seconds: float) -> None:
        async with records.unit() as unit:
            if what == "add":
                await unit.faces.add([replace(face, external_image_id="A2")], {})
            else:
                await unit.faces.remove([face.face_id])
            await unit.faces.count()  # writes, under the commit lock
            await anyio.sleep(seconds)

    second = "remove" if first == "add" else "add"
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(change, first, 0.2)
        await anyio.sleep(0.05)
        tasks.start_soon(change, second, 0)

    async with records.view() as view:
        assert await view.faces.count() == (second == "add")
        assert len(await view.faces.of([face.face_id])) == (second == "add")


async def test_many_who_add_and_remove_the_same_faces_leave_an_exact_count(
    records: Records,
) -> None:
    faces = [collection_face(f"A{n % 3}") for n in range(6)]

    async def change(writer: int) -> None:
        for turn in range(8):
            face = faces[(writer * 3 + turn) % len(faces)]
            async with records.unit() as unit:
                if (writer + turn) % 3:
                    await unit.faces.add([face], {face.face_id: bytes([writer] * 4)})
                else:
                    await unit.faces.remove([face.face_id])

    async with anyio.create_task_group() as tasks:
        for writer in range(6):
            tasks.start_soon(change, writer)

    async with records.view() as view:
        assert await view.faces.count() == len(await view.faces.page(None, 10))

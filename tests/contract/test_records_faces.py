"""The contract of the records, third part: faces of their own, beside the photos'."""

from dataclasses import replace

import anyio
import pytest

from app.domain.collection import CollectionFace
from app.domain.record import Standing
from app.ports.records import Records
from tests.records.samples import (
    MODEL,
    collection_face,
    face_id,
    photo,
    standing,
    tombstone,
)


async def add(records: Records, *faces: CollectionFace) -> None:
    async with records.unit() as unit:
        await unit.faces.add(faces, {face.face_id: b"1111" for face in faces})


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

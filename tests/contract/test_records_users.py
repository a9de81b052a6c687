"""The contract of the records, fourth part: the users of a collection."""

import anyio

from app.domain.booking import RecordStatus
from app.domain.collection import (
    AssociationRefusal,
    CollectionFace,
    RefusedAssociation,
    User,
    UserAnswer,
    UserFacesAnswer,
)
from app.ports.records import Records, RecordsOfCollections
from app.ports.search_records import StoredAnswer
from tests.records.samples import collection_face, face_id, photo, standing, tombstone


async def with_user(records: Records, user_id: str, *faces: CollectionFace) -> None:
    async with records.unit() as unit:
        await unit.faces.add(faces, {})
        await unit.users.add(user_id)
        await unit.users.associate(user_id, [face.face_id for face in faces])


async def test_a_user_is_kept_once_in_its_collection(
    records: Records, of_collections: RecordsOfCollections
) -> None:
    async with records.unit() as unit:
        assert await unit.users.add("U-1")
        assert not await unit.users.add("U-1")

    async with of_collections.of("other").unit() as unit:
        assert await unit.users.get("U-1") is None
        assert await unit.users.add("U-1")
    async with records.view() as view:
        assert await view.users.get("U-1") == User("U-1", 0)
        assert await view.users.get("no\0id") is None
        assert await view.users.count() == 1


async def test_the_second_who_makes_a_user_waits_and_is_told_that_it_is_there(
    records: Records,
) -> None:
    added: list[bool] = []

    async def other() -> None:
        async with records.unit() as unit:
            added.append(await unit.users.add("U-1"))

    async with anyio.create_task_group() as tasks, records.unit() as unit:
        assert await unit.users.add("U-1")
        tasks.start_soon(other)
        await anyio.sleep(0.2)
        waited = not added

    assert waited
    assert added == [False]


async def test_a_user_has_the_current_faces_associated_with_it(records: Records) -> None:
    mine, others = collection_face("A1"), collection_face("A2")
    await with_user(records, "U-1", mine)

    async with records.unit() as unit:
        await unit.faces.add([others], {})
        await unit.users.associate("U-1", [mine.face_id, face_id()])

    async with records.view() as view:
        assert await view.users.get("U-1") == User("U-1", 1)
        assert [face.face_id for face in await view.faces.page(None, 9, "U-1")] == [mine.face_id]
        found = await view.faces.of([mine.face_id, others.face_id])
    assert [found[face.face_id].user_id for face in (mine, others)] == ["U-1", None]


async def test_pages_of_a_users_faces_follow_their_ids(records: Records) -> None:
    faces = [collection_face() for _ in range(5)]
    await with_user(records, "U-1", *faces)
    await with_user(records, "U-2", collection_face())

    async with records.view() as view:
        first = await view.faces.page(None, 3, "U-1")
        rest = await view.faces.page(first[-1].face_id, 3, "U-1")
        nobodys = await view.faces.page(None, 3, "U-3")

    assert [face.face_id for face in (*first, *rest)] == sorted(face.face_id for face in faces)
    assert nobodys == []


async def test_nobody_has_the_faces_of_a_user_who_is_not_there(records: Records) -> None:
    face = collection_face()

    async with records.unit() as unit:
        await unit.faces.add([face], {})
        await unit.users.associate("U-1", [face.face_id])

    async with records.view() as view:
        assert (await view.faces.of([face.face_id]))[face.face_id].user_id is None


async def test_a_face_that_two_users_want_at_once_is_the_firsts(records: Records) -> None:
    face, answers = collection_face(), list[list[str]]()
    await with_user(records, "U-1")
    await with_user(records, "U-2", face)
    async with records.unit() as unit:
        await unit.users.disassociate([face.face_id])

    async def other() -> None:
        async with records.unit() as unit:
            assert (await unit.faces.of([face.face_id]))[face.face_id].user_id is None
            looked.set()
            answers.append(list(await unit.users.associate("U-2", [face.face_id])))

    looked = anyio.Event()
    async with anyio.create_task_group() as tasks, records.unit() as unit:
        assert await unit.users.associate("U-1", [face.face_id]) == [face.face_id]
        tasks.start_soon(other)
        await looked.wait()
        await anyio.sleep(0.1)
        waited = not answers

    async with records.view() as view:
        held = await view.faces.of([face.face_id])
    assert waited
    assert answers == [[]]
    assert held[face.face_id].user_id == "U-1"


async def test_disassociated_faces_stay_and_are_nobodys(records: Records) -> None:
    kept, freed = collection_face(), collection_face()
    await with_user(records, "U-1", kept, freed)

    async with records.unit() as unit:
        await unit.users.disassociate([freed.face_id, face_id()])

    async with records.view() as view:
        assert await view.users.get("U-1") == User("U-1", 1)
        assert (await view.faces.of([freed.face_id]))[freed.face_id].user_id is None


async def test_a_removed_user_leaves_its_faces(records: Records) -> None:
    face = collection_face()
    await with_user(records, "U-1", face)

    async with records.unit() as unit:
        assert await unit.users.remove("U-1")
        assert not await unit.users.remove("U-1")

    async with records.view() as view:
        assert await view.users.get("U-1") is None
        assert await view.faces.of([face.face_id]) == {face.face_id: face}


async def test_a_user_made_again_has_none_of_the_earlier_ones_faces(records: Records) -> None:
    face = collection_face()
    await with_user(records, "U-1", face)

    async with records.unit() as unit:
        await unit.users.remove("U-1")
        await unit.users.add("U-1")

    async with records.view() as view:
        assert await view.users.get("U-1") == User("U-1", 0)


async def test_a_face_that_was_removed_is_nobodys_even_when_it_comes_back(
    records: Records,
) -> None:
    removed, replaced = collection_face("A1"), face_id()
    async with records.unit() as unit:
        await unit.photos.put(photo("A2", replaced), {})
    await with_user(records, "U-1", removed)
    async with records.unit() as unit:
        await unit.users.associate("U-1", [replaced])

    async with records.unit() as unit:
        before = await unit.users.get("U-1")
        await unit.faces.remove([removed.face_id])
        await unit.photos.put(tombstone("A2"), {})
        after = await unit.users.get("U-1")
    async with records.unit() as unit:
        await unit.faces.add([removed], {})
        returned = await unit.users.get("U-1")

    assert before == User("U-1", 2)
    assert after == returned == User("U-1", 0)


async def test_a_face_added_again_stays_its_users(records: Records) -> None:
    face = collection_face("A1")
    await with_user(records, "U-1", face)

    async with records.unit() as unit:
        await unit.faces.add([face], {})

    async with records.view() as view:
        assert await view.users.get("U-1") == User("U-1", 1)


async def test_users_are_listed_bytewise_with_their_faces(records: Records) -> None:
    for number, user_id in enumerate(("b", "A:1", "a", "B", "A-1")):
        await with_user(records, user_id, *(collection_face() for _ in range(number)))

    async with records.view() as view:
        first = await view.users.page(None, 3)
        rest = await view.users.page(first[-1].user_id, 3)

    assert [(user.user_id, user.faces) for user in (*first, *rest)] == [
        ("A-1", 4),
        ("A:1", 1),
        ("B", 3),
        ("a", 2),
        ("b", 0),
    ]


async def test_the_locked_user_makes_another_unit_wait_and_see_what_was_committed(
    records: Records,
) -> None:
    seen: list[User | None] = []

    async def other() -> None:
        async with records.unit() as unit:
            seen.append(await unit.users.get_locked("U-1"))

    async with anyio.create_task_group() as tasks, records.unit() as unit:
        await unit.users.get_locked("U-1")
        await unit.photos.get_locked("U-1")
        tasks.start_soon(other)
        await anyio.sleep(0.2)
        waited = not seen
        await unit.users.add("U-1")

    assert waited
    assert seen == [User("U-1", 0)]


async def test_a_locked_photo_and_a_locked_user_of_one_id_are_not_the_same(
    records: Records,
) -> None:
    async with records.unit() as unit, records.unit() as other:
        await unit.photos.get_locked("U-1")

        with anyio.fail_after(2):
            assert await other.users.get_locked("U-1") is None


async def test_first_answers_about_users_are_read_as_they_were_given(records: Records) -> None:
    refused = RefusedAssociation(face_id(), AssociationRefusal.LOW_MATCH_CONFIDENCE, None, 61.25)
    made = StoredAnswer("e" * 64, UserAnswer("U-1"))
    associated = StoredAnswer("f" * 64, UserFacesAnswer((face_id(),), (refused,), User("U-1", 1)))

    async with records.unit() as unit:
        assert await unit.answers.add("desk", "K-1", made)
        assert await unit.answers.add("desk", "K-2", associated)

    async with records.view() as view:
        assert await view.answers.get("desk", "K-1") == made
        assert await view.answers.get("desk", "K-2") == associated


async def test_the_faces_of_several_users_are_read_at_once(records: Records) -> None:
    named, other = collection_face("A1"), collection_face("A2")
    await with_user(records, "U-1", named, other)
    await with_user(records, "U-2")
    sealed = standing("P-1", RecordStatus.SEALED)
    async with records.unit() as unit:
        await unit.photos.put(photo("B1", named.face_id, standing=sealed), {})
        await unit.users.associate("U-1", [named.face_id])

    async with records.view() as view:
        found = await view.users.faces(["U-1", "U-2", "no\0id"])

    assert found.keys() == {"U-1", "U-2"}
    assert {face.external_image_id: face.standing.status for face in found["U-1"]} == {
        "A2": RecordStatus.ACTIVE,
        "B1": RecordStatus.SEALED,
    }
    assert found["U-2"] == []

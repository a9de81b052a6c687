"""Who keeps the users in memory hears of each change to whose faces are whose."""

import anyio
import pytest

from adapters.records.postgres import ConnectionPool, PostgresUserFeed
from app.domain.collection import CollectionFace
from app.ports.gallery_feed import UserMembers
from app.ports.records import Records
from tests.databases import COLLECTION
from tests.records.samples import collection, collection_face, face_id, photo


@pytest.fixture
def feed(pool: ConnectionPool) -> PostgresUserFeed:
    return PostgresUserFeed(pool, COLLECTION)


async def with_user(records: Records, user_id: str, *faces: CollectionFace) -> None:
    async with records.unit() as unit:
        await unit.collections.add(collection(COLLECTION))
        await unit.faces.add(faces, {})
        await unit.users.add(user_id)
        await unit.users.associate(user_id, [face.face_id for face in faces])


async def latest(feed: PostgresUserFeed, known: int = 0) -> UserMembers:
    members = await feed.members(known)
    assert members is not None
    return members


async def test_an_empty_collection_is_at_version_one(feed: PostgresUserFeed) -> None:
    assert await feed.members(0) == UserMembers(1, {})
    assert await feed.members(1) is None


async def test_the_first_face_and_the_first_user_change_no_members(
    records: Records, feed: PostgresUserFeed
) -> None:
    async with records.unit() as unit:
        await unit.faces.add([collection_face()], {})
        await unit.users.add("U-1")

    assert await feed.members(1) is None
    assert await feed.members(0) == UserMembers(1, {})


async def test_members_are_told_with_their_faces_in_order(
    records: Records, pool: ConnectionPool, feed: PostgresUserFeed
) -> None:
    first, second, third = (collection_face() for _ in range(3))

    await with_user(records, "U-1", first, second)
    await with_user(records, "U-2", third)

    members = await latest(feed, 1)
    assert members.face_ids == {
        "U-1": sorted([first.face_id, second.face_id]),
        "U-2": [third.face_id],
    }
    assert await feed.members(members.version) is None
    assert await PostgresUserFeed(pool, "other").members(0) == UserMembers(1, {})


@pytest.mark.parametrize("how", ["disassociate", "remove face", "remove user", "replace photo"])
async def test_a_face_that_is_no_more_a_users_is_a_change(
    records: Records, feed: PostgresUserFeed, how: str
) -> None:
    face = collection_face("A1")
    await with_user(records, "U-1", face)
    before = await latest(feed)

    async with records.unit() as unit:
        if how == "disassociate":
            await unit.users.disassociate([face.face_id])
        elif how == "remove face":
            await unit.faces.remove([face.face_id])
        elif how == "remove user":
            await unit.users.remove("U-1")
        else:
            await unit.photos.put(photo("A1", face_id()), {})

    after = await latest(feed, before.version)
    assert after.face_ids == {}
    assert after.version > before.version


async def test_what_changes_nobodys_faces_is_no_change(
    records: Records, feed: PostgresUserFeed
) -> None:
    mine, nobodys = collection_face(), collection_face()
    await with_user(records, "U-1", mine)
    before = await latest(feed)

    async with records.unit() as unit:
        await unit.faces.add([mine, nobodys], {})
        await unit.users.associate("U-1", [mine.face_id])
        await unit.faces.remove([nobodys.face_id])
        await unit.users.disassociate([nobodys.face_id])
        await unit.users.remove("U-2")

    assert await feed.members(before.version) is None


async def test_versions_never_repeat_when_a_collection_is_made_again(
    records: Records, feed: PostgresUserFeed
) -> None:
    new = collection_face()
    await with_user(records, "U-1", collection_face())
    before = await latest(feed)

    async with records.unit() as unit:
        await unit.collections.remove()
    emptied = await latest(feed, before.version)
    await with_user(records, "U-1", new)
    after = await latest(feed, emptied.version)

    assert emptied.face_ids == {}
    assert after.face_ids == {"U-1": [new.face_id]}
    assert before.version < emptied.version < after.version


async def change_at_random(records: Records, faces: list[CollectionFace], writer: int) -> None:
    for turn in range(10):
        face = faces[(writer + turn) % len(faces)]
        async with records.unit() as unit:
            if turn % 3 == 2:
                await unit.faces.remove([face.face_id])
                await unit.faces.count()
                await unit.faces.add([face], {})
            else:
                await unit.users.disassociate([face.face_id])
                await unit.users.associate(f"U-{(writer + turn) % 2}", [face.face_id])


async def test_a_version_has_one_set_of_members_while_many_change_at_once(
    records: Records, feed: PostgresUserFeed
) -> None:
    faces, seen, done = [collection_face() for _ in range(6)], dict[int, object](), anyio.Event()
    await with_user(records, "U-0", *faces)
    await with_user(records, "U-1")

    async def watch(known: int = 0) -> None:
        while not done.is_set():
            if members := await feed.members(known):
                assert members.version > known
                assert seen.setdefault(members.version, members.face_ids) == members.face_ids
                known = members.version

    async with anyio.create_task_group() as watching:
        watching.start_soon(watch)
        watching.start_soon(watch)
        async with anyio.create_task_group() as writing:
            for number in range(4):
                writing.start_soon(change_at_random, records, faces, number)
        done.set()

    async with records.view() as view:
        users = {user.user_id: user.faces for user in await view.users.page(None, 5) if user.faces}
    assert {user: len(ids) for user, ids in (await latest(feed)).face_ids.items()} == users

"""A change of the model on record: next faces beside those that are served, and one switch."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace

import anyio
import psycopg
import pytest

from adapters.records.postgres import ConnectionPool, PostgresGalleryFeed, PostgresUserFeed
from app.domain.collection import CollectionFace
from app.domain.errors import ModelSwitchedError
from app.domain.model_change import ModelStanding
from app.domain.record import FaceRecord, IndexStatus, PhotoRecord
from app.ports.gallery_feed import UserMembers
from app.ports.records import Records
from tests.databases import COLLECTION, DATA_KEYS
from tests.records.samples import (
    FACE,
    MODEL,
    collection,
    collection_face,
    face_id,
    photo,
    tombstone,
)

NEXT = "model-2"


@pytest.fixture
async def changing(records: Records) -> Records:
    """Give a collection that changes to another model, nobody indexed yet."""
    async with records.unit() as unit:
        await unit.collections.add(collection(COLLECTION))
        await unit.models.begin(NEXT)
    return records


async def put(records: Records, external_image_id: str, model: str = MODEL) -> str:
    face = face_id()
    async with records.unit() as unit:
        record = replace(photo(external_image_id, face), model=model)
        await unit.photos.put(record, {face: b"1111"})
    return face


async def put_beside(records: Records, external_image_id: str, model: str = NEXT) -> str:
    face = face_id()
    async with records.unit() as unit:
        record = photo(external_image_id)
        beside = (FaceRecord(face, FACE),)
        assert await unit.photos.put_beside(record, model, beside, {face: b"2222"})
    return face


async def switch(records: Records) -> None:
    async with records.unit() as unit:
        await unit.models.switch()


async def forget(records: Records, limit: int = 2) -> None:
    models, after = (await standing(records)).forgetting, ""
    while True:
        async with records.unit() as unit:
            following = await unit.models.forget(models, after, limit)
        if following is None:
            break
        after = following.next
    async with records.unit() as unit:
        await unit.models.forgotten(models)


async def standing(records: Records) -> ModelStanding:
    async with records.view() as view:
        found = await view.models.standing()
    assert found is not None
    return found


async def record(records: Records, external_image_id: str) -> PhotoRecord:
    async with records.view() as view:
        found = await view.photos.get(external_image_id)
    assert found is not None
    return found


async def counted(records: Records) -> set[str]:
    async with records.view() as view:
        faces = {face.face_id for face in await view.faces.page(None, 1000)}
        assert await view.faces.count() == len(faces)
        assert set(await view.faces.current(list(faces))) == faces
    return faces


async def templates(pool: ConnectionPool, model: str) -> bytes:
    return (
        await PostgresGalleryFeed(pool, DATA_KEYS, COLLECTION).changes(model, 0, 1000)
    ).templates


def really_current(database: str) -> Mapping[str, int]:
    with psycopg.connect(database) as connection:
        counts = "SELECT model, count(*) FROM faces WHERE is_current GROUP BY model"
        return dict(connection.execute(counts).fetchall())


async def test_next_faces_stand_beside_and_do_not_count(
    changing: Records, pool: ConnectionPool
) -> None:
    served = await put(changing, "A1")
    beside = await put_beside(changing, "A1")

    assert await counted(changing) == {served}
    assert await standing(changing) == ModelStanding(MODEL, NEXT, 1, 1, ())
    found = await record(changing, "A1")
    assert (found.model, [face.face_id for face in found.faces]) == (MODEL, [served])
    assert found.next_model == NEXT
    assert await templates(pool, MODEL) == b"1111"
    assert await templates(pool, NEXT) == b"2222"
    async with changing.view() as view:
        assert await view.faces.of([beside]) == {}
        assert [face.face_id for face in await view.faces.of_photos(["A1"])] == [served]


async def test_the_switch_lets_the_next_faces_count_and_no_others(
    changing: Records, pool: ConnectionPool
) -> None:
    await put(changing, "A1")
    beside = await put_beside(changing, "A1")
    feed = PostgresGalleryFeed(pool, DATA_KEYS, COLLECTION)
    before = (await feed.changes(NEXT, 0, 1000)).serving

    await switch(changing)

    assert (before, (await feed.changes(NEXT, 0, 1000)).serving) == (MODEL, NEXT)
    assert await counted(changing) == {beside}
    assert await standing(changing) == ModelStanding(NEXT, None, 1, 0, (MODEL,))
    found = await record(changing, "A1")
    assert (found.status, found.model, found.next_model) == (IndexStatus.INDEXED, NEXT, None)
    assert [face.face_id for face in found.faces] == [beside]


async def test_a_photo_without_a_next_face_is_stored_and_not_searchable_after_the_switch(
    changing: Records,
) -> None:
    await put(changing, "A1")
    await put(changing, "A2")
    beside = await put_beside(changing, "A1")
    async with changing.view() as view:
        lacking = await view.photos.lacking(None, 10)
    missing = (await standing(changing)).missing

    await switch(changing)

    assert (lacking, missing) == (["A2"], 1)
    found = await record(changing, "A2")
    assert (found.status, found.reason, found.model) == (IndexStatus.SKIPPED, "other_model", MODEL)
    assert found.faces == ()
    assert await counted(changing) == {beside}


@pytest.mark.parametrize("limit", [1, 1000])
async def test_what_is_left_is_forgotten_and_nothing_else(
    changing: Records, pool: ConnectionPool, database: str, limit: int
) -> None:
    for name in ("A1", "A2", "A3"):
        await put(changing, name)
    beside = {await put_beside(changing, name) for name in ("A1", "A3")}
    await switch(changing)
    before = await record(changing, "A1")

    await forget(changing, limit)

    assert await counted(changing) == beside
    assert really_current(database) == {NEXT: 2}
    assert await templates(pool, MODEL) == b""
    assert await standing(changing) == ModelStanding(NEXT, None, 2, 0, ())
    assert await record(changing, "A1") == before
    assert (await record(changing, "A2")).reason == "other_model"


async def test_a_change_that_is_given_up_leaves_what_was_served(
    changing: Records, database: str
) -> None:
    served = await put(changing, "A1")
    await put_beside(changing, "A1")

    async with changing.unit() as unit:
        await unit.models.give_up()
    given_up = await standing(changing)
    await forget(changing)

    assert given_up == ModelStanding(MODEL, None, 1, 0, (NEXT,))
    assert await counted(changing) == {served}
    assert really_current(database) == {MODEL: 1}
    assert (await record(changing, "A1")).next_model is None


async def test_one_may_go_back_while_the_old_faces_are_there(changing: Records) -> None:
    first, second = await put(changing, "A1"), await put(changing, "A2")
    for name in ("A1", "A2"):
        await put_beside(changing, name)
    await switch(changing)
    renewed = await put(changing, "A2", NEXT)

    async with changing.unit() as unit:
        await unit.models.begin(MODEL)
    going_back = await standing(changing)
    await switch(changing)

    assert going_back == ModelStanding(NEXT, MODEL, 2, 1, ())
    assert await counted(changing) == {first}
    assert [face.face_id for face in (await record(changing, "A1")).faces] == [first]
    assert (await record(changing, "A2")).reason == "other_model"
    assert {second, renewed}.isdisjoint(await counted(changing))


async def test_a_change_after_a_change_starts_from_what_is_served(changing: Records) -> None:
    await put(changing, "A1")
    second = await put_beside(changing, "A1")
    await switch(changing)

    async with changing.unit() as unit:
        await unit.models.begin("model-3")
    third = await put_beside(changing, "A1", "model-3")
    served = await counted(changing)
    described = [face.face_id for face in (await record(changing, "A1")).faces]
    await forget(changing)
    await switch(changing)

    assert served == {second}
    assert described == [second]
    assert await counted(changing) == {third}


@pytest.mark.parametrize("how", ["replace", "remove", "delete the face"])
async def test_whoever_goes_takes_the_next_faces_along(
    changing: Records, database: str, how: str
) -> None:
    served = await put(changing, "A1")
    await put_beside(changing, "A1")

    async with changing.unit() as unit:
        if how == "replace":
            await unit.photos.put(photo("A1", face_id()), {})
        elif how == "remove":
            await unit.photos.put(tombstone("A1"), {})
        else:
            await unit.faces.remove([served])

    assert (await standing(changing)).faces_beside == 0
    assert NEXT not in really_current(database)
    await switch(changing)
    assert await counted(changing) == set()


async def test_a_photo_replaced_meanwhile_gets_no_face_of_its_old_bytes(changing: Records) -> None:
    await put(changing, "A1")
    before = replace(photo("A1"), sha256="cd" * 32)

    async with changing.unit() as unit:
        kept = await unit.photos.put_beside(before, NEXT, (FaceRecord(face_id(), FACE),), {})
        removed = await unit.photos.put_beside(photo("A2"), NEXT, (), {})

    assert (kept, removed) == (False, False)
    assert (await standing(changing)).faces_beside == 0


async def test_next_faces_put_again_replace_those_there_were(
    changing: Records, database: str
) -> None:
    await put(changing, "A1")
    await put_beside(changing, "A1")
    second = await put_beside(changing, "A1")

    assert really_current(database) == {MODEL: 1, NEXT: 1}
    await switch(changing)
    assert await counted(changing) == {second}


async def test_a_face_of_the_old_model_that_comes_after_the_switch_is_refused(
    changing: Records,
) -> None:
    await put(changing, "A1")
    await put_beside(changing, "A1")
    await switch(changing)

    with pytest.raises(ModelSwitchedError):
        await put(changing, "A2", MODEL)
    with pytest.raises(ModelSwitchedError):
        await put_beside(changing, "A1", MODEL)
    async with changing.view() as view:
        assert await view.photos.get("A2") is None
    await put(changing, "A2", NEXT)


async def test_a_unit_under_way_at_the_switch_is_refused_whole(changing: Records) -> None:
    began, switched = anyio.Event(), anyio.Event()

    async def index() -> None:
        async with changing.unit() as unit:
            await unit.photos.get_locked("A1")
            began.set()
            await switched.wait()
            await unit.photos.put(photo("A1", face_id()), {})

    async def switch_meanwhile() -> None:
        await began.wait()
        await switch(changing)
        switched.set()

    indexed, _ = await asyncio.gather(index(), switch_meanwhile(), return_exceptions=True)

    assert isinstance(indexed, ModelSwitchedError)
    async with changing.view() as view:
        assert await view.photos.get("A1") is None


async def test_users_keep_their_people_over_the_switch(
    changing: Records, pool: ConnectionPool
) -> None:
    served = await put(changing, "A1")
    alone = collection_face("A1", sha256="cd" * 32)
    async with changing.unit() as unit:
        await unit.faces.add([alone], {alone.face_id: b"3333"})
        await unit.users.add("U-1")
        await unit.users.associate("U-1", [served, alone.face_id])
    beside = await put_beside(changing, "A1")
    feed = PostgresUserFeed(pool, COLLECTION)
    before = await feed.members(0)

    await switch(changing)

    assert before is not None
    assert set(before.face_ids["U-1"]) == {served, alone.face_id}
    after = await feed.members(before.version)
    assert after == UserMembers(before.version + 1, {"U-1": [beside]})
    async with changing.view() as view:
        user = await view.users.get("U-1")
        assert user is not None
        assert user.faces == 1


async def test_the_counts_are_exact_whatever_comes_at_once(
    changing: Records, database: str
) -> None:
    async def change(writer: int) -> None:
        for turn in range(12):
            name = f"A{(writer + turn) % 4}"
            async with changing.unit() as unit:
                known = await unit.photos.get_locked(name)
                face = face_id()
                if (writer + turn) % 5 == 4 and known is not None:
                    await unit.faces.remove([one.face_id for one in known.faces])
                elif turn % 2 and known is not None:
                    beside = (FaceRecord(face, FACE),)
                    await unit.photos.put_beside(known, NEXT, beside, {})
                elif turn % 3:
                    added: CollectionFace = collection_face(name, sha256="cd" * 32)
                    await unit.faces.add([added], {})
                else:
                    await unit.photos.put(photo(name, face), {face: b"1"})

    async with anyio.create_task_group() as tasks:
        for writer in range(5):
            tasks.start_soon(change, writer)

    really = really_current(database)
    found = await standing(changing)
    assert (found.faces, found.faces_beside) == (really.get(MODEL, 0), really.get(NEXT, 0))
    await switch(changing)
    assert len(await counted(changing)) == really.get(NEXT, 0)

"""A gallery follows faces that come, go and move with their collection."""

from uuid import UUID

import anyio
import psycopg
import pytest

from adapters.records.postgres import ConnectionPool, PostgresGalleryFeed
from app.domain.collection import CollectionFace
from app.ports.records import Records
from tests.databases import COLLECTION, DATA_KEYS
from tests.records.follower import Gallery
from tests.records.samples import (
    collection,
    collection_face,
    face_id,
    photo,
)


@pytest.fixture
def feed(pool: ConnectionPool) -> PostgresGalleryFeed:
    return PostgresGalleryFeed(pool, DATA_KEYS, COLLECTION)


async def put(records: Records, external_image_id: str, face: str, template: bytes) -> None:
    async with records.unit() as unit:
        await unit.photos.put(photo(external_image_id, face), {face: template})


async def add(records: Records, face: CollectionFace, template: bytes) -> None:
    async with records.unit() as unit:
        await unit.faces.add([face], {face.face_id: template})


async def remove_collection(records: Records) -> None:
    async with records.unit() as unit:
        await unit.collections.add(collection(COLLECTION))
        assert await unit.collections.remove()


@pytest.mark.parametrize("limit", [1, 2, 1000])
async def test_a_follower_sees_faces_added_beside_others_and_removed_by_id(
    records: Records, feed: PostgresGalleryFeed, limit: int
) -> None:
    kept, gone, again = (collection_face("A1") for _ in range(3))
    gallery, late = Gallery(feed, limit), Gallery(feed, limit)
    for face in (kept, gone, again):
        await add(records, face, b"1111")
    await gallery.follow()
    before = set(gallery.templates)

    async with records.unit() as unit:
        await unit.faces.remove([gone.face_id, again.face_id, face_id()])
        await unit.faces.add([again], {again.face_id: b"2222"})
    await gallery.follow()
    await late.follow()

    assert before == {kept.face_id, gone.face_id, again.face_id}
    assert gallery.templates == {kept.face_id: b"1111", again.face_id: b"2222"}
    assert late.templates == gallery.templates
    assert late.last == gallery.last


async def test_a_follower_sees_added_faces_go_with_their_photo(
    records: Records, feed: PostgresGalleryFeed
) -> None:
    gallery, added, put_there = Gallery(feed), collection_face("A1"), face_id()
    await add(records, added, b"1111")
    await gallery.follow()

    await put(records, "A1", put_there, b"2222")
    await gallery.follow()

    assert gallery.templates == {put_there: b"2222"}


@pytest.mark.parametrize("limit", [2, 1000])
async def test_a_follower_sees_a_collection_go_and_come_again(
    records: Records, feed: PostgresGalleryFeed, limit: int
) -> None:
    gallery, idle = Gallery(feed, limit), Gallery(feed, limit)
    new = collection_face("A1")
    for number in range(5):
        await add(records, collection_face(f"A{number}"), b"1111")
    await gallery.follow()
    await idle.follow()
    last = gallery.last

    await remove_collection(records)
    await gallery.follow()
    emptied = dict(gallery.templates)
    await add(records, new, b"2222")
    await gallery.follow()
    await idle.follow()

    assert emptied == {}
    assert gallery.templates == idle.templates == {new.face_id: b"2222"}
    assert gallery.last == idle.last == last + 6


async def test_a_collection_of_many_faces_is_removed_in_steps(
    records: Records, feed: PostgresGalleryFeed
) -> None:
    faces, gallery = [collection_face() for _ in range(5_200)], Gallery(feed)
    async with records.unit() as unit:
        await unit.faces.add(faces, {face.face_id: b"1111" for face in faces})
    await gallery.follow()
    before = len(gallery.templates)

    await remove_collection(records)
    await gallery.follow()

    assert before == 5_200
    assert gallery.templates == {}
    async with records.view() as view:
        assert await view.faces.count() == 0
        assert await view.faces.page(None, 1) == []


async def test_nothing_of_a_removed_face_is_kept(records: Records, database: str) -> None:
    async with records.unit() as unit:
        face = collection_face("A1")
        await unit.faces.add([face], {face.face_id: b"1111"})
        await unit.users.add("U-1")
        await unit.users.associate("U-1", [face.face_id])

    async with records.unit() as unit:
        await unit.faces.remove([face.face_id])

    with psycopg.connect(database) as connection:
        rows = connection.execute(
            "SELECT face_id, external_image_id, image_id, face, template, user_id FROM faces"
        ).fetchall()
    assert rows == [(UUID(face.face_id), "", None, None, None, None)]


async def change_at_random(records: Records, faces: list[CollectionFace], writer: int) -> None:
    for turn in range(12):
        face, template = faces[(writer + turn) % len(faces)], bytes([writer, turn] * 2)
        async with records.unit() as unit:
            if turn % 4 == 3:
                await unit.faces.remove([face.face_id])
            elif (writer + turn) % 5 == 4:
                put_there = face_id()
                await unit.photos.put(photo(f"A{turn % 2}", put_there), {put_there: template})
            else:
                await unit.faces.add([face], {face.face_id: template})


async def test_a_follower_misses_nothing_while_faces_come_go_and_are_replaced_at_once(
    records: Records, feed: PostgresGalleryFeed
) -> None:
    gallery, fresh, done = Gallery(feed, limit=3), Gallery(feed), anyio.Event()
    faces = [collection_face(f"A{number % 2}") for number in range(4)]

    async def follow() -> None:
        while not done.is_set():
            await gallery.follow()
            await anyio.sleep(0.001)

    async with anyio.create_task_group() as following:
        following.start_soon(follow)
        async with anyio.create_task_group() as writing:
            for writer in range(5):
                writing.start_soon(change_at_random, records, faces, writer)
        done.set()
    await gallery.follow()
    await fresh.follow()

    async with records.view() as view:
        current = {face.face_id for face in await view.faces.page(None, 100)}
        assert await view.faces.count() == len(current)
    assert gallery.templates == fresh.templates
    assert set(gallery.templates) == current

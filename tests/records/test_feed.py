"""A gallery that follows the change numbers ends with exactly the faces that count."""

from uuid import UUID

import anyio
import psycopg
import pytest

from adapters.records.postgres import ConnectionPool, PostgresGalleryFeed
from app.domain.collection import CollectionFace
from app.ports.records import Records
from tests.databases import COLLECTION
from tests.records.samples import (
    MODEL,
    collection,
    collection_face,
    face_id,
    photo,
    tombstone,
)


@pytest.fixture
def feed(pool: ConnectionPool) -> PostgresGalleryFeed:
    return PostgresGalleryFeed(pool, COLLECTION)


class Gallery:
    """Follows a feed as the engine's gallery does."""

    def __init__(self, feed: PostgresGalleryFeed, limit: int = 1000) -> None:
        self._feed = feed
        self._limit = limit
        self.last = 0
        self.templates: dict[str, bytes] = {}

    async def follow(self) -> None:
        more = True
        while more:
            page = await self._feed.changes(MODEL, self.last, self._limit)
            names = _names(page.face_ids)
            size = len(page.templates) // (len(names) or 1)
            for place, name in enumerate(names):
                self.templates[name] = page.templates[place * size : (place + 1) * size]
            for name in _names(page.removed):
                self.templates.pop(name, None)
            self.last, more = page.last, page.more


def _names(packed: bytes) -> list[str]:
    return [str(UUID(bytes=packed[at : at + 16])) for at in range(0, len(packed), 16)]


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


async def test_an_empty_collection_has_no_changes(feed: PostgresGalleryFeed) -> None:
    page = await feed.changes(MODEL, 0, 10)

    assert (page.last, page.face_ids, page.templates, page.removed, page.more) == (
        0,
        b"",
        b"",
        b"",
        False,
    )


async def test_a_follower_sees_additions_replacements_and_removals(
    records: Records, feed: PostgresGalleryFeed
) -> None:
    first, second, third = face_id(), face_id(), face_id()
    gallery = Gallery(feed)
    await put(records, "A1", first, b"1111")
    await put(records, "A2", second, b"2222")
    await gallery.follow()
    before = dict(gallery.templates)

    await put(records, "A1", third, b"3333")
    async with records.unit() as unit:
        await unit.photos.put(tombstone("A2"), {})
    await gallery.follow()

    assert before == {first: b"1111", second: b"2222"}
    assert gallery.templates == {third: b"3333"}


async def test_pages_of_any_size_give_the_same_gallery(
    records: Records, feed: PostgresGalleryFeed
) -> None:
    small, large = Gallery(feed, limit=2), Gallery(feed)
    for number in range(7):
        await put(records, f"A{number % 5}", face_id(), bytes([number] * 4))

    await small.follow()
    await large.follow()

    assert small.templates == large.templates
    assert len(large.templates) == 5
    assert small.last == large.last


async def test_a_face_of_another_model_never_enters(
    records: Records, pool: ConnectionPool, feed: PostgresGalleryFeed
) -> None:
    await put(records, "A1", face_id(), b"1111")

    page = await feed.changes("another", 0, 10)
    elsewhere = await PostgresGalleryFeed(pool, "another").changes(MODEL, 0, 10)

    assert page.face_ids == b""
    assert elsewhere.face_ids == b""


async def test_a_follower_misses_nothing_while_many_commit_at_once(
    records: Records, feed: PostgresGalleryFeed
) -> None:
    gallery, written = Gallery(feed, limit=3), dict[str, bytes]()

    async def index(writer: int) -> None:
        for number in range(10):
            face, template = face_id(), bytes([writer, number] * 2)
            async with records.unit() as unit:
                await unit.photos.put(photo(f"A{writer}-{number}", face), {face: template})
                await anyio.sleep(0.001 * ((writer * number) % 4))
            written[face] = template

    async with anyio.create_task_group() as tasks:
        for writer in range(6):
            tasks.start_soon(index, writer)
        while len(written) < 60:
            await gallery.follow()
            await anyio.sleep(0.001)
    await gallery.follow()

    assert gallery.templates == written


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

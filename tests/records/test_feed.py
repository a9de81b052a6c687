"""A gallery that follows the change numbers ends with exactly the faces that count."""

import anyio
import pytest

from adapters.records.postgres import ConnectionPool, PostgresGalleryFeed
from app.ports.records import Records
from tests.databases import COLLECTION, DATA_KEYS
from tests.records.follower import Gallery
from tests.records.samples import (
    MODEL,
    face_id,
    photo,
    tombstone,
)


@pytest.fixture
def feed(pool: ConnectionPool) -> PostgresGalleryFeed:
    return PostgresGalleryFeed(pool, DATA_KEYS, COLLECTION)


async def put(records: Records, external_image_id: str, face: str, template: bytes) -> None:
    async with records.unit() as unit:
        await unit.photos.put(photo(external_image_id, face), {face: template})


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
    elsewhere = await PostgresGalleryFeed(pool, DATA_KEYS, "another").changes(MODEL, 0, 10)

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

"""Templates enter the database sealed, and leave it opened for as long as their keys exist."""

from uuid import UUID

import anyio
import pytest
from structlog.testing import capture_logs

from adapters.records.postgres import (
    ConnectionPool,
    PostgresGalleryFeed,
    adopt_keys,
    check_keys,
)
from app.domain.errors import DataKeysMisconfiguredError, DataKeysUnavailableError
from app.ports.data_keys import face_key_name
from app.ports.records import Records
from tests.databases import COLLECTION, DATA_KEYS
from tests.fakes_data_keys import FakeDataKeys
from tests.records.follower import Gallery
from tests.records.samples import MODEL, face_id, photo

TEMPLATE = b"a template"


async def put(records: Records, name: str, template: bytes = TEMPLATE) -> str:
    face = face_id()
    async with records.unit() as unit:
        await unit.photos.put(photo(name, face), {face: template})
    return face


@pytest.fixture
def feed(pool: ConnectionPool) -> PostgresGalleryFeed:
    return PostgresGalleryFeed(pool, DATA_KEYS, COLLECTION)


async def test_the_database_gets_no_template_in_the_clear(
    records: Records, pool: ConnectionPool, feed: PostgresGalleryFeed
) -> None:
    face = await put(records, "A1")

    async with pool.connection() as connection:
        cursor = await connection.execute("SELECT template, is_sealed FROM faces")
        ((kept, is_sealed),) = await cursor.fetchall()

    assert is_sealed
    assert TEMPLATE not in bytes(kept)
    assert DATA_KEYS.keys[face_key_name(COLLECTION, face)] not in bytes(kept)
    assert (await feed.changes(MODEL, 0, 10)).templates == TEMPLATE


async def test_the_same_photo_again_keeps_its_key(records: Records) -> None:
    face = face_id()
    for _ in range(2):
        async with records.unit() as unit:
            await unit.photos.put(photo("A1", face), {face: TEMPLATE})

    assert list(DATA_KEYS.keys) == [face_key_name(COLLECTION, face)]


async def test_a_face_whose_key_is_gone_counts_as_removed(
    records: Records, feed: PostgresGalleryFeed
) -> None:
    gone, stays = await put(records, "A1"), await put(records, "A2")
    await DATA_KEYS.destroy([face_key_name(COLLECTION, gone)])
    gallery = Gallery(feed)

    with capture_logs() as logs:
        await gallery.follow()

    assert list(gallery.templates) == [stays]
    assert [(log["event"], log["count"]) for log in logs] == [("faces_without_key", 1)]


async def test_a_template_under_another_face_is_nobodys(
    records: Records, pool: ConnectionPool, feed: PostgresGalleryFeed
) -> None:
    one, other = await put(records, "A1", b"of the one"), await put(records, "A2", b"the other.")
    async with pool.connection() as connection:
        await connection.execute(
            "UPDATE faces SET template = (SELECT template FROM faces WHERE face_id = %s) "
            "WHERE face_id = %s",
            (one, other),
        )
    gallery = Gallery(feed)

    await gallery.follow()

    assert gallery.templates == {one: b"of the one"}


@pytest.mark.parametrize("limit", [1, 2, 100])
async def test_pages_of_any_size_are_opened_with_keys_made_meanwhile(
    records: Records, feed: PostgresGalleryFeed, limit: int
) -> None:
    templates = {}
    for number in range(5):
        template = bytes([number]) * 4
        templates[await put(records, f"A{number}", template)] = template
    first = await feed.changes(MODEL, 0, limit)
    late = await put(records, "late", b"late")
    gallery = Gallery(feed, limit=limit)

    await gallery.follow()

    assert first.templates
    assert gallery.templates == {**templates, late: b"late"}


async def test_a_face_indexed_again_while_a_gallery_loads_is_found(
    records: Records, feed: PostgresGalleryFeed
) -> None:
    await put(records, "A1")
    face = await put(records, "A2")
    first = await feed.changes(MODEL, 0, 1)  # keeps the keys of all
    await DATA_KEYS.destroy([face_key_name(COLLECTION, face)])
    async with records.unit() as unit:
        await unit.photos.put(photo("A2", face), {face: TEMPLATE})

    rest = await feed.changes(MODEL, first.last, 5)

    assert UUID(bytes=rest.face_ids) == UUID(face)
    assert rest.templates == TEMPLATE


async def test_a_load_that_failed_keeps_no_keys(
    records: Records, feed: PostgresGalleryFeed
) -> None:
    for name in ("A1", "A2"):
        await put(records, name)
    first = await feed.changes(MODEL, 0, 1)
    await put(records, "A3")
    DATA_KEYS.down = True
    try:
        with pytest.raises(DataKeysUnavailableError):
            await feed.changes(MODEL, first.last, 5)
        with pytest.raises(DataKeysUnavailableError):  # which kept keys would have opened
            await feed.changes(MODEL, first.last, 1)
    finally:
        DATA_KEYS.down = False


async def test_without_the_key_store_nothing_is_put_and_nothing_told(
    records: Records, feed: PostgresGalleryFeed
) -> None:
    await put(records, "A1")
    DATA_KEYS.down = True
    try:
        with pytest.raises(DataKeysUnavailableError):
            await put(records, "A2")
        with pytest.raises(DataKeysUnavailableError):
            await feed.changes(MODEL, 0, 10)
    finally:
        DATA_KEYS.down = False

    async with records.view() as view:
        assert await view.photos.get("A2") is None
    assert (await feed.changes(MODEL, 0, 10)).templates == TEMPLATE


async def test_who_has_no_keys_puts_no_template(pool: ConnectionPool, records: Records) -> None:
    await put(records, "A1")

    with pytest.raises(RuntimeError, match="no data keys"):
        await PostgresGalleryFeed(pool, None, COLLECTION).changes(MODEL, 0, 10)
    only_served = await PostgresGalleryFeed(pool, None, COLLECTION).changes(MODEL, 0, 0)
    assert only_served.face_ids == b""


async def test_other_keys_than_the_databases_are_refused(pool: ConnectionPool) -> None:
    mine, others = FakeDataKeys(), FakeDataKeys()
    for _ in range(2):
        await check_keys(pool, mine)

    with pytest.raises(DataKeysMisconfiguredError, match="the same key store"):
        await check_keys(pool, others)
    await check_keys(pool, mine)


@pytest.mark.parametrize("name", ["photo/A1/00ff", "face/jail/f-1", "probe/S-1/00ff"])
async def test_a_database_that_never_used_keys_takes_no_store_that_holds_some(
    pool: ConnectionPool, name: str
) -> None:
    keys = FakeDataKeys()
    await keys.made([name])
    before = dict(keys.keys)

    for _ in range(2):
        with pytest.raises(DataKeysMisconfiguredError, match="candid encryption adopt"):
            await check_keys(pool, keys)
    assert keys.keys == before

    await adopt_keys(pool, keys)
    await check_keys(pool, keys)


async def test_a_key_store_begun_anew_is_taken_by_word_only(pool: ConnectionPool) -> None:
    lost, new = FakeDataKeys(), FakeDataKeys()
    await check_keys(pool, lost)

    with pytest.raises(DataKeysMisconfiguredError, match="the same key store"):
        await check_keys(pool, new)
    assert new.keys == {}

    await adopt_keys(pool, new)
    await check_keys(pool, new)
    with pytest.raises(DataKeysMisconfiguredError, match="the same key store"):
        await check_keys(pool, lost)


async def test_who_looks_for_keys_alone_waits_for_those_who_put_templates(
    records: Records,
) -> None:
    face = face_id()
    async with records.unit() as putting:
        await putting.photos.put(photo("A1", face), {face: TEMPLATE})
        assert await putting.faces.kept([face]) == {face}

        with anyio.move_on_after(0.3) as waiting:
            async with records.unit() as looking:
                await looking.faces.keep_out()

    assert waiting.cancelled_caught
    async with records.unit() as looking:
        await looking.faces.keep_out()
        assert await looking.faces.kept([face, face_id()]) == {face}

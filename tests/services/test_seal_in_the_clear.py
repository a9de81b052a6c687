"""What an earlier program left in the clear is sealed, whoever stops it and whatever goes on."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest
from typing_extensions import override

from adapters.photo_store.encrypted import EncryptedPhotoStore
from adapters.photo_store.encrypted.sealed_photo import is_sealed
from adapters.records.postgres import ConnectionPool, PostgresClearRecords, PostgresGalleryFeed
from app.domain.errors import DataKeysUnavailableError, PhotoStoreUnavailableError
from app.domain.photo import photo_key, sha256_of
from app.ports.clear_records import InTheClear
from app.ports.data_keys import face_key_name, photo_key_name
from app.ports.photo_store import StoredKeys
from app.ports.records import Records, RecordsOfCollections
from app.services.seal_in_the_clear import Sealed, SealInTheClear
from tests.databases import COLLECTION, DATA_KEYS
from tests.fakes import FakePhotoStore
from tests.jails import ACTOR
from tests.records.samples import MODEL, face_id, photo

PHOTOS = {photo_key(name, sha256_of(name.encode())): name.encode() for name in ("A", "A-1", "B")}
_UNSEAL = """
UPDATE faces SET template = %s, is_sealed = false
WHERE collection = %s AND face_id = %s::uuid
"""


@dataclass
class Earlier:
    """A database and a photo store as an earlier program left them."""

    pool: ConnectionPool
    records: Records
    kept: FakePhotoStore = field(default_factory=lambda: FakePhotoStore(dict(PHOTOS)))

    @property
    def clear(self) -> PostgresClearRecords:
        return PostgresClearRecords(self.pool, DATA_KEYS)

    @property
    def seal(self) -> SealInTheClear:
        store = EncryptedPhotoStore(self.kept, DATA_KEYS, photo_key_name)
        return SealInTheClear(self.clear, self.records, store)

    async def put(self, records: Records, collection: str, templates: Mapping[str, bytes]) -> None:
        """Put faces on record, and their templates in the clear."""
        for number, (face, template) in enumerate(templates.items()):
            async with records.unit() as unit:
                await unit.photos.put(photo(f"A{number}", face), {face: template})
            async with self.pool.connection() as connection:
                await connection.execute(_UNSEAL, (template, collection, face))
        DATA_KEYS.keys.clear()

    async def templates(self, collection: str = COLLECTION) -> bytes:
        changes = await PostgresGalleryFeed(self.pool, DATA_KEYS, collection).changes(MODEL, 0, 100)
        return changes.templates


@pytest.fixture
async def earlier(pool: ConnectionPool, records: Records) -> Earlier:
    async with pool.connection() as connection:
        await connection.execute("INSERT INTO in_the_clear VALUES ('photos'), ('templates')")
    return Earlier(pool, records)


async def test_everything_is_sealed_and_reads_as_before(
    earlier: Earlier, of_collections: RecordsOfCollections
) -> None:
    mine = {face_id(): bytes([number]) * 8 for number in range(3)}
    others = {face_id(): b"elsewhere"}
    await earlier.put(earlier.records, COLLECTION, mine)
    await earlier.put(of_collections.of("annex"), "annex", others)
    heard, before = list[Sealed](), await earlier.templates()

    sealed = await earlier.seal(ACTOR, heard.append)

    assert (sealed.templates, sealed.photos, sealed.looked_at, sealed.refused) == (4, 3, 3, [])
    assert heard
    assert await earlier.templates() == before == b"".join(mine.values())
    assert await earlier.templates("annex") == b"elsewhere"
    assert await earlier.clear.left() == frozenset()
    assert all(map(is_sealed, earlier.kept.photos.values()))
    faces = {face_key_name(COLLECTION, one) for one in mine}
    faces |= {face_key_name("annex", one) for one in others}
    assert DATA_KEYS.keys.keys() == faces | set(map(photo_key_name, PHOTOS))
    async with earlier.records.view() as view:
        steps = [record.entry().details for record in await view.audit.page(0, 10)]
    assert [step["step"] for step in steps] == ["begun", "ended"]
    async with earlier.pool.connection() as connection:
        cursor = await connection.execute("SELECT template FROM faces")
        kept = [bytes(row[0]) for row in await cursor.fetchall()]
    assert not any(template in one for template in (*mine.values(), b"elsewhere") for one in kept)


async def test_a_second_pass_finds_nothing_to_do(earlier: Earlier) -> None:
    await earlier.put(earlier.records, COLLECTION, {face_id(): b"12345678"})
    await earlier.seal(ACTOR, lambda _: None)
    kept, keys = dict(earlier.kept.photos), dict(DATA_KEYS.keys)

    again = await earlier.seal(ACTOR, lambda _: None)

    assert (again.templates, again.photos, again.looked_at) == (0, 0, 3)
    assert (earlier.kept.photos, DATA_KEYS.keys) == (kept, keys)


async def test_who_is_stopped_goes_on_where_it_was(earlier: Earlier) -> None:
    await earlier.put(earlier.records, COLLECTION, {face_id(): b"12345678"})

    class Full(FakePhotoStore):
        @override
        async def put(self, key: str, photo: bytes) -> None:
            if key.startswith("B"):
                raise PhotoStoreUnavailableError
            await super().put(key, photo)

        @override
        async def list(self, after: str | None) -> StoredKeys:
            if any(map(is_sealed, self.photos.values())):
                raise PhotoStoreUnavailableError
            return await super().list(after)

    earlier.kept = Full(earlier.kept.photos, page=100)
    with pytest.raises(PhotoStoreUnavailableError):
        await earlier.seal(ACTOR, lambda _: None)
    assert await earlier.clear.left() == {InTheClear.PHOTOS}
    earlier.kept = FakePhotoStore(earlier.kept.photos)

    sealed = await earlier.seal(ACTOR, lambda _: None)

    assert (sealed.templates, sealed.photos) == (0, 1)
    assert all(map(is_sealed, earlier.kept.photos.values()))
    assert await earlier.clear.left() == frozenset()


async def test_what_is_not_the_photo_its_name_says_is_told_and_stays(earlier: Earlier) -> None:
    forged = next(iter(PHOTOS))
    earlier.kept.photos[forged] = b"forged"

    sealed = await earlier.seal(ACTOR, lambda _: None)

    assert (sealed.photos, sealed.refused) == (2, [forged])
    assert await earlier.clear.left() == {InTheClear.PHOTOS}
    assert earlier.kept.photos[forged] == b"forged"


async def test_without_the_keys_nothing_changes(earlier: Earlier) -> None:
    await earlier.put(earlier.records, COLLECTION, {face_id(): b"12345678"})
    DATA_KEYS.down = True
    try:
        with pytest.raises(DataKeysUnavailableError):
            await earlier.seal(ACTOR, lambda _: None)
    finally:
        DATA_KEYS.down = False

    assert await earlier.templates() == b"12345678"
    assert await earlier.clear.templates() == 1
    assert earlier.kept.photos == PHOTOS


async def test_a_face_that_is_being_removed_is_waited_for_and_leaves_no_key(
    earlier: Earlier,
) -> None:
    face = face_id()
    await earlier.put(earlier.records, COLLECTION, {face: b"12345678"})

    async with earlier.pool.connection() as connection, connection.transaction():
        await connection.execute(
            "UPDATE faces SET template = NULL, is_current = false WHERE face_id = %s", (face,)
        )
        assert await earlier.clear.seal_templates(10) == 0

    sealed = await earlier.seal(ACTOR, lambda _: None)
    assert sealed.templates == 0
    assert not any(name.startswith("face/") for name in DATA_KEYS.keys)

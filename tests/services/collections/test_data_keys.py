"""Faces and collections that clients of Rekognition delete leave no data key."""

from dataclasses import dataclass

import pytest
from typing_extensions import override

from adapters.face_engine.keyed import KeyedFaceCollections
from adapters.records.postgres import ConnectionPool, PostgresRecordsOfCollections
from app.ports.data_keys import face_key_name
from app.services.collections.galleries import Galleries
from tests.databases import COLLECTION, DATA_KEYS, DEPLOYMENT
from tests.services.collections.conftest import CALL, Faces


@dataclass
class KeyedFaces(Faces):
    """Use cases on an engine whose faces have keys."""

    @property
    @override
    def galleries(self) -> Galleries:
        keyed = KeyedFaceCollections(self.collections, DATA_KEYS)
        return Galleries(keyed, self.records, self.objects, COLLECTION)

    async def book_sealed(self, *people: str, collection_id: str) -> list[str]:
        """Index photos, and make the keys that sealing their templates would have made."""
        ids = (await self.book(*people, collection_id=collection_id)).values()
        names = [face_key_name(collection_id, face_id) for face_id in ids]
        await DATA_KEYS.made(names)
        return names


@pytest.fixture
async def keyed(pool: ConnectionPool) -> KeyedFaces:
    made = KeyedFaces(PostgresRecordsOfCollections(pool, DEPLOYMENT))
    for name in ("mugshots", "scars"):
        await made.manage.create(name, {}, CALL)
    return made


async def test_a_deleted_face_leaves_no_key(keyed: KeyedFaces) -> None:
    gone, stays = await keyed.book_sealed("Ann", "Bob", collection_id="mugshots")

    await keyed.delete("mugshots", [gone.rpartition("/")[2]], CALL)

    assert list(DATA_KEYS.keys) == [stays]


async def test_a_deleted_collection_leaves_no_key_and_may_be_made_again(keyed: KeyedFaces) -> None:
    await keyed.book_sealed("Ann", "Bob", collection_id="mugshots")
    (other,) = await keyed.book_sealed("Cyn", collection_id="scars")

    await keyed.manage.delete("mugshots", CALL)
    await keyed.manage.create("mugshots", {}, CALL)
    (again,) = await keyed.book_sealed("Ann", collection_id="mugshots")
    await keyed.sweep()

    assert DATA_KEYS.keys.keys() == {other, again}


async def test_a_deletion_that_the_key_store_delays_is_finished_later(keyed: KeyedFaces) -> None:
    await keyed.book_sealed("Ann", collection_id="mugshots")
    DATA_KEYS.down = True
    try:
        await keyed.manage.delete("mugshots", CALL)
    finally:
        DATA_KEYS.down = False
    assert DATA_KEYS.keys

    await keyed.sweep()

    assert not DATA_KEYS.keys

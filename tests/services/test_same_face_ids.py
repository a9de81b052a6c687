"""An engine that knows the same photo under the same id by the same face, as the local one does."""

from collections.abc import AsyncIterator

import pytest

from adapters.face_engine.local.gallery import Gallery
from adapters.records.postgres import ConnectionPool, PostgresGalleryFeed
from app.domain.record import IndexOutcome
from app.services.index_call import IndexRequest
from tests.databases import COLLECTION, DATA_KEYS
from tests.fakes import FakeFaceEngine, drawn_photo, template_of
from tests.jails import ACTOR, Jail

ANN = drawn_photo("Ann")
OTHER_ANN = drawn_photo("Ann", note="a newer picture")


@pytest.fixture
def jail(jail: Jail) -> Jail:
    jail.engine = FakeFaceEngine(holds_faces=False)
    return jail


@pytest.fixture
async def gallery(pool: ConnectionPool) -> AsyncIterator[Gallery]:
    async with Gallery(PostgresGalleryFeed(pool, DATA_KEYS, COLLECTION), "fake/1", 16) as gallery:
        yield gallery


async def found(gallery: Gallery) -> set[str]:
    """Return all faces that can be found once the gallery has caught up."""
    await gallery.catch_up()
    ranked = gallery.rank(template_of("Ann"), 5, -1.0)
    return {face_id async for batch in ranked for face_id, _ in batch}


async def counted(jail: Jail, external_image_id: str) -> set[str]:
    """Return the face ids that the records count, as they say it in both places."""
    async with jail.records.unit() as unit:
        record = await unit.photos.get(external_image_id)
        face_ids = [face.face_id for face in record.faces] if record else []
        assert set(await unit.faces.current(face_ids)) == set(face_ids)
        assert await unit.faces.count() == len(face_ids)
    return set(face_ids)


async def test_a_photo_that_comes_back_after_another_is_found_by_its_first_face(
    jail: Jail, gallery: Gallery
) -> None:
    first = await jail.index("A1", ANN)
    await gallery.catch_up()
    await jail.index("A1", OTHER_ANN)
    await gallery.catch_up()

    back = await jail.index("A1", ANN)
    await jail.sweep()

    assert back.outcome is IndexOutcome.REPLACED
    assert back.record.faces == first.record.faces
    assert await found(gallery) == await counted(jail, "A1")
    assert list(jail.engine.held) == [face.face_id for face in first.record.faces]
    assert list(jail.store.photos) == [first.record.photo_key]


async def test_the_sweeper_that_comes_late_spares_a_face_that_came_back(jail: Jail) -> None:
    first = await jail.index("A1", ANN)
    await jail.index("A1", OTHER_ANN)
    await jail.index("A1", ANN)

    assert await jail.sweep() == 2

    assert await counted(jail, "A1") == set(jail.engine.held)
    answer = await jail.search("Ann")
    assert [one.external_image_id for one in answer.candidates] == ["A1"]
    assert list(jail.store.photos) == [first.record.photo_key]


@pytest.mark.parametrize("swept", [True, False])
async def test_a_removed_photo_that_is_restored_is_found_by_its_first_face(
    jail: Jail, gallery: Gallery, *, swept: bool
) -> None:
    first = await jail.index("A1", ANN)
    jail.engine.down = not swept
    await jail.services().remove_photo("A1", ACTOR)
    jail.engine.down = False
    assert await found(gallery) == set()

    restored = await jail.services().index_photo(IndexRequest(ANN, "A1", restore=True), ACTOR)
    await jail.sweep()

    assert restored.outcome is IndexOutcome.CREATED
    assert restored.record.faces == first.record.faces
    assert await found(gallery) == await counted(jail, "A1") == set(jail.engine.held)
    assert list(jail.store.photos) == [first.record.photo_key]


async def test_the_same_photo_under_two_ids_is_two_faces(jail: Jail, gallery: Gallery) -> None:
    one, other = await jail.index("A1", ANN), await jail.index("A2", ANN)

    await jail.services().remove_photo("A1", ACTOR)

    assert one.record.faces[0].face_id != other.record.faces[0].face_id
    assert await found(gallery) == {other.record.faces[0].face_id}

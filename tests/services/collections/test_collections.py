"""Collections: made, described, listed, deleted."""

import pytest

from app.domain.collection import Collection
from app.domain.errors import (
    CollectionExistsError,
    CollectionInUseError,
    CollectionModelError,
    CollectionNotFoundError,
    EngineUnavailableError,
)
from app.services.recorded import utc_now
from tests.databases import COLLECTION
from tests.fakes import drawn_photo
from tests.services.collections.conftest import ALL, CALL, Faces


async def test_a_new_collection_is_empty_and_of_the_engines_model(faces: Faces) -> None:
    facts = await faces.manage.describe("mugshots", CALL)

    assert (facts.faces, facts.users, facts.collection.model) == (0, 0, "fake/1")


async def test_an_id_is_taken_once(faces: Faces) -> None:
    with pytest.raises(CollectionExistsError):
        await faces.manage.create("mugshots", {}, CALL)


async def test_collections_are_listed_in_the_order_of_their_ids(faces: Faces) -> None:
    await faces.manage.create("Zebra", {}, CALL)
    await faces.manage.create("apes", {}, CALL)

    first = await faces.manage.page(None, 2, CALL)
    rest = await faces.manage.page(first[-1].collection_id, 2, CALL)

    assert [one.collection_id for one in (*first, *rest)] == ["Zebra", "apes", "mugshots"]


async def test_a_deleted_collection_is_gone_here_and_in_the_engine(faces: Faces) -> None:
    await faces.book("Ann")

    await faces.manage.delete("mugshots", CALL)

    for call in (faces.manage.describe, faces.manage.delete):
        with pytest.raises(CollectionNotFoundError):
            await call("mugshots", CALL)
    assert "mugshots" not in faces.collections.open


async def test_one_made_again_under_the_same_id_is_empty(faces: Faces) -> None:
    await faces.book("Ann")
    await faces.manage.delete("mugshots", CALL)

    await faces.manage.create("mugshots", {}, CALL)

    assert (await faces.manage.describe("mugshots", CALL)).faces == 0
    assert await faces.found("Ann") == []


async def test_one_that_the_engine_could_not_forget_is_not_made_again(faces: Faces) -> None:
    await faces.book("Ann")
    faces.collections.down = True
    await faces.manage.delete("mugshots", CALL)

    with pytest.raises(EngineUnavailableError):
        await faces.manage.create("mugshots", {}, CALL)

    faces.collections.down = False
    await faces.manage.create("mugshots", {}, CALL)
    assert await faces.found("Ann") == []


async def test_what_the_engine_could_not_forget_is_tried_again(faces: Faces) -> None:
    await faces.book("Ann")
    faces.collections.down = True
    await faces.manage.delete("mugshots", CALL)
    faces.collections.down = False

    await faces.sweep()

    assert "mugshots" not in faces.collections.open
    async with faces.records.of(COLLECTION).view() as view:
        assert await view.collections.with_intents() == []


async def test_what_the_engine_cannot_do_for_a_deleted_collection_is_told_as_that(
    faces: Faces,
) -> None:
    with pytest.raises(EngineUnavailableError):
        async with faces.galleries.still_there("mugshots"):
            raise EngineUnavailableError

    await faces.manage.delete("mugshots", CALL)
    with pytest.raises(CollectionNotFoundError):
        async with faces.galleries.still_there("mugshots"):
            raise EngineUnavailableError


async def test_the_services_own_collection_is_not_deleted_by_a_call(faces: Faces) -> None:
    with pytest.raises(CollectionInUseError):
        await faces.manage.delete(COLLECTION, CALL)


async def test_collections_are_galleries_of_their_own(faces: Faces) -> None:
    await faces.manage.create("other", {}, CALL)
    await faces.book("Ann", collection_id="other")

    assert await faces.found("Ann") == []


async def test_faces_of_another_model_are_told_and_not_compared(faces: Faces) -> None:
    async with faces.records.of("old").unit() as unit:
        await unit.collections.add(Collection("old", "fake/0", utc_now()))

    with pytest.raises(CollectionModelError, match="Index its photos again"):
        await faces.search.by_image("old", drawn_photo("Ann"), ALL, 80, CALL)


async def test_every_call_is_recorded_refused_ones_too(faces: Faces) -> None:
    await faces.manage.describe("mugshots", CALL)
    with pytest.raises(CollectionExistsError):
        await faces.manage.create("mugshots", {}, CALL)

    outcomes = [entry.outcome for entry in await faces.audit()]
    assert outcomes == ["answered", "answered", "collection_exists"]

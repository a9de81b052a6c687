"""Faces deleted from a collection."""

import pytest

from app.domain.booking import RecordStatus
from app.domain.errors import CollectionNotFoundError, PreservationHoldError
from app.domain.hold import Hold, HoldKind, HoldRequest
from app.domain.record import IndexStatus, PhotoRecord
from app.services.collections.delete_faces import DELETED
from app.services.index_call import IndexRequest
from app.services.index_photo import IndexPhoto
from app.services.recorded import utc_now
from tests.databases import COLLECTION
from tests.fakes import drawn_photo
from tests.fakes_jms import FakeJms
from tests.jails import ACTOR, booking
from tests.services.collections.conftest import CALL, Faces

UNKNOWN = "11111111-2222-4333-8444-555555555555"


async def record_of(faces: Faces, name: str, collection_id: str = "mugshots") -> PhotoRecord | None:
    async with faces.records.of(collection_id).view() as view:
        return await view.photos.get(name)


async def test_a_deleted_face_is_gone_here_and_in_the_engine(faces: Faces) -> None:
    ids = await faces.book("Ann", "Bob")

    answer = await faces.delete("mugshots", [ids["Ann"], UNKNOWN, ids["Ann"]], CALL)

    assert answer.face_ids == (ids["Ann"],)
    assert [(one.face_id, one.reason) for one in answer.refused] == [(UNKNOWN, "FACE_NOT_FOUND")]
    assert await faces.found("Ann") == []
    assert await faces.found("Bob") == ["Bob"]
    engine = await faces.collections.engine("mugshots")
    assert [face.face_id for face in (await engine.faces(None)).items] == [ids["Bob"]]


async def test_many_faces_are_deleted_and_the_sweeper_tells_the_engine(faces: Faces) -> None:
    ids = await faces.book(*(f"P{number}" for number in range(120)))

    answer = await faces.delete("mugshots", list(ids.values()), CALL)

    assert answer.face_ids == tuple(ids.values())
    assert (await faces.manage.describe("mugshots", CALL)).faces == 0
    recorded = [
        entry.details["face_ids"] for entry in await faces.audit() if entry.action == "remove"
    ]
    assert [face_id for batch in recorded for face_id in batch] == list(ids.values())  # type: ignore[attr-defined]  # ids
    await faces.sweep()
    engine = await faces.collections.engine("mugshots")
    assert (await engine.faces(None)).items == ()


async def test_faces_of_an_unknown_collection_are_refused_and_it_is_recorded(faces: Faces) -> None:
    with pytest.raises(CollectionNotFoundError):
        await faces.delete("unknown", [UNKNOWN], CALL)

    assert (await faces.audit("unknown"))[-1].outcome == "collection_not_found"


async def test_an_engine_that_is_down_keeps_no_face_from_being_hidden(faces: Faces) -> None:
    ids = await faces.book("Ann")
    faces.collections.down = True

    answer = await faces.delete("mugshots", list(ids.values()), CALL)

    faces.collections.down = False
    assert answer.face_ids == tuple(ids.values())
    assert await faces.found("Ann") == []


async def test_who_was_sealed_stays_so_when_deleted_and_indexed_without_the_jms(
    faces: Faces,
) -> None:
    faces.jms = FakeJms({"A1": booking("A1", "P-1", RecordStatus.SEALED)})
    [face] = await faces.add("A1", drawn_photo("Ann"))
    await faces.delete("mugshots", [face.face_id], CALL)
    faces.jms = FakeJms({}, down=True)

    await faces.add("A1", drawn_photo("Ann", note="another day's export"))

    assert await faces.found("Ann") == []
    record = await record_of(faces, "A1")
    assert record is not None
    assert (record.status, record.reason) == (IndexStatus.INDEXED, None)


async def test_nothing_is_kept_of_a_photo_whose_last_face_was_deleted(faces: Faces) -> None:
    ids = await faces.book("Ann")

    await faces.delete("mugshots", list(ids.values()), CALL)

    assert await record_of(faces, "Ann") is None


async def test_a_stored_photo_is_skipped_without_its_face_and_indexed_with_it(faces: Faces) -> None:
    records, photo = faces.records.of(COLLECTION), drawn_photo("Ann")
    await faces.manage.create(COLLECTION, {}, CALL)
    engine = await faces.collections.engine(COLLECTION)
    index = IndexPhoto(engine, records, faces.store, faces.enrichment, faces.sweep.own)
    stored = (await index(IndexRequest(photo, "A1"), ACTOR)).record

    await faces.delete(COLLECTION, [stored.faces[0].face_id], CALL)
    skipped = await record_of(faces, "A1", COLLECTION)
    await faces.add("A1", photo, COLLECTION)
    again = await record_of(faces, "A1", COLLECTION)

    assert skipped is not None
    assert (skipped.status, skipped.reason) == (IndexStatus.SKIPPED, DELETED)
    assert again is not None
    assert (again.status, again.photo_key) == (IndexStatus.INDEXED, stored.photo_key)


async def test_a_face_of_a_held_photo_is_not_deleted_nor_any_with_it(faces: Faces) -> None:
    await faces.manage.create(COLLECTION, {}, CALL)
    ids = [(await faces.add(one, drawn_photo(one), COLLECTION))[0].face_id for one in ("A1", "B1")]
    async with faces.records.of(COLLECTION).unit() as unit:
        asked = HoldRequest(HoldKind.PHOTO, "A1", "appeal", "26-CR-1")
        await unit.holds.add(Hold("H-1", asked, utc_now(), "desk"))

    with pytest.raises(PreservationHoldError, match="H-1"):
        await faces.delete(COLLECTION, ids, CALL)

    async with faces.records.of(COLLECTION).view() as view:
        assert set(await view.faces.current(ids)) == set(ids)


async def test_nothing_is_deleted_where_a_face_of_a_later_batch_is_held(faces: Faces) -> None:
    ids = await faces.book(*(f"P{number}" for number in range(101)))
    async with faces.records.of("mugshots").unit() as unit:
        asked = HoldRequest(HoldKind.PHOTO, "P100", "appeal", "26-CR-1")
        await unit.holds.add(Hold("H-1", asked, utc_now(), "desk"))

    with pytest.raises(PreservationHoldError, match="H-1"):
        await faces.delete("mugshots", list(ids.values()), CALL)

    assert (await faces.manage.describe("mugshots", CALL)).faces == 101
    assert (await faces.audit())[-2].outcome == "preservation_hold"

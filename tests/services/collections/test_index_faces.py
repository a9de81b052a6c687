"""IndexFaces: faces beside those there are, none twice, none back who was removed."""

from dataclasses import replace

import pytest

from app.domain.booking import RecordStatus
from app.domain.errors import (
    CollectionNotFoundError,
    EngineUnavailableError,
    ObjectNotReadableError,
    TombstonedError,
)
from app.domain.record import IndexOutcome, IndexStatus
from app.services.collections.call import ObjectName
from app.services.index_call import IndexRequest
from app.services.index_photo import IndexPhoto
from tests.fakes import DrawnFace, drawn_photo
from tests.fakes_jms import FakeJms
from tests.jails import ACTOR, booking, removal
from tests.services.collections.conftest import ALL, CALL, Faces

CROWD = drawn_photo(DrawnFace("Ann", 0.5), DrawnFace("Bob", 0.3), DrawnFace("Cyn", 0.2))


async def test_an_indexed_face_is_found_by_another_photo(faces: Faces) -> None:
    await faces.book("Ann", "Bob")

    assert await faces.found("Ann") == ["Ann"]


async def test_all_faces_of_a_photo_are_indexed_the_largest_first(faces: Faces) -> None:
    kept = await faces.add("A1", CROWD)

    assert [round(face.face.box.width, 1) for face in kept] == [0.5, 0.3, 0.2]
    assert {face.external_image_id for face in kept} == {"A1"}
    for name in ("Ann", "Bob", "Cyn"):
        assert await faces.found(name) == ["A1"]


async def test_only_as_many_as_asked_for_are_indexed(faces: Faces) -> None:
    answer = await faces.index("mugshots", CROWD, "A1", 1, True, CALL)

    assert len(answer.kept) == 1
    assert len(answer.refused) == 2
    assert await faces.found("Bob") == []


async def test_the_same_image_under_the_same_id_adds_nothing(faces: Faces) -> None:
    first = await faces.add("A1", CROWD)
    again = await faces.add("A1", CROWD)

    assert [face.face_id for face in again] == [face.face_id for face in first]
    assert (await faces.manage.describe("mugshots", CALL)).faces == 3


async def test_another_image_under_the_same_id_adds_its_faces(faces: Faces) -> None:
    [first] = await faces.add("A1", drawn_photo("Ann"))
    [second] = await faces.add("A1", drawn_photo("Ann", note="later"))

    assert first.face_id != second.face_id
    assert first.image_id != second.image_id
    assert await faces.found("Ann") == ["A1", "A1"]


async def test_a_photo_without_a_name_is_known_by_its_image(faces: Faces) -> None:
    [face] = await faces.add(None, drawn_photo("Ann"))

    assert not face.is_named
    assert face.external_image_id == face.image_id
    assert await faces.found("Ann") == [face.image_id]


async def test_a_photo_without_a_face_is_no_error(faces: Faces) -> None:
    assert await faces.add("A1", drawn_photo()) == ()


async def test_a_named_photo_is_on_record_without_its_bytes(faces: Faces) -> None:
    await faces.add("A1", drawn_photo("Ann"))

    async with faces.records.of("mugshots").view() as view:
        record = await view.photos.get("A1")
    assert record is not None
    assert (record.status, record.photo_key) == (IndexStatus.INDEXED, None)
    assert not faces.store.photos


async def test_an_id_that_was_removed_on_purpose_stays_removed(faces: Faces) -> None:
    await faces.add("A1", drawn_photo("Ann"))
    sweep = await faces.sweep.of("mugshots")
    await removal(sweep)("A1", ACTOR)

    with pytest.raises(TombstonedError):
        await faces.add("A1", drawn_photo("Ann", note="tonight's export"))

    assert await faces.found("Ann") == []
    engine = await faces.collections.engine("mugshots")
    assert (await engine.faces(None)).items == ()


async def test_a_photo_is_read_from_the_photo_store(faces: Faces) -> None:
    faces.objects.objects["jail-photos", "2026/ann.jpg"] = drawn_photo("Ann")

    await faces.add("A1", ObjectName("jail-photos", "2026/ann.jpg"))

    assert await faces.found("Ann") == ["A1"]


async def test_a_photo_that_is_not_there_is_told_and_recorded(faces: Faces) -> None:
    with pytest.raises(ObjectNotReadableError):
        await faces.add("A1", ObjectName("jail-photos", "none.jpg"))

    assert (await faces.audit())[-1].outcome == "object_not_readable"


async def test_an_unknown_collection_is_told(faces: Faces) -> None:
    with pytest.raises(CollectionNotFoundError):
        await faces.add("A1", drawn_photo("Ann"), "unknown")


async def test_a_call_whose_engine_fails_leaves_nothing_to_be_found(faces: Faces) -> None:
    faces.collections.down = True
    with pytest.raises(EngineUnavailableError):
        await faces.add("A1", drawn_photo("Ann"))
    faces.collections.down = False

    assert await faces.found("Ann") == []
    assert "engine_unavailable" in [entry.outcome for entry in await faces.audit()]


async def test_who_is_sealed_in_the_jms_is_indexed_and_never_shown(faces: Faces) -> None:
    faces.jms = FakeJms({"A1": booking("A1", "P-1", RecordStatus.SEALED), "A2": booking("A2")})
    await faces.add("A1", drawn_photo("Ann"))
    await faces.add("A2", drawn_photo("Ann", note="her twin"))
    faces.jms = None  # what was said last counts

    assert await faces.found("Ann") == ["A2"]


async def test_who_is_sealed_later_is_shown_no_more(faces: Faces) -> None:
    faces.jms = FakeJms({"A1": booking("A1", "P-1")})
    await faces.add("A1", drawn_photo("Ann"))
    assert await faces.found("Ann") == ["A1"]

    faces.jms = FakeJms({"A1": replace(booking("A1", "P-1"), status=RecordStatus.EXPUNGED)})

    assert await faces.found("Ann") == []
    answer = await faces.search.by_image("mugshots", drawn_photo("Ann"), ALL, 0, CALL)
    assert answer.matches == ()


async def test_a_listing_does_not_say_whose_a_face_is_that_may_not_be_shown(faces: Faces) -> None:
    faces.jms = FakeJms({"A1": booking("A1", "P-1", RecordStatus.JUVENILE)})
    [face] = await faces.add("A1", drawn_photo("Ann"))

    listed = await faces.listing("mugshots", None, 10, None, None, CALL)

    [shown] = listed.faces
    assert (shown.face_id, shown.is_named) == (face.face_id, False)
    assert "A1" not in shown.external_image_id


async def test_a_stored_photo_whose_own_face_was_deleted_is_indexed_again(faces: Faces) -> None:
    records = faces.records.of("mugshots")
    sweep = await faces.sweep.of("mugshots")
    engine = await faces.collections.engine("mugshots")
    index = IndexPhoto(engine, records, faces.store, faces.enrichment, sweep)
    request = IndexRequest(drawn_photo("Ann"), "A1")
    stored = await index(request, ACTOR)
    await faces.add("A1", drawn_photo("Ann", note="another image"))

    await faces.delete("mugshots", [face.face_id for face in stored.record.faces], CALL)
    again = await index(request, ACTOR)

    assert again.outcome is IndexOutcome.REPLACED
    assert await faces.found("Ann") == ["A1"]

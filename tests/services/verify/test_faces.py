"""The faces that count, and those an engine holds, against the records."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from typing_extensions import override

from app.domain.audit import AuditAction
from app.domain.collection import Collection, CollectionFace, image_id_of
from app.domain.errors import EngineUnavailableError
from app.domain.face import Box
from app.domain.photo import View, sha256_of
from app.domain.record import FaceRecord, IndexStatus, PhotoRecord
from app.domain.verification import Finding, Found, Part
from app.ports.face_engine import HeldFaces
from app.services.index_call import IndexRequest
from app.services.model.encode_beside import EncodeBeside
from app.services.recorded import utc_now
from tests.fakes import DrawnFace, FakeFaceEngine, drawn_photo, template_of
from tests.jails import ACTOR
from tests.services.test_remove_photo import open_enrolment
from tests.services.verify.verifying import KeyedFakeEngine, Verifying, assert_mended

BOTH = drawn_photo(DrawnFace("Ann", 0.4), DrawnFace("Bob", 0.3))


class DownWhenAsked(FakeFaceEngine):
    """Does not answer when it is asked what it holds."""

    @override
    async def faces(self, after: str | None) -> HeldFaces:
        raise EngineUnavailableError


async def is_local(verify: Verifying) -> bool:
    return not (await verify.jail.engine.describe()).holds_faces


async def only_local(verify: Verifying) -> None:
    if not await is_local(verify):
        pytest.skip("this engine gives the records no templates")


async def only_holding(verify: Verifying) -> None:
    if await is_local(verify):
        pytest.skip("this engine holds no faces itself")


async def record_of(verify: Verifying, name: str) -> PhotoRecord:
    async with verify.jail.records.view() as view:
        record = await view.photos.get(name)
    assert record is not None
    return record


async def current_faces(verify: Verifying) -> Sequence[CollectionFace]:
    async with verify.jail.records.view() as view:
        return await view.faces.page(None, 100)


async def add_face(verify: Verifying, like: str, owner: str | None = None, **other: object) -> str:
    """Let another face count that is like a photo's; return its id."""
    record = await record_of(verify, like)
    face = CollectionFace(
        face_id=str(uuid4()),
        image_id=image_id_of(record.sha256 or ""),
        external_image_id=owner or like,
        is_named=True,
        face=record.faces[0].face,
        model=record.model or "",
    )
    added = replace(face, **other)  # type: ignore[arg-type]  # by name
    template = template_of("Ann")
    local = await is_local(verify)
    async with verify.jail.records.unit() as unit:
        await unit.faces.add([added], {added.face_id: template} if local else {})
    verify.jail.engine.held[added.face_id] = ("Ann", owner or like)
    return added.face_id


async def test_a_face_without_a_template_is_found_and_made_again(verify: Verifying) -> None:
    await only_local(verify)
    await verify.book("A1", "A2")
    await verify.sql("UPDATE faces SET template = NULL WHERE external_image_id = 'A1'")

    repaired = await assert_mended(verify, Finding.MISSING_FACE)

    assert repaired.of(Finding.MISSING_FACE) == ["A1"]
    indexed = [one for one in await verify.jail.audit() if one.action is AuditAction.INDEX]
    assert indexed[-1].actor.name == "verify"


async def test_a_face_that_counts_no_more_is_found_and_indexed_again(verify: Verifying) -> None:
    await verify.book("A1", "A2")
    [face] = (await record_of(verify, "A1")).faces
    async with verify.jail.records.unit() as unit:
        await unit.faces.remove([face.face_id])
    await verify.jail.engine.discard([face.face_id])

    await assert_mended(verify, Finding.MISSING_FACE)

    assert len(await current_faces(verify)) == 2


async def test_a_face_that_only_the_records_forgot_is_indexed_again_and_stays(
    verify: Verifying,
) -> None:
    await only_holding(verify)
    await verify.book("A1", "A2")
    [face] = (await record_of(verify, "A1")).faces
    async with verify.jail.records.unit() as unit:
        await unit.faces.remove([face.face_id])

    found = await verify()
    await verify(repair=True)

    assert {one.finding for one in found.errors} == {Finding.MISSING_FACE, Finding.ORPHANED_FACE}
    assert (await verify()).errors == []
    assert len(verify.jail.engine.held) == 2


async def test_a_face_that_the_engine_lost_is_found_and_indexed_again(verify: Verifying) -> None:
    await only_holding(verify)
    await verify.book("A1", "A2", "A3")
    [face] = (await record_of(verify, "A2")).faces
    await verify.jail.engine.discard([face.face_id])

    repaired = await assert_mended(verify, Finding.MISSING_FACE)

    assert repaired.of(Finding.MISSING_FACE) == ["A2"]
    assert len(verify.jail.engine.held) == 3


async def test_a_face_that_is_fresh_may_not_be_listed_yet(verify: Verifying) -> None:
    await only_holding(verify)
    await verify.book("A1")
    [face] = (await record_of(verify, "A1")).faces
    await verify.jail.engine.discard([face.face_id])
    verify.later = timedelta(0)

    assert (await verify()).errors == []


async def test_a_record_without_a_face_is_found_and_indexed_again(verify: Verifying) -> None:
    await verify.book("A1")
    record = await record_of(verify, "A1")
    async with verify.jail.records.unit() as unit:
        await unit.photos.put(replace(record, faces=()), {})
    await verify.jail.engine.discard([record.faces[0].face_id])

    await assert_mended(verify, Finding.MISSING_FACE)


async def test_a_photo_of_several_is_indexed_again_by_the_face_that_was_chosen(
    verify: Verifying,
) -> None:
    verify.jms.list_photo("A1", BOTH)
    await verify.jail.services().index_photo(IndexRequest(BOTH, "A1", face=1), ACTOR)
    before = await record_of(verify, "A1")
    async with verify.jail.records.unit() as unit:
        await unit.faces.remove([before.faces[0].face_id])
    await verify.jail.engine.discard([before.faces[0].face_id])

    await assert_mended(verify, Finding.MISSING_FACE)

    assert (await record_of(verify, "A1")).faces[0].face == before.faces[0].face


async def test_faces_of_another_model_are_found_and_made_by_the_engines(verify: Verifying) -> None:
    await verify.book("A1", "A2")
    await verify.sql("UPDATE faces SET model = 'older/1' WHERE external_image_id = 'A1'")
    await verify.sql("UPDATE photos SET model = 'older/1' WHERE external_image_id = 'A1'")

    repaired = await assert_mended(verify, Finding.WRONG_MODEL)

    assert repaired.of(Finding.WRONG_MODEL) == ["A1"]
    assert {face.model for face in await current_faces(verify)} == {"fake/1"}


async def test_a_model_change_is_left_to_the_import_that_is_open(verify: Verifying) -> None:
    await verify.book("A1")
    await verify.sql("UPDATE faces SET model = 'older/1'")
    await verify.sql(
        "INSERT INTO imports (collection, import_id, options, state, started_by, started_at) "
        "VALUES ('jail', 'import-1', '{}', 'running', 'somebody', now())"
    )

    [found] = (await verify(repair=True)).errors

    assert found.mend is not None
    assert "import-1" in found.mend.what


async def test_faces_that_are_made_beside_for_the_next_model_are_under_way(
    verify: Verifying,
) -> None:
    await verify.book("A1", "A2")
    async with verify.jail.records.unit() as unit:
        await unit.collections.add(Collection("jail", "fake/1", utc_now()))
        await unit.models.begin("fake/2")
    record = await record_of(verify, "A1")
    beside = FaceRecord(str(uuid4()), record.faces[0].face)
    async with verify.jail.records.unit() as unit:
        await unit.photos.put_beside(record, "fake/2", [beside], {beside.face_id: b"2222"})
    older = await add_face(verify, "A2", image_id=str(uuid4()))
    await verify.sql("UPDATE faces SET model = 'older/1' WHERE face_id = %s::uuid", [older])

    seen = await verify(repair=True)

    assert seen.of(Finding.WRONG_MODEL) == ["A2"]
    assert seen.of(Finding.BESIDE_FACE) == ["A2"]
    assert seen.of(Finding.DOUBLE_FACE) == []
    async with verify.jail.records.view() as view:
        standing = await view.models.standing()
    assert standing is not None
    assert standing.faces_beside == 1


async def test_after_a_switch_a_record_names_its_next_faces_and_what_was_lost_is_of_another_model(
    verify: Verifying,
) -> None:
    await only_local(verify)
    await verify.book("A1", "A2")
    async with verify.jail.records.unit() as unit:
        await unit.collections.add(Collection("jail", "fake/1", utc_now()))
        await unit.models.begin("fake/2")
    encode = EncodeBeside(
        FakeFaceEngine(holds_faces=False, model="fake/2"), verify.jail.records, verify.jail.store
    )
    await encode("A1")
    async with verify.jail.records.unit() as unit:
        await unit.models.switch()
    verify.jail.engine = KeyedFakeEngine(holds_faces=False, model="fake/2")

    seen = await verify()
    repaired = await verify(repair=True)
    again = await verify()

    assert [(one.finding, one.external_image_id) for one in seen.errors] == [
        (Finding.WRONG_MODEL, "A2")
    ]
    assert all(is_mended(one) for one in repaired.errors if one.finding is Finding.WRONG_MODEL)
    assert again.errors == []


async def test_a_face_that_no_record_counts_is_found_and_discarded(verify: Verifying) -> None:
    await verify.book("A1", "A2")
    face_id = await add_face(verify, "A1", owner="A9")

    repaired = await assert_mended(verify, Finding.ORPHANED_FACE)

    assert [one.face_id for one in repaired.errors] == [face_id]
    assert face_id not in verify.jail.engine.held or await is_local(verify)
    assert len(await current_faces(verify)) == 2


async def test_a_face_of_a_removed_photo_is_found_and_discarded(verify: Verifying) -> None:
    await verify.book("A1", "A2")
    await verify.jail.services().remove_photo("A2", ACTOR)
    await add_face(verify, "A1", owner="A2")

    await assert_mended(verify, Finding.ORPHANED_FACE)


async def test_a_face_that_only_the_engine_knows_is_found_and_discarded(verify: Verifying) -> None:
    await only_holding(verify)
    await verify.book("A1", "A2", "A3")
    await verify.jail.engine.enrol(drawn_photo("Ann"), "A2", None)
    await verify.jail.engine.enrol(drawn_photo("Eve"), "", None)

    repaired = await assert_mended(verify, Finding.ORPHANED_FACE)

    assert sorted(map(str, repaired.of(Finding.ORPHANED_FACE))) == ["", "A2"]
    assert len(verify.jail.engine.held) == 3
    assert repaired.tally.looked_at[Part.ENGINE] == 5


async def test_a_face_that_is_being_enrolled_is_no_orphan(verify: Verifying) -> None:
    await open_enrolment(verify.jail, "A1", timedelta(seconds=1))
    verify.later = timedelta(0)

    assert (await verify(repair=True)).errors == []

    assert len(verify.jail.engine.held) == 1


async def test_the_same_face_twice_is_found_and_the_one_on_record_stays(verify: Verifying) -> None:
    await verify.book("A1", "A2")
    face_id = await add_face(verify, "A1")

    repaired = await assert_mended(verify, Finding.DOUBLE_FACE)

    assert [one.face_id for one in repaired.errors] == [face_id]
    recorded = {(await record_of(verify, name)).faces[0].face_id for name in ("A1", "A2")}
    assert {face.face_id for face in await current_faces(verify)} == recorded


async def test_faces_that_clients_added_are_told_and_never_removed(verify: Verifying) -> None:
    await verify.book("A1")
    elsewhere = replace((await record_of(verify, "A1")).faces[0].face, box=Box(0.7, 0.7, 0.2, 0.2))
    of_other_picture = await add_face(verify, "A1", image_id=str(uuid4()))
    of_bystander = await add_face(verify, "A1", face=elsewhere)
    without_an_id = await add_face(verify, "A1", owner=str(uuid4()), is_named=False)

    seen = await verify(repair=True)

    beside = {one.face_id for one in seen.found if one.finding is Finding.BESIDE_FACE}
    assert beside == {of_other_picture, of_bystander}
    assert seen.errors == []
    assert without_an_id in {face.face_id for face in await current_faces(verify)}
    assert len(await current_faces(verify)) == 4


async def test_a_photo_beside_which_clients_added_faces_is_not_indexed_again(
    verify: Verifying,
) -> None:
    await verify.book("A1")
    [face] = (await record_of(verify, "A1")).faces
    await add_face(verify, "A1", image_id=str(uuid4()))
    async with verify.jail.records.unit() as unit:
        await unit.faces.remove([face.face_id])
    await verify.jail.engine.discard([face.face_id])

    seen = await verify(repair=True)

    [found] = seen.errors
    assert found.finding is Finding.MISSING_FACE
    assert not is_mended(found)
    assert len(await current_faces(verify)) == 1


async def test_a_face_whose_photo_was_never_kept_is_left_to_its_owner(verify: Verifying) -> None:
    await verify.book("A1")
    await verify.sql("UPDATE photos SET photo_key = NULL")
    await verify.sql("UPDATE faces SET model = 'older/1'")
    verify.jail.store.photos.clear()

    [found] = (await verify(repair=True)).errors

    assert found.finding is Finding.WRONG_MODEL
    assert not is_mended(found)


async def test_views_that_are_only_stored_need_no_face(verify: Verifying) -> None:
    await verify.jail.index("A1", drawn_photo("Ann"), View.LEFT)

    assert (await record_of(verify, "A1")).status is IndexStatus.SKIPPED
    assert (await verify()).errors == []


async def test_one_picture_under_several_ids_is_information(verify: Verifying) -> None:
    for name in ("A1", "A2", "A3"):
        verify.jms.list_photo(name, BOTH)
        await verify.jail.services().index_photo(IndexRequest(BOTH, name, face=0), ACTOR)

    seen = await verify(repair=True)

    assert seen.of(Finding.DOUBLE_PHOTO) == ["A2", "A3"]
    assert seen.tally.left == 0
    assert sha256_of(BOTH) == (await record_of(verify, "A1")).sha256


async def test_an_engine_that_does_not_answer_is_said_and_the_rest_is_compared(
    verify: Verifying,
) -> None:
    await verify.book("A1")
    engine = DownWhenAsked(holds_faces=True)
    engine.held = verify.jail.engine.held
    verify.jail.engine = engine
    await verify.sql("UPDATE faces SET model = 'older/1'")

    seen = await verify()

    assert list(seen.lacking()) == [Part.ENGINE]
    assert seen.of(Finding.WRONG_MODEL) == ["A1"]


def is_mended(found: Found) -> bool:
    return found.mend is not None and found.mend.is_done

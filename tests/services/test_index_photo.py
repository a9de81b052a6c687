"""Indexing a photo: once, whatever happens on the way."""

import asyncio
from dataclasses import replace

import pytest
from typing_extensions import override

from app.domain.audit import AuditAction
from app.domain.booking import RecordStatus
from app.domain.errors import (
    CandidError,
    EngineUnavailableError,
    FaceRefusedError,
    InvalidExternalImageIdError,
    NoFaceError,
    PhotoStoreUnavailableError,
    SeveralFacesError,
    TombstonedError,
)
from app.domain.face import Enrolled
from app.domain.photo import View, photo_key, sha256_of
from app.domain.record import IndexOutcome, IndexStatus
from app.ports.photo_store import PhotoStream, whole
from app.services.index_call import IndexRequest
from tests.fakes import DrawnFace, FakeFaceEngine, FakePhotoStore, drawn_photo
from tests.jails import ACTOR, Jail, booking

ANN = drawn_photo("Ann")
OTHER_ANN = drawn_photo("Ann", note="a newer picture")


async def test_a_first_photo_is_created_stored_and_recorded(jail: Jail) -> None:
    answer = await jail.index("A1", ANN)

    assert answer.outcome is IndexOutcome.CREATED
    assert answer.record.status is IndexStatus.INDEXED
    assert jail.store.photos == {photo_key("A1", sha256_of(ANN)): ANN}
    [entry] = await jail.audit()
    assert (entry.action, entry.outcome, entry.actor) == (AuditAction.INDEX, "answered", ACTOR)
    assert entry.photo_sha256 == sha256_of(ANN)


class ReEncodingEngine(FakeFaceEngine):
    """Sends something else than the photo's own bytes."""

    @override
    async def enrol(self, photo: bytes, external_image_id: str, face: int | None) -> Enrolled:
        enrolled = await super().enrol(photo, external_image_id, face)
        return replace(enrolled, submitted="re-encoded: JPEG 480x600 from PNG, 9.1 MB")


async def test_what_the_engine_got_instead_of_the_photo_is_in_the_audit(jail: Jail) -> None:
    await jail.index("A1", ANN)
    jail.engine = ReEncodingEngine()
    await jail.index("A2", ANN)

    newest, oldest = sorted(await jail.audit(), key=lambda one: one.at, reverse=True)

    assert "submitted" not in oldest.details
    assert newest.details["submitted"] == "re-encoded: JPEG 480x600 from PNG, 9.1 MB"


async def test_the_same_id_and_bytes_change_nothing(jail: Jail) -> None:
    first = await jail.index("A1", ANN)

    again = await jail.index("A1", ANN)

    assert again.outcome is IndexOutcome.UNCHANGED
    assert again.record == first.record
    assert len(jail.engine.held) == 1


async def test_the_same_bytes_are_indexed_again_where_the_stored_photo_is_lost(jail: Jail) -> None:
    await jail.index("A1", ANN)
    jail.store.photos.clear()

    again = await jail.index("A1", ANN, idempotency_key="K")
    replayed = await jail.index("A1", ANN, idempotency_key="K")
    await jail.sweep()

    assert again.outcome is replayed.outcome is IndexOutcome.REPLACED
    assert jail.store.photos == {photo_key("A1", sha256_of(ANN)): ANN}
    assert list(jail.engine.held) == [again.record.faces[0].face_id]


async def test_a_photo_that_is_removed_while_its_store_is_asked_is_not_said_to_be_there(
    jail: Jail,
) -> None:
    class RemovedMeanwhile(FakePhotoStore):
        @override
        async def stream(self, key: str) -> PhotoStream | None:
            await jail.services().remove_photo("A1", ACTOR)
            return whole(ANN)

    await jail.index("A1", ANN)
    jail.store = RemovedMeanwhile(jail.store.photos)

    with pytest.raises(TombstonedError):
        await jail.index("A1", ANN)


async def test_a_store_that_is_down_makes_no_photo_a_lost_one(jail: Jail) -> None:
    class DownStore(FakePhotoStore):
        @override
        async def stream(self, key: str) -> PhotoStream | None:
            raise PhotoStoreUnavailableError

    await jail.index("A1", ANN)
    jail.store = DownStore(jail.store.photos)

    assert (await jail.index("A1", ANN)).outcome is IndexOutcome.UNCHANGED


async def test_other_bytes_replace_the_face_and_the_sweeper_discards_the_old_one(
    jail: Jail,
) -> None:
    first = await jail.index("A1", ANN)

    second = await jail.index("A1", OTHER_ANN)
    await jail.sweep()

    assert second.outcome is IndexOutcome.REPLACED
    assert first.record.faces != second.record.faces
    assert set(jail.engine.held) == {second.record.faces[0].face_id}
    assert jail.store.photos == {photo_key("A1", sha256_of(OTHER_ANN)): OTHER_ANN}


async def test_a_profile_is_stored_and_skipped_with_the_reason(jail: Jail) -> None:
    answer = await jail.index("A1", ANN, View.LEFT)

    assert answer.outcome is IndexOutcome.SKIPPED
    assert (answer.record.status, answer.record.reason) == (IndexStatus.SKIPPED, "view_left")
    assert not jail.engine.held
    assert len(jail.store.photos) == 1


async def test_a_skipped_photo_sent_again_is_unchanged(jail: Jail) -> None:
    await jail.index("A1", ANN, View.LEFT)

    again = await jail.index("A1", ANN, View.LEFT)

    assert again.outcome is IndexOutcome.UNCHANGED


async def test_a_photo_first_called_a_profile_is_indexed_once_it_is_called_a_front_view(
    jail: Jail,
) -> None:
    await jail.index("A1", ANN, View.LEFT)

    answer = await jail.index("A1", ANN)

    assert answer.outcome is IndexOutcome.REPLACED
    assert answer.record.status is IndexStatus.INDEXED
    await jail.sweep()
    assert len(jail.store.photos) == 1


async def test_a_front_view_now_called_a_profile_is_not_searchable_any_more(jail: Jail) -> None:
    await jail.index("A1", ANN)

    answer = await jail.index("A1", ANN, View.RIGHT)
    await jail.sweep()

    assert answer.outcome is IndexOutcome.SKIPPED
    assert not jail.engine.held
    assert (await jail.search("Ann")).candidates == ()


async def test_a_profile_is_indexed_where_the_settings_allow_it(jail: Jail) -> None:
    open_jail = replace(jail, views=frozenset({View.FRONT, View.LEFT}))

    answer = await open_jail.index("A1", ANN, View.LEFT)

    assert answer.record.status is IndexStatus.INDEXED


async def test_a_removed_id_stays_removed_unless_it_is_restored_on_purpose(jail: Jail) -> None:
    services = jail.services()
    await jail.index("A1", ANN)
    await services.remove_photo("A1", ACTOR)

    with pytest.raises(TombstonedError):
        await jail.index("A1", ANN)
    restored = await services.index_photo(IndexRequest(ANN, "A1", restore=True), ACTOR)

    assert restored.outcome is IndexOutcome.CREATED
    assert [entry.outcome for entry in await jail.audit()] == [
        "answered",
        "answered",
        "answered",  # that the removal is proved
        "tombstoned",
        "answered",
    ]


async def test_several_equal_faces_are_refused_until_one_is_chosen(jail: Jail) -> None:
    both = drawn_photo(DrawnFace("Ann", 0.4), DrawnFace("Bob", 0.3))

    with pytest.raises(SeveralFacesError):
        await jail.index("A1", both)
    chosen = await jail.services().index_photo(IndexRequest(both, "A1", face=1), ACTOR)

    assert chosen.outcome is IndexOutcome.CREATED
    assert [person for person, _ in jail.engine.held.values()] == ["Bob"]


async def test_a_clearly_largest_face_is_the_booked_persons(jail: Jail) -> None:
    both = drawn_photo(DrawnFace("Bob", 0.1), DrawnFace("Ann", 0.6))

    await jail.index("A1", both)

    assert [person for person, _ in jail.engine.held.values()] == ["Ann"]


@pytest.mark.parametrize(
    ("photo", "error"),
    [
        (drawn_photo(), NoFaceError),
        (drawn_photo(DrawnFace("Ann", dark=True)), FaceRefusedError),
    ],
)
async def test_of_a_refused_photo_nothing_is_kept_but_the_refusal(
    jail: Jail, photo: bytes, error: type[CandidError]
) -> None:
    with pytest.raises(error):
        await jail.index("A1", photo)

    assert not jail.store.photos
    assert not jail.engine.held
    [entry] = await jail.audit()
    assert entry.outcome == error.code


async def test_a_refused_replacement_leaves_the_old_photo_searchable(jail: Jail) -> None:
    first = await jail.index("A1", ANN)

    with pytest.raises(NoFaceError):
        await jail.index("A1", drawn_photo())

    assert await jail.services().read_index.one("A1") == first.record


async def test_an_id_that_could_be_no_join_is_refused(jail: Jail) -> None:
    with pytest.raises(InvalidExternalImageIdError):
        await jail.index("../etc", ANN)


async def test_an_engine_that_is_down_leaves_nothing_but_the_refusal(jail: Jail) -> None:
    jail.engine.down = True

    with pytest.raises(EngineUnavailableError):
        await jail.index("A1", ANN)

    assert not jail.store.photos
    assert [entry.outcome for entry in await jail.audit()] == ["engine_unavailable"]


async def test_twenty_clients_at_once_make_one_record_and_one_face(jail: Jail) -> None:
    index = jail.services().index_photo

    answers = await asyncio.gather(*(index(IndexRequest(ANN, "A1"), ACTOR) for _ in range(20)))

    outcomes = sorted(answer.outcome for answer in answers)
    assert outcomes == [IndexOutcome.CREATED] + 19 * [IndexOutcome.UNCHANGED]
    assert len(jail.engine.held) == 1


async def test_five_processes_at_once_leave_one_record_and_one_face(jail: Jail) -> None:
    answers = await asyncio.gather(*(jail.index("A1", ANN) for _ in range(5)))
    await jail.sweep()

    outcomes = sorted(answer.outcome for answer in answers)
    assert outcomes == [IndexOutcome.CREATED] + 4 * [IndexOutcome.UNCHANGED]
    [face_id] = {face.face_id for answer in answers for face in answer.record.faces}
    assert set(jail.engine.held) == {face_id}


async def test_person_and_status_are_kept_from_the_jms(jail: Jail) -> None:
    jail.fake_jms.known["A1"] = booking("A1", "P-7", RecordStatus.SEALED)

    answer = await jail.index("A1", ANN)

    standing = answer.record.standing
    assert (standing.person_id, standing.status) == ("P-7", RecordStatus.SEALED)


async def test_indexing_does_not_wait_for_a_jms_that_is_down(jail: Jail) -> None:
    jail.fake_jms.down = True

    answer = await jail.index("A1", ANN)

    assert answer.record.standing.as_of is None

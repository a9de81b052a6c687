"""A removal reaches every place, and proves it."""

import asyncio
import json
from dataclasses import replace
from pathlib import Path

import pytest
from typing_extensions import override

from app.domain.audit import AuditAction
from app.domain.errors import (
    IdempotencyKeyReusedError,
    InvalidExternalImageIdError,
    NothingToRemoveError,
    NotIndexedError,
    RemovalNotFoundError,
    TombstonedError,
)
from app.domain.hold import HoldKind
from app.domain.photo import View
from app.domain.record import Standing
from app.domain.removal import (
    Check,
    Finding,
    Place,
    Removal,
    RemovalReason,
    RemovalRequest,
    RemovalState,
    RemovalSubject,
)
from app.ports.data_keys import face_key_name, photo_key_name
from app.services.forgetting.remove_photos import AskedRemoval, RemovePhotos
from app.services.recorded import utc_now
from app.services.signatures import Signer, signed_by
from tests.databases import COLLECTION, KEY
from tests.fakes import FakeFaceEngine, drawn_photo
from tests.fakes_data_keys import FakeDataKeys
from tests.jails import ACTOR, Jail
from tests.services.forgetting.stores import KINDS, keys_in, store_of
from tests.services.forgetting.test_holds import booked, place

PERSON, BOOKING = RemovalSubject.PERSON_ID, RemovalSubject.BOOKING_NUMBER
PHOTO = RemovalSubject.EXTERNAL_IMAGE_ID
ANN = RemovalRequest(PERSON, "P-1", RemovalReason.EXPUNGED, "26-CR-1")


async def remove(
    jail: Jail, subject: RemovalSubject, value: str, key: str | None = None
) -> AskedRemoval:
    request = RemovalRequest(subject, value, RemovalReason.EXPUNGED, "26-CR-1")
    return await jail.services().forgetting.removals(request, ACTOR, key)


def findings(removal: Removal) -> dict[Place, Finding]:
    return {check.place: check.finding for check in removal.checks}


def left_in(removal: Removal, place: Place) -> Check:
    [found] = [check for check in removal.checks if check.place is place]
    return found


@pytest.mark.parametrize("kind", KINDS)
async def test_a_persons_photos_are_gone_from_every_place_with_a_signed_proof(
    jail: Jail, kind: str, tmp_path: Path, s3_server: str
) -> None:
    async with store_of(kind, tmp_path, s3_server) as store:
        jail.store = store  # type: ignore[assignment]  # any store does
        await booked(jail)
        await jail.search("Ann", idempotency_key="seen")

        asked = await remove(jail, PERSON, "P-1")

        assert [key.partition("/")[0] for key in await keys_in(store)] == ["B1"]
    assert asked.is_new
    assert asked.removal.state is RemovalState.PROVED
    assert findings(asked.removal) == {
        Place.RECORDS: Finding.GONE,
        Place.ENGINE: Finding.GONE,
        Place.PHOTO_STORE: Finding.GONE,
        Place.FIRST_ANSWERS: Finding.GONE,
        Place.PROBES: Finding.GONE,
        Place.DATA_KEYS: Finding.GONE,
        Place.THUMBNAILS: Finding.NONE_KEPT,
    }
    assert {external for _, external in jail.engine.held.values()} == {"B1"}
    async with jail.records.view() as view:
        assert await view.answers.get(ACTOR.name, "seen") is None
    whole = await jail.services().forgetting.read_removals.one(asked.removal.removal_id, ACTOR)
    assert signed_by(whole.receipt, under="receipt") == Signer.of(KEY).public_key
    receipt = json.loads(json.dumps(whole.receipt))["receipt"]
    assert receipt["asked"]["person_id"] == "P-1"
    assert receipt["asked"]["by"] == ACTOR.name
    assert [one["external_image_id"] for one in receipt["photos"]] == ["A1", "A2"]
    assert all(one["sha256"] and one["face_ids"] and one["engine"] for one in receipt["photos"])
    assert "Sample" not in json.dumps(receipt)  # no name of anybody in custody


async def test_a_photo_is_destroyed_though_its_faces_are_gone_before_it(jail: Jail) -> None:
    """CompreFace looks the photos up through the faces, which it deletes first: it finds none."""
    await booked(jail)
    await jail.index("A3", drawn_photo("Ann", note="A3"), View.LEFT)  # never had a face
    async with jail.records.unit() as unit:
        faces = await unit.faces.of_photos(["A1"])
        await unit.faces.remove([face.face_id for face in faces])
    jail.engine.held.clear()

    for one in ("A1", "A3"):
        assert (await remove(jail, PHOTO, one)).removal.state is RemovalState.PROVED

    assert sorted(key.partition("/")[0] for key in jail.store.photos) == ["A2", "B1"]


async def test_a_booking_is_removed_and_photos_of_unknown_bookings_are_counted(
    jail: Jail,
) -> None:
    await booked(jail)
    del jail.fake_jms.known["B1"]
    await jail.index("B2", drawn_photo("Bob", note="B2"))  # nobody says of which booking

    asked = await remove(jail, BOOKING, "B-A1")

    assert (asked.removal.photos, asked.removal.unknown_bookings) == (1, 1)
    with pytest.raises(NothingToRemoveError, match="of 1 photos no booking number"):
        await remove(jail, BOOKING, "B-none")
    with pytest.raises(NothingToRemoveError, match="No photo on record is of this person"):
        await remove(jail, PERSON, "P-none")
    with pytest.raises(NotIndexedError):
        await remove(jail, PHOTO, "A9")
    with pytest.raises(InvalidExternalImageIdError):
        await remove(jail, PHOTO, "no id")


async def test_what_was_removed_stays_removed(jail: Jail) -> None:
    await booked(jail)
    await remove(jail, PERSON, "P-1")

    with pytest.raises(TombstonedError):
        await jail.index("A1", drawn_photo("Ann", note="tonight's export"))

    assert [one.redacted for one in (await jail.search("Ann")).candidates] == [False]  # Bob


async def test_asking_again_answers_the_same_removal(jail: Jail) -> None:
    await booked(jail)

    first = await remove(jail, PERSON, "P-1", "once")
    with_key = await remove(jail, PERSON, "P-1", "once")
    without = await remove(jail, PERSON, "P-1")

    assert {one.removal.removal_id for one in (with_key, without)} == {first.removal.removal_id}
    assert (first.is_new, with_key.is_new, without.is_new) == (True, False, False)
    with pytest.raises(IdempotencyKeyReusedError):
        await remove(jail, PERSON, "P-2", "once")
    async with jail.records.view() as view:
        assert len(await view.removals.page(None, 9)) == 1


async def test_two_who_ask_at_once_ask_for_one_removal(jail: Jail) -> None:
    await booked(jail)

    one, other, alone = await asyncio.gather(
        remove(jail, PERSON, "P-1"), remove(jail, PERSON, "P-1"), remove(jail, PHOTO, "B1")
    )

    assert one.removal.removal_id == other.removal.removal_id != alone.removal.removal_id
    assert one.is_new is not other.is_new
    assert jail.store.photos == {}
    removed = [entry for entry in await jail.audit() if entry.action is AuditAction.REMOVE]
    assert sum("photos" in entry.details for entry in removed) == 2


async def test_the_audit_has_ids_and_hashes_and_vouches_for_the_receipt(jail: Jail) -> None:
    await booked(jail)

    asked = await remove(jail, PERSON, "P-1")

    removed, proved = (await jail.audit())[-2:]
    assert removed.details["person_id"] == "P-1"
    assert removed.details["authority_reference"] == "26-CR-1"
    assert len(str(removed.details["photos"])) > 2 * 64
    assert proved.action is AuditAction.PROVE_REMOVAL
    assert proved.details["removal_id"] == asked.removal.removal_id
    assert len(str(proved.details["receipt_sha256"])) == 64


async def test_with_a_place_down_it_is_pending_and_is_gone_on_with(jail: Jail) -> None:
    await booked(jail)
    jail.engine.down = True

    asked = await remove(jail, PERSON, "P-1")
    before = await jail.services().forgetting.read_removals.one(asked.removal.removal_id, ACTOR)
    jail.engine.down = False
    proved = await jail.go_on_removing.with_one(asked.removal.removal_id)

    assert asked.removal.state is RemovalState.PENDING
    assert left_in(asked.removal, Place.ENGINE).finding is Finding.UNAVAILABLE
    assert signed_by(before.receipt, under="receipt")
    assert proved
    assert {external for _, external in jail.engine.held.values()} == {"B1"}


class LyingEngine(FakeFaceEngine):
    """Says that it forgot a face, and did not."""

    @override
    async def discard(self, face_ids: object) -> None:
        self._check()


async def test_what_a_place_still_has_is_named_and_asked_for_again(jail: Jail) -> None:
    jail.engine = LyingEngine()
    await booked(jail)

    asked = await remove(jail, PHOTO, "A1")

    [face] = [one for one, (_, external) in jail.engine.held.items() if external == "A1"]
    assert asked.removal.state is RemovalState.LEFT
    assert left_in(asked.removal, Place.ENGINE).left == (f"the face {face}",)
    jail.engine.held.pop(face)
    assert await jail.go_on_removing.with_one(asked.removal.removal_id)
    states = [e.details["state"] for e in await jail.audit() if "state" in e.details]
    assert states == ["left", "proved"]


async def test_keys_that_are_left_are_named(jail: Jail) -> None:
    await booked(jail)
    async with jail.records.view() as view:
        record = await view.photos.get("A1")
    assert record is not None
    names = [photo_key_name(record.photo_key or "")]
    names += [face_key_name(COLLECTION, face.face_id) for face in record.faces]
    jail.data_keys = keys = FakeDataKeys()
    await keys.made([*names, "photo/other"])

    asked = await remove(jail, PHOTO, "A1")
    await keys.destroy(names)

    assert left_in(asked.removal, Place.DATA_KEYS).left == tuple(
        f"the key {name}" for name in sorted(names)
    )
    assert await jail.go_on_removing.with_one(asked.removal.removal_id)


async def test_what_is_indexed_again_on_purpose_is_left_and_said(jail: Jail) -> None:
    await booked(jail)
    jail.engine.down = True
    asked = await remove(jail, PHOTO, "A1")
    jail.engine.down = False
    async with jail.records.view() as view:
        record = await view.photos.get("B1")
    assert record is not None
    async with jail.records.unit() as unit:
        await unit.photos.put(replace(record, external_image_id="A1"), {})

    assert not await jail.go_on_removing.with_one(asked.removal.removal_id)

    async with jail.records.view() as view:
        found = await view.removals.get(asked.removal.removal_id)
    assert found is not None
    assert "indexed again since" in " ".join(left_in(found, Place.RECORDS).left)


async def test_a_hold_placed_meanwhile_keeps_what_is_not_yet_removed(jail: Jail) -> None:
    await booked(jail)
    async with jail.records.unit() as unit:
        begun = Removal("R-1", ANN, utc_now(), "desk", 2)
        await unit.removals.add(begun, ["A1", "A2"], None)
    hold = await place(jail, HoldKind.PHOTO, "A1")

    assert not await jail.go_on_removing.with_one("R-1")

    async with jail.records.view() as view:
        found = await view.removals.get("R-1")
    assert found is not None
    assert found.state is RemovalState.LEFT
    assert f"A1: the hold {hold.hold_id} is on it" in left_in(found, Place.RECORDS).left
    assert sorted(key.partition("/")[0] for key in jail.store.photos) == ["A1", "B1"]
    await jail.services().forgetting.holds.release(hold.hold_id, "over", ACTOR)
    assert await jail.go_on_removing() == 1  # due at once, though it was to be tried later


async def test_a_photo_that_became_anothers_meanwhile_stays_and_is_named(jail: Jail) -> None:
    await booked(jail)
    async with jail.records.unit() as unit:
        await unit.removals.add(Removal("R-1", ANN, utc_now(), "desk", 2), ["A1", "A2"], None)
        corrected = Standing("P-7", as_of=utc_now())
        await unit.standings.remember({"A2": corrected})

    assert await jail.go_on_removing.with_one("R-1")

    assert sorted(key.partition("/")[0] for key in jail.store.photos) == ["A2", "B1"]
    whole = await jail.services().forgetting.read_removals.one("R-1", ACTOR)
    assert [one.external_image_id for one in whole.photos] == ["A1"]
    assert "'not_meant_any_more': ['A2']" in str(whole.receipt)
    told = [one.details.get("not_meant_any_more") for one in await jail.audit()]
    assert ["A2"] in told


async def test_what_the_call_did_not_come_to_is_due_at_once(jail: Jail) -> None:
    await booked(jail)
    late = RemovePhotos(jail.records, jail.go_on_removing, seconds=0)

    asked = await late(ANN, ACTOR)

    assert asked.removal.state is RemovalState.PENDING
    assert await jail.go_on_removing() == 1


async def test_an_unknown_removal_is_not_found_and_the_look_recorded(jail: Jail) -> None:
    with pytest.raises(RemovalNotFoundError):
        await jail.services().forgetting.read_removals.one("R-9", ACTOR)

    assert [entry.outcome for entry in await jail.audit()] == ["removal_not_found"]

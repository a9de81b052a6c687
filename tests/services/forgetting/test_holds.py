"""A hold stops every purge and every removal that touches it, and nothing else."""

from dataclasses import replace

import pytest

from app.domain.audit import AuditAction
from app.domain.errors import (
    HoldNotFoundError,
    HoldReleasedError,
    InvalidExternalImageIdError,
    NotIndexedError,
    PreservationHoldError,
    SearchNotFoundError,
)
from app.domain.hold import Hold, HoldKind, HoldRequest
from app.domain.photo import View
from app.domain.record import IndexOutcome, IndexStatus
from app.domain.removal import RemovalReason, RemovalRequest, RemovalSubject
from tests.fakes import drawn_photo
from tests.jails import ACTOR, Jail, booking
from tests.records.samples import face_id, photo


async def place(jail: Jail, kind: HoldKind, value: str) -> Hold:
    asked = HoldRequest(kind, value, "appeal", "26-CR-1")
    return (await jail.services().forgetting.holds.place(asked, ACTOR)).hold


async def booked(jail: Jail) -> None:
    """Book two people; Ann has two photos."""
    for one, person in {"A1": "P-1", "A2": "P-1", "B1": "P-2"}.items():
        jail.fake_jms.known[one] = booking(one, person)
    await jail.book({"A1": "Ann", "A2": "Ann", "B1": "Bob"})


@pytest.mark.parametrize(
    ("kind", "value"),
    [(HoldKind.PHOTO, "A1"), (HoldKind.PERSON, "P-1"), (HoldKind.CASE, "26-001234")],
)
@pytest.mark.parametrize(
    ("subject", "named"),
    [
        (RemovalSubject.EXTERNAL_IMAGE_ID, "A1"),
        (RemovalSubject.PERSON_ID, "P-1"),
        (RemovalSubject.BOOKING_NUMBER, "B-A1"),
    ],
)
async def test_what_a_hold_is_on_is_not_removed_and_nothing_changes(
    jail: Jail, kind: HoldKind, value: str, subject: RemovalSubject, named: str
) -> None:
    await booked(jail)
    await jail.search("Ann")  # for the case: A1 stands in its answer
    hold = await place(jail, kind, value)
    request = RemovalRequest(subject, named, RemovalReason.EXPUNGED, "26-CR-1")

    with pytest.raises(PreservationHoldError, match=hold.hold_id):
        await jail.services().forgetting.removals(request, ACTOR)

    assert len(jail.store.photos) == 3
    assert len(jail.engine.held) == 3
    async with jail.records.view() as view:
        assert [one.status for one in await view.photos.page(None, 9)] == [IndexStatus.INDEXED] * 3
        assert await view.removals.page(None, 9) == []
    last = (await jail.audit())[-1]
    assert (last.action, last.outcome) == (AuditAction.REMOVE, "preservation_hold")


async def test_a_hold_on_a_person_stays_when_the_jms_makes_them_another(jail: Jail) -> None:
    await booked(jail)
    hold = await place(jail, HoldKind.PERSON, "P-1")
    for one in ("A1", "A2"):
        jail.fake_jms.known[one] = booking(one, "P-merged")
    await jail.search("Ann")  # asks the JMS

    async with jail.records.view() as view:
        assert (await view.standings.of(["A1"]))["A1"].person_id == "P-merged"
    for subject, value in (
        (RemovalSubject.PERSON_ID, "P-merged"),
        (RemovalSubject.EXTERNAL_IMAGE_ID, "A2"),
    ):
        request = RemovalRequest(subject, value, RemovalReason.EXPUNGED, "26-CR-1")
        with pytest.raises(PreservationHoldError, match=hold.hold_id):
            await jail.services().forgetting.removals(request, ACTOR)


async def test_the_photo_of_another_person_is_removed_all_the_same(jail: Jail) -> None:
    await booked(jail)
    await place(jail, HoldKind.PERSON, "P-1")

    await jail.services().remove_photo("B1", ACTOR)

    assert len(jail.store.photos) == 2


async def test_once_it_is_released_what_it_was_on_is_removed(jail: Jail) -> None:
    await booked(jail)
    holds = jail.services().forgetting.holds
    answer = await jail.search("Ann")
    hold = await place(jail, HoldKind.SEARCH, answer.search_id)
    with pytest.raises(PreservationHoldError):
        await jail.services().remove_photo("A2", ACTOR)  # it stands there as another photo

    released = await holds.release(hold.hold_id, "the appeal is over", ACTOR)
    await jail.services().remove_photo("A2", ACTOR)

    assert released.release is not None
    assert released.release.reason == "the appeal is over"
    assert await holds.page(ACTOR, None, 9, in_force=True) == []
    assert await holds.page(ACTOR, None, 9, in_force=False) == [released]
    with pytest.raises(HoldReleasedError):
        await holds.release(hold.hold_id, "again", ACTOR)
    with pytest.raises(HoldNotFoundError):
        await holds.release("no hold", "none", ACTOR)


async def test_every_change_is_in_the_audit_by_ids_and_without_the_reason(jail: Jail) -> None:
    await booked(jail)
    hold = await place(jail, HoldKind.PHOTO, "A1")
    await jail.services().forgetting.holds.release(hold.hold_id, "Ann was acquitted", ACTOR)

    placed, released = (await jail.audit())[-2:]

    assert (placed.action, released.action) == (AuditAction.PLACE_HOLD, AuditAction.RELEASE_HOLD)
    assert placed.external_image_id == "A1"
    assert placed.details["hold_id"] == released.details["hold_id"] == hold.hold_id
    assert placed.details["authority_reference"] == "26-CR-1"
    assert "acquitted" not in repr(released)
    assert "appeal" not in repr(placed)


async def test_how_much_a_hold_is_on_is_told(jail: Jail) -> None:
    await booked(jail)
    await jail.search("Ann")
    place = jail.services().forgetting.holds.place

    asked = {HoldKind.CASE: "26-001234", HoldKind.PERSON: "P-1", HoldKind.PHOTO: "B1"}
    told = [await place(HoldRequest(kind, value, "", ""), ACTOR) for kind, value in asked.items()]
    misspelt = await place(HoldRequest(HoldKind.CASE, "26-00123", "", ""), ACTOR)

    assert [(one.photos, one.searches) for one in told] == [(0, 1), (2, 0), (1, 0)]
    assert (misspelt.photos, misspelt.searches) == (0, 0)


@pytest.mark.parametrize(
    ("kind", "value", "error"),
    [
        (HoldKind.PHOTO, "A9", NotIndexedError),
        (HoldKind.PHOTO, "no id", InvalidExternalImageIdError),
        (HoldKind.SEARCH, "S-9", SearchNotFoundError),
    ],
)
async def test_a_hold_on_what_is_not_there_is_refused_and_recorded(
    jail: Jail, kind: HoldKind, value: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        await place(jail, kind, value)

    async with jail.records.view() as view:
        assert await view.holds.in_force() == []
    [entry] = await jail.audit()
    assert (entry.action, entry.outcome) == (AuditAction.PLACE_HOLD, error.code)  # type: ignore[attr-defined]  # ours


async def test_a_held_face_without_its_photo_is_not_replaced(jail: Jail) -> None:
    async with jail.records.unit() as unit:  # as IndexFaces leaves it
        await unit.photos.put(replace(photo("C1", face_id()), photo_key=None), {})
    hold = await place(jail, HoldKind.PHOTO, "C1")

    with pytest.raises(PreservationHoldError, match=hold.hold_id):
        await jail.index("C1", drawn_photo("Cleo"))


async def test_a_held_photo_is_not_replaced_and_the_new_one_is_not_kept(jail: Jail) -> None:
    await booked(jail)
    hold = await place(jail, HoldKind.PERSON, "P-1")

    with pytest.raises(PreservationHoldError, match=hold.hold_id):
        await jail.index("A1", drawn_photo("Ann", note="another"))
    await jail.sweep()

    with pytest.raises(PreservationHoldError, match=hold.hold_id):  # it would lose its face
        await jail.index("A1", drawn_photo("Ann", note="A1"), View.LEFT)

    assert len(jail.store.photos) == 3
    assert len([one for one, _ in jail.engine.held.values() if one == "Ann"]) == 2
    assert (await jail.index("A1", drawn_photo("Ann", note="A1"))).outcome is IndexOutcome.UNCHANGED
    assert (await jail.index("A3", drawn_photo("Ann"))).outcome is IndexOutcome.CREATED

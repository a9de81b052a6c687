"""A hold stays on a person or photo whatever number an event or the JMS gives them."""

from dataclasses import replace

import pytest

from app.domain.booking import RecordStatus
from app.domain.errors import PreservationHoldError
from app.domain.hold import HoldKind, HoldRequest
from app.domain.jms_events import About, EventType, JmsEvent, Numbered
from app.domain.record import IndexStatus
from app.domain.removal import RemovalReason, RemovalRequest, RemovalSubject
from app.domain.withheld import WithheldState
from app.services.forgetting.holding import hold_on_search
from tests.jails import ACTOR, Jail, booking
from tests.services.forgetting.test_holds import place
from tests.services.withholding.telling import AT, found, renumbered, rows, seal, sealed, tell

ANN = About(person_ids=("P-Ann",))
MERGED = JmsEvent("e1", EventType.MERGED, AT, replace(ANN, numbered=Numbered.PERSON_ID, to="P-2"))
EXPUNGED = replace(sealed("e2", status=RecordStatus.EXPUNGED), about=ANN)


async def book_again(jail: Jail) -> None:
    """Merge Ann into another number, under which she is booked again, as Y1."""
    await tell(jail, MERGED)
    for one in ("A1", "Y1"):
        jail.fake_jms.known[one] = booking(one, "P-2")
    await jail.book({"Y1": "Ann"})


async def is_kept(jail: Jail, external_image_id: str) -> bool:
    async with jail.records.view() as view:
        record = await view.photos.get(external_image_id)
    return record is not None and record.status is IndexStatus.INDEXED


@pytest.mark.parametrize("first", ["hold", "merge"])
async def test_who_is_held_by_an_old_number_is_hidden_and_stays(jail: Jail, first: str) -> None:
    if first == "merge":
        await book_again(jail)
    hold = await place(jail, HoldKind.PERSON, "P-Ann")
    if first == "hold":
        await book_again(jail)
    seal(jail, "A1", "Y1", status=RecordStatus.EXPUNGED)

    [answer] = await tell(jail, EXPUNGED)
    await jail.withheld()

    assert answer.photos == 2
    assert await found(jail, "Ann") == []
    assert {(await rows(jail))[one].state for one in ("A1", "Y1")} == {WithheldState.WAITING}
    assert await is_kept(jail, "A1")
    assert await is_kept(jail, "Y1")
    request = RemovalRequest(RemovalSubject.PERSON_ID, "P-2", RemovalReason.EXPUNGED, "26-CR-1")
    with pytest.raises(PreservationHoldError, match=hold.hold_id):
        await jail.services().forgetting.removals(request, ACTOR)


async def test_who_has_no_number_of_their_own_is_held_by_the_others(jail: Jail) -> None:
    known = booking("Y1")
    person = replace(known.person, other_person_ids=("P-0",))
    jail.fake_jms.known["Y1"] = replace(known, person=person)
    await jail.book({"Y1": "Ann"})
    hold = await place(jail, HoldKind.PERSON, "P-0")

    with pytest.raises(PreservationHoldError, match=hold.hold_id):
        await jail.services().remove_photo("Y1", ACTOR)


async def test_how_much_a_hold_by_an_old_number_is_on_is_told(jail: Jail) -> None:
    await book_again(jail)
    asked = HoldRequest(HoldKind.PERSON, "P-Ann", "appeal", "26-CR-1")

    placed = await jail.services().forgetting.holds.place(asked, ACTOR)

    assert (placed.photos, placed.searches) == (2, 0)


@pytest.mark.parametrize("number", ["P-Ann", "P-2"])
@pytest.mark.parametrize("first", ["search", "merge"])
async def test_a_search_is_held_by_any_number_of_who_stands_in_it(
    jail: Jail, number: str, first: str
) -> None:
    """Though no photo of theirs is on record any more."""
    if first == "merge":
        await tell(jail, MERGED)
    answer = await jail.search("Ann")
    if first == "search":
        await tell(jail, MERGED)
    await jail.services().remove_photo("A1", ACTOR)
    hold = await place(jail, HoldKind.PERSON, number)

    async with jail.records.view() as view:
        holds = await view.holds.in_force()
        on_it = await hold_on_search(view, holds, answer.search_id, answer)

    assert on_it is not None
    assert on_it.hold_id == hold.hold_id


@pytest.mark.parametrize("kind", [HoldKind.SEARCH, HoldKind.CASE])
async def test_a_photo_in_a_held_answer_stays_under_the_id_that_it_has_since(
    jail: Jail, kind: HoldKind
) -> None:
    answer = await jail.search("Ann")
    jail.fake_jms.known["N1"] = booking("N1", "P-Ann")
    await tell(jail, renumbered("e1", "A1", "N1"))
    assert await jail.follow() == 1
    value = answer.search_id if kind is HoldKind.SEARCH else "26-001234"
    hold = await place(jail, kind, value)

    with pytest.raises(PreservationHoldError, match=hold.hold_id):
        await jail.services().remove_photo("N1", ACTOR)


async def test_a_search_is_held_by_the_id_that_a_photo_in_it_has_since(jail: Jail) -> None:
    answer = await jail.search("Ann")
    jail.fake_jms.known["N1"] = booking("N1", "P-Ann")
    await tell(jail, renumbered("e1", "A1", "N1"))
    await jail.follow()
    hold = await place(jail, HoldKind.PHOTO, "N1")

    async with jail.records.view() as view:
        holds = await view.holds.in_force()
        on_it = await hold_on_search(view, holds, answer.search_id, answer)

    assert on_it is not None
    assert on_it.hold_id == hold.hold_id

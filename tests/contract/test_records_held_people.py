"""The contract of the records about holds on people who have other numbers since, or had before."""

from dataclasses import replace

import pytest

from app.domain.collection import Collection
from app.domain.hold import Hold, HoldKind
from app.domain.jms_events import Numbered
from app.domain.record import Standing
from app.ports.records import Records, RecordsOfCollections
from tests.contract.test_records_forgetting import hold
from tests.contract.test_records_former_numbers import of_kind, renumber
from tests.contract.test_records_withheld import MINUTE, put, said
from tests.records.samples import LATER, MODEL, NOW, tombstone

PERSON = Numbered.PERSON_ID
_BY_EVENTS = {one: pair for pair in ({"P0", "P1"}, {"P3", "P4"}) for one in pair}


def of(person_id: str | None, *others: str) -> Standing:
    return Standing(person_id, as_of=NOW, other_person_ids=others)


def since(person_id: str | None, *others: str) -> Standing:
    return Standing(person_id, as_of=LATER, other_person_ids=others)


async def client_of(of_collections: RecordsOfCollections) -> Records:
    """Return the records of a collection beside the service's own."""
    other = of_collections.of("cases")
    async with other.unit() as unit:
        await unit.collections.add(Collection("cases", MODEL, NOW))
    return other


async def hold_on(records: Records, person_id: str, hold_id: str = "H-1") -> None:
    async with records.unit() as unit:
        await unit.holds.add(hold(hold_id, HoldKind.PERSON, person_id))


async def held(records: Records, hold_id: str = "H-1") -> Hold:
    async with records.view() as view:
        [found] = [one for one in await view.holds.in_force() if one.hold_id == hold_id]
    return found


async def others(records: Records) -> frozenset[str]:
    return (await held(records)).other_person_ids


@pytest.mark.parametrize("person_id", ["1", "2", '"3\\', "4"])
async def test_a_hold_knows_what_its_person_is_called_by_what_events_told_and_a_circle_ends(
    records: Records, person_id: str
) -> None:
    await hold_on(records, person_id)
    assert await others(records) == frozenset()

    await renumber(records, of_kind(PERSON, "1", "4", to="2"), of_kind(PERSON, "2", to='"3\\'))
    await renumber(records, of_kind(PERSON, '"3\\', to="1"))
    await renumber(records, of_kind(Numbered.BOOKING_NUMBER, "1", to="9"))

    assert await others(records) == {"1", "2", '"3\\', "4"} - {person_id}


@pytest.mark.parametrize(
    ("person_id", "known"),
    [("P1", {"P2"}), ("P2", set()), ("0", {"P2", "P3"}), ("P3", set())],
)
async def test_a_hold_knows_what_the_jms_answers_and_no_filler_makes_everybody_one(
    records: Records, of_collections: RecordsOfCollections, person_id: str, known: set[str]
) -> None:
    other = await client_of(of_collections)
    await put(other, "A2", of("P2", "0", "P1"))
    await put(records, "A3", of("P3", "0"))

    await hold_on(records, person_id)

    assert await others(records) == known


async def test_a_hold_by_an_old_number_has_the_photos_of_now(records: Records) -> None:
    await renumber(records, of_kind(PERSON, "P1", to="P2"))
    photos = {
        "A1": of("P1"),
        "A2": of("P2"),
        "A3": of("P3", "P2"),
        "A4": of("P4"),
        "A5": of("P2"),
        "A6": of(None, "P1"),
    }
    for one, known in photos.items():
        await put(records, one, known)
    async with records.unit() as unit:
        await unit.photos.put(tombstone("A5"), {})

    await hold_on(records, "P1")
    await hold_on(records, "P4", "H-4")

    assert (await held(records)).photos == {"A1", "A2", "A3", "A6"}
    assert (await held(records, "H-4")).photos == {"A4"}


async def test_a_hold_stays_on_who_was_its_person_by_a_number_of_since(records: Records) -> None:
    await hold_on(records, "P1")
    await renumber(records, of_kind(PERSON, "P1", to="P2"))
    await put(records, "A1", of("P2"))
    await put(records, "A2", of("P4"))

    await said(records, "A1", since("P9"))
    await said(records, "A2", since("P9"))

    assert (await held(records)).photos == {"A1"}


@pytest.mark.parametrize("number", ["P2", None])
async def test_a_hold_stays_when_the_jms_answers_other_numbers_no_more(
    records: Records, number: str | None
) -> None:
    await hold_on(records, "P1")
    await put(records, "A1", of(number, "P1"))
    await put(records, "A2", of("P2"))

    await said(records, "A1", since("P9"))

    assert (await held(records)).photos == {"A1"}
    assert await others(records) == frozenset()


@pytest.mark.parametrize("person_id", ["P0", "P1", "P2", "P3", "P4", "P5", "0"])
async def test_a_photo_stays_held_by_whom_it_is_held_when_it_becomes_anothers(
    records: Records, person_id: str
) -> None:
    await renumber(records, of_kind(PERSON, "P0", to="P1"), of_kind(PERSON, "P3", to="P4"))
    photos = {
        "A0": of("P0"),
        "A1": of("P1"),
        "A2": of("P2", "P1", "0"),
        "A3": of("P3", "P2"),
        "A4": of("P4"),
        "A5": of("P5", "0"),
        "A6": of("0"),
    }
    await hold_on(records, person_id)
    for one, known in photos.items():
        await put(records, one, known)
    at = LATER

    for one, known in photos.items():
        own = {known.person_id, *known.other_person_ids}
        is_theirs = any(person_id in _BY_EVENTS.get(number or "", {number}) for number in own)
        for says in (since("P9"), known):
            at += MINUTE
            await said(records, one, replace(says, as_of=at))
        assert (one in (await held(records)).photos) == is_theirs, one

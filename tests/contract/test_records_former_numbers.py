"""The contract of the records about numbers that are others since a merge or renumbering."""

from dataclasses import replace
from datetime import datetime

import pytest

from app.domain.collection import Collection
from app.domain.jms_events import About, Meant, Numbered
from app.domain.record import Standing
from app.ports.records import Records, RecordsOfCollections
from tests.contract.test_records_withheld import MINUTE, WHY, put, said
from tests.records.samples import LATER, MODEL, NOW, face_id, photo, tombstone


def of_kind(kind: Numbered, *numbers: str, to: str | None = None) -> About:
    """Return what names these numbers of a kind, or says that they are another now."""
    numbered = kind if to else None
    match kind:
        case Numbered.PERSON_ID:
            return About(person_ids=numbers, numbered=numbered, to=to)
        case Numbered.BOOKING_NUMBER:
            return About(booking_numbers=numbers, numbered=numbered, to=to)
        case Numbered.EXTERNAL_IMAGE_ID:
            return About(numbers, numbered=numbered, to=to)


async def renumber(records: Records, *abouts: About, believed_at: datetime = NOW) -> None:
    async with records.unit() as unit:
        for about in abouts:
            await unit.jms_events.renumber(about, believed_at)


async def meant(records: Records, about: About) -> Meant:
    async with records.view() as view:
        return await view.jms_events.meant(about)


@pytest.mark.parametrize("kind", Numbered)
async def test_a_number_means_what_it_has_become_and_a_circle_ends(
    records: Records, kind: Numbered
) -> None:
    await put(records, "3", Standing("3", as_of=NOW, booking_number="3"))
    await renumber(
        records,
        of_kind(kind, "1", "2", "0", to="2"),
        of_kind(kind, "2", to='"3\\'),
        of_kind(kind, '"3\\', to="3"),
        of_kind(kind, "3", to="1"),
        of_kind(kind, "1", to="2"),
    )

    known = await meant(records, of_kind(kind, "1", "9", "0", "1"))

    assert (known.photos, known.unknown) == (["3"], 1)
    ids = ['"3\\', "0", "1", "2", "3", "9"]
    assert known.ids == (ids if kind is Numbered.EXTERNAL_IMAGE_ID else [])
    none = About()
    await renumber(records, none)
    assert await meant(records, none) == Meant([], [], 0)


async def test_numbers_of_other_kinds_are_other_numbers(records: Records) -> None:
    await put(records, "2", Standing("2", as_of=NOW, booking_number="2"))
    await renumber(records, of_kind(Numbered.PERSON_ID, "1", to="2"))

    assert (await meant(records, About(("1",), booking_numbers=("1",)))).photos == []
    assert (await meant(records, About(("1",), ("1",), ("1",)))).unknown == 2


async def test_the_number_of_a_photo_before_is_meant_by_its_new_one(
    records: Records, of_collections: RecordsOfCollections
) -> None:
    other = of_collections.of("cases")
    async with other.unit() as unit:
        await unit.collections.add(Collection("cases", MODEL, NOW))
    await put(other, "A1")  # where its client has it by the old one
    image, person = Numbered.EXTERNAL_IMAGE_ID, Numbered.PERSON_ID
    await renumber(records, of_kind(image, "A1", to="N1"), of_kind(person, "P1", to="P2"))
    await put(records, "N1")
    await put(records, "A9", Standing("P1", as_of=NOW))

    assert await meant(records, of_kind(image, "N1")) == Meant(["A1", "N1"], ["A1", "N1"], 0)
    assert (await meant(records, of_kind(person, "P2"))).photos == []


@pytest.mark.parametrize("kind", [Numbered.PERSON_ID, Numbered.BOOKING_NUMBER])
async def test_a_number_is_known_that_the_jms_says_was_another_before(
    records: Records, of_collections: RecordsOfCollections, kind: Numbered
) -> None:
    before, now = of_kind(kind, '"1\\'), of_kind(kind, "2")
    other = of_collections.of("cases")
    async with other.unit() as unit:
        await unit.collections.add(Collection("cases", MODEL, NOW))
    plain = Standing("2", as_of=NOW, booking_number="2")
    told = replace(plain, other_person_ids=("0", '"1\\'), previous_booking_numbers=("0", '"1\\'))
    await put(records, "A1", plain)
    await put(other, "A2", told)

    assert (await meant(records, before)).photos == ["A1", "A2"]

    async with other.unit() as unit:
        await unit.photos.put(photo("A2", face_id()), {})  # without asking the JMS
        assert (await unit.standings.of(["A2"]))["A2"] == told
    await said(other, "A2", replace(plain, as_of=LATER))
    assert (await meant(records, before)).photos == []
    await said(other, "A2", replace(told, as_of=LATER + MINUTE))
    assert (await meant(records, before)).photos == (await meant(records, now)).photos
    async with other.unit() as unit:
        assert (await unit.standings.of(["A2"]))["A2"] == replace(told, as_of=LATER + MINUTE)
        await unit.photos.put(tombstone("A2"), {})
    assert (await meant(records, before)).unknown == 1


@pytest.mark.parametrize("kind", [Numbered.PERSON_ID, Numbered.BOOKING_NUMBER])
async def test_who_comes_under_what_a_number_has_become_is_a_newcomer(
    records: Records, kind: Numbered
) -> None:
    await renumber(records, of_kind(kind, "1", to="2"))
    await put(records, "A1", Standing("2", as_of=NOW, booking_number="2"))
    await put(records, "A2", Standing("2", as_of=LATER, booking_number="2"))
    await put(records, "A3", Standing("2", as_of=NOW, booking_number="2"))
    async with records.unit() as unit:
        await unit.withheld.hide(["A3"], WHY)

    async with records.view() as view:
        came = await view.jms_events.newcomers(of_kind(kind, "1"), NOW, LATER)

    assert came == ["A1"]


@pytest.mark.parametrize("kind", [Numbered.PERSON_ID, Numbered.BOOKING_NUMBER])
async def test_a_photo_without_a_number_of_now_is_meant_by_those_from_before(
    records: Records, of_collections: RecordsOfCollections, kind: Numbered
) -> None:
    other = of_collections.of("cases")
    async with other.unit() as unit:
        await unit.collections.add(Collection("cases", MODEL, NOW))
    person, stay = 'P"1\\', 'B"1\\'
    told = Standing(as_of=NOW, other_person_ids=("0", person), previous_booking_numbers=(stay,))
    await put(records, "A1", told)
    for one in ("A2", "A3"):
        await put(other, one, told)
    async with other.unit() as unit:
        await unit.photos.put(tombstone("A3"), {})
    mine, others = (person, stay) if kind is Numbered.PERSON_ID else (stay, person)
    await renumber(records, of_kind(kind, "9", to=mine))

    known = await meant(records, of_kind(kind, mine, "9", others))
    async with records.view() as view:
        came = await view.jms_events.newcomers(of_kind(kind, "9"), NOW, LATER)

    assert (known.photos, known.unknown) == (["A1", "A2"], 1)
    assert came == ["A1", "A2"]

    await renumber(records, of_kind(kind, mine, to="10"))
    assert (await meant(records, of_kind(kind, "10"))).photos == ["A1", "A2"]

"""The contract of the records about booking numbers that must not be told."""

from dataclasses import replace

import pytest

from app.domain.booking import RecordStatus
from app.domain.collection import Collection
from app.domain.jms_events import About, EventType, JmsEvent, Numbered
from app.domain.record import Standing
from app.ports.records import Records, RecordsOfCollections
from tests.contract.test_records_withheld import SEALED, WHY, put, said
from tests.records.samples import LATER, MODEL, NOW, tombstone

ACTIVE = RecordStatus.ACTIVE


def of(number: str | None, status: RecordStatus = ACTIVE) -> Standing:
    return Standing("P-1", status, NOW, NOW, number)


async def hidden(records: Records, *numbers: str) -> list[str]:
    async with records.view() as view:
        return sorted(await view.booking_numbers.hidden(numbers))


async def tell(records: Records, event: JmsEvent) -> None:
    async with records.unit() as unit:
        await unit.jms_events.claim(event, NOW)
        await unit.jms_events.renumber(event.about, NOW)


async def test_the_number_of_a_photo_that_is_hidden_is_hidden(records: Records) -> None:
    await put(records, "A1", of("26-1", SEALED))
    await put(records, "A2", of("26-2"))

    assert await hidden(records, "26-1", "26-2", "26-3", 'odd "\\ \x00') == ["26-1"]
    assert await hidden(records) == []

    await said(records, "A1", replace(of("26-1"), as_of=LATER))

    assert await hidden(records, "26-1") == []


async def test_one_hidden_photo_of_a_stay_hides_its_number(records: Records) -> None:
    await put(records, "A1", of("26-1"))
    await put(records, "A2", of("26-1", SEALED))

    assert await hidden(records, "26-1") == ["26-1"]


async def test_a_number_stays_hidden_once_its_photo_is_removed(records: Records) -> None:
    await put(records, "A1", of("26-1"))
    async with records.unit() as unit:
        await unit.withheld.hide(["A1"], WHY)

    async with records.unit() as unit:
        await unit.photos.put(tombstone("A1"), {})

    assert await hidden(records, "26-1") == ["26-1"]
    await put(records, "A2", of("26-1"))  # the JMS says that a photo of it may be shown
    assert await hidden(records, "26-1") == []


async def test_the_number_of_an_active_photo_is_told_once_it_is_removed(records: Records) -> None:
    await put(records, "A1", of("26-1"))

    async with records.unit() as unit:
        await unit.photos.put(tombstone("A1"), {})

    assert await hidden(records, "26-1") == []


async def test_the_numbers_of_photos_are_hidden_before_they_are_removed(records: Records) -> None:
    await put(records, "A1", of("26-1"))
    await put(records, "A2", of(None))
    async with records.unit() as unit:
        await unit.booking_numbers.hide(["A1", "A2", "A3"])
        await unit.booking_numbers.hide(["A1"])
    assert await hidden(records, "26-1") == []  # it is there and may be shown

    async with records.unit() as unit:
        await unit.photos.put(tombstone("A1"), {})

    assert await hidden(records, "26-1") == ["26-1"]


@pytest.mark.parametrize("new", [None, "27-1"])
async def test_a_hidden_photos_former_number_is_hidden(records: Records, new: str | None) -> None:
    await put(records, "A1", of("26-1"))
    await said(records, "A1", replace(of(new, SEALED), as_of=LATER))

    assert await hidden(records, "26-1", "27-1") == ["26-1", *([new] if new else [])]

    again = LATER + (LATER - NOW)
    await said(records, "A1", replace(of(new), as_of=again))
    assert await hidden(records, "26-1", "27-1") == []


async def test_a_number_from_before_that_the_jms_answers_is_hidden_with_its_stay(
    records: Records,
) -> None:
    stay = replace(of("27-1"), previous_booking_numbers=("26-1", "25-1"))
    await put(records, "A1", stay)
    assert await hidden(records, "26-1", "27-1") == []

    await said(records, "A1", replace(stay, status=SEALED, as_of=LATER))
    assert await hidden(records, "25-1", "26-1", "27-1") == ["25-1", "26-1", "27-1"]
    async with records.unit() as unit:
        await unit.photos.put(tombstone("A1"), {})

    assert await hidden(records, "25-1", "26-1", "27-1") == ["25-1", "26-1", "27-1"]


async def test_the_number_before_of_a_stay_that_may_be_shown_again_is_told(
    records: Records,
) -> None:
    sealed = JmsEvent("e1", EventType.SEALED, NOW, About(booking_numbers=("26-1",)), SEALED)
    moved = About(booking_numbers=("26-1",), numbered=Numbered.BOOKING_NUMBER, to="27-1")
    await tell(records, sealed)
    await tell(records, JmsEvent("m1", EventType.RENUMBERED, NOW, moved))
    assert await hidden(records, "26-1") == ["26-1"]

    await put(records, "A1", of("27-1"))

    assert await hidden(records, "26-1", "27-1") == []


async def test_an_event_hides_a_number_of_which_nothing_is_on_record(records: Records) -> None:
    about = About(booking_numbers=("26-0", "26-1"))
    await tell(records, JmsEvent("e1", EventType.SEALED, NOW, about, SEALED))
    updated = JmsEvent("e2", EventType.UPDATED, NOW, About(booking_numbers=("26-2",)))
    await tell(records, updated)

    assert await hidden(records, "26-1", "26-2", "26-3") == ["26-1"]
    await put(records, "A1", of("26-1"))
    assert await hidden(records, "26-1") == []


async def test_an_event_hides_the_number_that_a_hidden_booking_gets(records: Records) -> None:
    about = About(booking_numbers=("26-1",))
    await tell(records, JmsEvent("e1", EventType.SEALED, NOW, about, SEALED))
    for number, (old, new) in enumerate((("26-1", "27-1"), ("27-1", "28-1"), ("5", "6"))):
        moved = About(booking_numbers=(old,), numbered=Numbered.BOOKING_NUMBER, to=new)
        await tell(records, JmsEvent(f"m{number}", EventType.RENUMBERED, NOW, moved))

    assert await hidden(records, "27-1", "28-1", "6") == ["27-1", "28-1"]


async def test_a_former_number_is_hidden_with_the_stay_that_had_it(records: Records) -> None:
    moved = About(booking_numbers=("26-1",), numbered=Numbered.BOOKING_NUMBER, to="27-1")
    await tell(records, JmsEvent("m1", EventType.RENUMBERED, NOW, moved))
    await put(records, "A1", of("27-1"))
    assert await hidden(records, "26-1") == []

    async with records.unit() as unit:
        await unit.withheld.hide(["A1"], WHY)

    assert await hidden(records, "26-1", "27-1") == ["26-1", "27-1"]
    await put(records, "A2", of("26-1"))  # another stay that has the number now
    assert await hidden(records, "26-1", "27-1") == ["27-1"]


async def test_a_stay_without_a_number_of_now_has_those_from_before(records: Records) -> None:
    stay = replace(of(None, SEALED), previous_booking_numbers=("26-1", "25-1"))
    moved = About(booking_numbers=("24-1",), numbered=Numbered.BOOKING_NUMBER, to="25-1")
    await tell(records, JmsEvent("m1", EventType.RENUMBERED, NOW, moved))
    about = About(booking_numbers=("26-1",))
    await tell(records, JmsEvent("e1", EventType.SEALED, NOW, about, SEALED))

    await put(records, "A1", stay)

    assert await hidden(records, "24-1", "25-1", "26-1", "27-1") == ["24-1", "25-1", "26-1"]
    await said(records, "A1", replace(stay, status=ACTIVE, as_of=LATER))
    assert await hidden(records, "24-1", "25-1", "26-1") == []


async def test_what_another_collection_hides_is_hidden(
    records: Records, of_collections: RecordsOfCollections
) -> None:
    other = of_collections.of("cases")
    async with other.unit() as unit:
        await unit.collections.add(Collection("cases", MODEL, NOW))
    await put(other, "A1", of("26-1", SEALED))
    await put(other, "A2", of("26-2", SEALED))
    async with other.unit() as unit:
        await unit.photos.forget(["A2"])

    assert await hidden(records, "26-1", "26-2", "26-3") == ["26-1", "26-2"]

"""The contract of the records about what must not be shown in any collection."""

from dataclasses import replace

from app.domain.booking import RecordStatus
from app.domain.collection import Collection
from app.domain.jms_events import About
from app.ports.records import Records, RecordsOfCollections
from tests.contract.test_records_withheld import SEALED, WHY, put, status
from tests.databases import COLLECTION
from tests.records.samples import LATER, MODEL, NOW, face_id, photo, standing


async def test_every_collection_hides_it_and_shows_it(
    records: Records, of_collections: RecordsOfCollections
) -> None:
    other = of_collections.of("cases")
    for one, name in ((records, COLLECTION), (other, "cases")):
        async with one.unit() as unit:
            await unit.collections.add(Collection(name, MODEL, NOW))
        await put(one, "A1", standing("P-1"))

    async with records.unit() as unit:
        assert (await unit.jms_events.meant(About(person_ids=("P-1",)))).photos == ["A1"]
        await unit.withheld.hide(["A1"], WHY)
    assert [await status(one, "A1") for one in (records, other)] == [SEALED, SEALED]

    async with records.unit() as unit:
        await unit.withheld.show(["A1"], LATER)
    shown = [await status(one, "A1") for one in (records, other)]
    assert shown == [RecordStatus.ACTIVE, RecordStatus.ACTIVE]


async def test_what_comes_under_a_sealed_id_into_another_collection_is_hidden(
    records: Records, of_collections: RecordsOfCollections
) -> None:
    other = of_collections.of("cases")
    async with other.unit() as unit:
        await unit.collections.add(Collection("cases", MODEL, NOW))
    async with records.unit() as unit:
        await unit.withheld.hide(["A1"], WHY)

    await put(other, "A1")

    assert await status(other, "A1") is SEALED
    async with records.unit() as unit:
        await unit.withheld.show(["A1"], LATER)
    assert await status(other, "A1") is RecordStatus.ACTIVE
    await put(other, "A1")
    assert await status(other, "A1") is RecordStatus.ACTIVE


async def test_a_collection_that_is_gone_hides_nothing_that_is_shown_again(
    records: Records, of_collections: RecordsOfCollections
) -> None:
    other = of_collections.of("cases")
    async with other.unit() as unit:
        await unit.collections.add(Collection("cases", MODEL, NOW))
    await put(other, "A1")
    for why in (WHY, replace(WHY, event_id="e2")):
        async with records.unit() as unit:
            await unit.withheld.hide(["A1"], why)
    async with other.unit() as unit:
        await unit.collections.remove()

    async with records.unit() as unit:
        await unit.withheld.show(["A1"], LATER)

    await put(records, "A1")
    assert await status(records, "A1") is RecordStatus.ACTIVE


async def test_what_is_put_into_another_collection_while_it_is_hidden_is_hidden_again(
    records: Records, of_collections: RecordsOfCollections
) -> None:
    other = of_collections.of("cases")
    async with other.unit() as unit:
        await unit.collections.add(Collection("cases", MODEL, NOW))
    async with other.unit() as unit:
        await unit.photos.put(photo("A1", face_id()), {})
        await unit.photos.get("A1")  # written, and not yet committed
        async with records.unit() as event:
            await event.withheld.hide(["A1"], WHY)

    async with records.unit() as unit:
        assert await unit.withheld.reconcile() == 1

    assert await status(other, "A1") is SEALED
    async with records.unit() as unit:
        await unit.withheld.show(["A1"], LATER)
    assert await status(other, "A1") is RecordStatus.ACTIVE

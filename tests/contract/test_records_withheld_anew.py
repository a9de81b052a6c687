"""The contract of the records about what is hidden for another reason than before."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app.domain.booking import RecordStatus
from app.domain.record import Standing
from app.domain.withheld import WithheldState
from app.ports.records import Records
from app.ports.withheld_records import Hiding
from tests.contract.test_records_withheld import (
    FOREVER,
    MINUTE,
    SEALED,
    WHY,
    hidden,
    put,
    said,
    status,
)
from tests.records.samples import LATER, NOW, standing, tombstone


@pytest.mark.parametrize("way", ["read", "event", "event without a photo"])
async def test_another_status_begins_its_time_anew(records: Records, way: str) -> None:
    before, restricted = NOW - timedelta(days=90), RecordStatus.RESTRICTED
    if way == "event without a photo":
        async with records.unit() as unit:
            await unit.withheld.hide(["A1"], Hiding(restricted, "e0", before, before))
    else:
        await put(records, "A1", Standing("P-1", restricted, before))
    first = (await hidden(records))["A1"]
    async with records.unit() as unit:
        await unit.withheld.said_again({first.withheld_id: FOREVER}, before + MINUTE)
        await unit.withheld.ask([first.withheld_id])
        await unit.withheld.told([first.withheld_id])

    if way == "read":
        await said(records, "A1", standing("P-1", SEALED))
    else:
        async with records.unit() as unit:
            await unit.withheld.hide(["A1"], WHY)

    row = (await hidden(records))["A1"]
    assert row == replace(
        first,
        status=SEALED,
        state=WithheldState.WAITING,
        hidden_at=NOW,
        event_id=None if way == "read" else "e1",
    )
    async with records.unit() as unit:
        await unit.withheld.said_again({row.withheld_id: NOW}, NOW)
        assert (await unit.withheld.to_tell(9))[0].confirmed_at is None


async def test_the_same_status_from_an_event_goes_on_with_its_time(records: Records) -> None:
    await put(records, "A1", Standing("P-1", SEALED, NOW - timedelta(days=9)))

    async with records.unit() as unit:
        await unit.withheld.hide(["A1"], WHY)

    row = (await hidden(records))["A1"]
    assert (row.hidden_at, row.event_id) == (NOW - timedelta(days=9), "e1")


async def test_an_event_makes_nothing_less_of_what_is_hidden_as_something_stricter(
    records: Records,
) -> None:
    await put(records, "A1", standing("P-1"))
    late = Hiding(RecordStatus.RESTRICTED, "e2", LATER, LATER + MINUTE)
    async with records.unit() as unit:
        await unit.withheld.hide(["A1", "A2"], WHY)
    first = await hidden(records)
    async with records.unit() as unit:
        ids = {row.withheld_id: FOREVER for row in first.values()}
        await unit.withheld.said_again(ids, LATER)
        await unit.withheld.ask(list(ids))

    async with records.unit() as unit:
        await unit.withheld.hide(["A1", "A2"], late)

    assert await hidden(records) == {
        one: replace(row, state=WithheldState.ASKING, confirmed_at=LATER)
        for one, row in first.items()
    }
    assert await status(records, "A1") is SEALED
    await said(records, "A1", replace(standing("P-1"), as_of=LATER))
    assert await status(records, "A1") is SEALED  # the later event is believed as long
    restricted = Standing("P-1", RecordStatus.RESTRICTED, LATER + MINUTE)
    await said(records, "A1", restricted)
    assert (await hidden(records))["A1"].status is RecordStatus.RESTRICTED


@pytest.mark.parametrize("first", ["read", "event"])
async def test_a_stricter_event_counts_and_every_collections_photos_are_weighed_alone(
    records: Records, first: str
) -> None:
    juvenile = RecordStatus.JUVENILE
    await put(records, "A1", standing("P-1", juvenile if first == "read" else RecordStatus.ACTIVE))
    await put(records, "A2", standing("P-1", RecordStatus.EXPUNGED))
    async with records.unit() as unit:
        if first == "event":
            await unit.withheld.hide(["A1"], replace(WHY, status=juvenile, event_id="e0"))
        await unit.withheld.hide(["A1", "A2"], WHY)

    rows = await hidden(records)

    assert [rows[one].status for one in ("A1", "A2")] == [SEALED, RecordStatus.EXPUNGED]
    assert [rows[one].event_id for one in ("A1", "A2")] == ["e1", None]  # who said its status


async def test_what_is_read_is_no_events_word(records: Records) -> None:
    await put(records, "A1", standing("P-1"))
    async with records.unit() as unit:
        await unit.withheld.hide(["A1"], replace(WHY, status=RecordStatus.RESTRICTED))

    await said(records, "A1", Standing("P-1", RecordStatus.EXPUNGED, WHY.believed_at))

    row = (await hidden(records))["A1"]
    assert (row.status, row.event_id) == (RecordStatus.EXPUNGED, None)


async def test_as_what_a_photo_was_hidden_when_it_was_removed_is_known(records: Records) -> None:
    async def removed_as(name: str) -> RecordStatus | None:
        async with records.view() as view:
            return await view.withheld.removed_as(name)

    await put(records, "A1", standing("P-1", SEALED))
    await put(records, "A2", standing("P-1"))
    assert [await removed_as(one) for one in ("A1", "A2", "A3")] == [None, None, None]
    async with records.unit() as unit:
        await unit.photos.put(tombstone("A1"), {})
        await unit.photos.put(tombstone("A2"), {})
    assert [await removed_as(one) for one in ("A1", "A2")] == [SEALED, None]

    await put(records, "A1", standing("P-1"))
    async with records.unit() as unit:
        await unit.photos.put(replace(tombstone("A1"), changed_at=LATER), {})

    assert await removed_as("A1") is None  # nothing hid it the second time

"""The contract of the records about what is hidden for another reason than before."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app.domain.booking import RecordStatus
from app.domain.record import Standing
from app.domain.withheld import WithheldState
from app.ports.records import Records
from app.ports.withheld_records import Hiding
from tests.contract.test_records_withheld import FOREVER, MINUTE, SEALED, WHY, hidden, put, said
from tests.records.samples import NOW, standing


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

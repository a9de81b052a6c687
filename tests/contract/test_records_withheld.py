"""The contract of the records about what must not be shown."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from app.domain.booking import RecordStatus
from app.domain.jms_events import About, EventAnswer, EventType, JmsEvent
from app.domain.record import IndexStatus, Standing
from app.domain.withheld import Asking, Withheld, WithheldState, full_days
from app.ports.records import Records
from app.ports.withheld_records import Hiding
from tests.records.samples import LATER, NOW, face_id, photo, standing, tombstone

SEALED, MINUTE = RecordStatus.SEALED, timedelta(minutes=1)
WHY = Hiding(SEALED, "e1", NOW, LATER)
FOREVER = NOW + timedelta(days=365)


async def put(records: Records, name: str, known: Standing | None = None) -> None:
    async with records.unit() as unit:
        await unit.photos.put(photo(name, face_id(), standing=known), {})


async def said(records: Records, name: str, known: Standing) -> None:
    async with records.unit() as unit:
        await unit.standings.remember({name: known})


async def hidden(records: Records) -> Mapping[str, Withheld]:
    async with records.view() as view:
        rows = await view.withheld.page(None, None, 100)
    return {one.external_image_id: one for one in reversed(rows)}


async def status(records: Records, name: str) -> RecordStatus:
    async with records.view() as view:
        return (await view.standings.of([name]))[name].status


async def test_whoever_writes_a_photo_that_is_sealed_leaves_a_row_and_ends_it(
    records: Records,
) -> None:
    await put(records, "A1", standing("P-1", SEALED))
    await put(records, "A2", standing("P-2"))
    assert [(one, row.state) for one, row in (await hidden(records)).items()] == [
        ("A1", WithheldState.WAITING)
    ]

    await said(records, "A1", replace(standing("P-1"), as_of=LATER))

    row = (await hidden(records))["A1"]
    assert (row.state, row.hidden_at, row.ended_at) == (WithheldState.SHOWN, NOW, LATER)
    await said(records, "A1", replace(standing("P-1", SEALED), as_of=LATER + MINUTE))
    assert (await hidden(records))["A1"].withheld_id > row.withheld_id
    async with records.unit() as unit:
        await unit.photos.put(tombstone("A1"), {})
    assert (await hidden(records))["A1"].state is WithheldState.REMOVED


async def test_no_word_from_before_an_event_may_be_believed_shows_a_photo(
    records: Records,
) -> None:
    await put(records, "A1", standing("P-1"))
    async with records.unit() as unit:
        await unit.withheld.hide(["A1", "A2"], WHY)

    await said(records, "A1", replace(standing("P-9"), as_of=LATER - MINUTE))
    await put(records, "A1")
    await put(records, "A2", replace(standing("P-2"), as_of=LATER - MINUTE))

    assert [await status(records, one) for one in ("A1", "A2")] == [SEALED, SEALED]
    async with records.view() as view:
        assert (await view.standings.of(["A1"]))["A1"].person_id == "P-9"
        assert await view.withheld.of(["A1", "A2", "A3"]) == {"A1": SEALED, "A2": SEALED}
    await said(records, "A1", replace(standing("P-1"), as_of=LATER))
    assert await status(records, "A1") is RecordStatus.ACTIVE


async def test_what_is_put_on_record_while_it_is_hidden_is_hidden_again(records: Records) -> None:
    async def event() -> None:
        async with records.unit() as unit:
            await unit.withheld.hide(["A1"], WHY)

    async with records.unit() as unit:
        await unit.photos.put(photo("A1", face_id(), standing=standing("P-1")), {})
        await unit.photos.get("A1")  # written, and not yet committed
        await event()
    assert await status(records, "A1") is RecordStatus.ACTIVE

    async with records.unit() as unit:
        assert await unit.withheld.reconcile() == 1
    async with records.unit() as unit:
        assert await unit.withheld.reconcile() == 0

    assert await status(records, "A1") is SEALED


async def test_each_is_asked_about_by_one_process_when_its_time_has_come(
    records: Records,
) -> None:
    async with records.unit() as unit:
        await unit.withheld.hide(["A1", "A2"], WHY)

    async def taken(now: timedelta, hidden_before: timedelta = timedelta()) -> set[str]:
        at = NOW + now
        async with records.unit() as unit:
            rows = await unit.withheld.to_read(at, NOW + hidden_before, at + MINUTE, 9)
            return {row.external_image_id for row in rows}

    hour = timedelta(hours=1)
    assert await taken(hour - MINUTE) == set()
    assert await taken(hour, -MINUTE) == set()
    one, other = await asyncio.gather(taken(hour), taken(hour))
    assert sorted([*one, *other]) == ["A1", "A2"]
    assert await taken(hour + MINUTE) == {"A1", "A2"}
    ids = {name: row.withheld_id for name, row in (await hidden(records)).items()}
    async with records.unit() as unit:
        await unit.withheld.said_again({ids["A1"]: FOREVER}, LATER)
        await unit.withheld.missed({ids["A2"]: LATER + 5 * MINUTE})

    known = await hidden(records)
    assert (known["A1"].confirmed_at, known["A2"].misses) == (LATER, 1)
    assert await taken(hour + 5 * MINUTE) == {"A2"}


async def test_more_than_are_allowed_in_any_day_ask_together(records: Records) -> None:
    for number, hours in enumerate((0, 10, 20, 30, 70, 100)):
        at = NOW + timedelta(hours=hours)
        await put(records, f"A{number}", Standing(None, SEALED, at))

    async def stopped(allowance: int) -> int:
        async with records.unit() as unit:
            full = full_days(await unit.withheld.count_new(), allowance)
            return sum([await unit.withheld.stop(*span) for span in full])

    assert await stopped(3) == 0
    async with records.unit() as unit:
        assert await unit.withheld.count_new() == []
    await put(records, "A6", Standing(None, SEALED, NOW + timedelta(hours=101)))
    assert [await stopped(allowance) for allowance in (2, 2)] == [0, 0]
    await put(records, "A7", Standing(None, SEALED, NOW + timedelta(hours=30)))
    assert await stopped(2) == 4
    asking = WithheldState.ASKING
    rows = await hidden(records)
    together = {name for name, row in rows.items() if row.state is asking}
    assert together == {"A1", "A2", "A3", "A7"}
    async with records.unit() as unit:
        assert await unit.withheld.counts() == {asking: 4, WithheldState.WAITING: 4}
        asked = await unit.withheld.asking()
        assert asked == Asking.of(
            {row.withheld_id: SEALED for row in rows.values() if row.state is asking}
        )
        assert await unit.withheld.agree() == asked
        assert await unit.withheld.asking() == Asking.of({})
        await unit.withheld.read_soon(NOW)
        assert len(await unit.withheld.to_read(FOREVER, FOREVER, FOREVER, 9)) == 8
    assert await stopped(2) == 0


async def test_a_removal_may_be_begun_only_while_nothing_speaks_against_it(
    records: Records,
) -> None:
    await put(records, "A1", standing("P-1", SEALED))
    known = (await hidden(records))["A1"]
    one, decided = known.withheld_id, replace(known, confirmed_at=LATER)

    async with records.unit() as unit:
        assert await unit.withheld.held(one, "H-1", LATER)
        assert not await unit.withheld.held(one, "H-1", LATER)
        await unit.withheld.said_again({one: FOREVER}, LATER)
        assert not await unit.withheld.removing(decided, "R-1")  # it was never counted
        await unit.withheld.count_new()
        assert await unit.withheld.removing(decided, "R-1")
        await unit.withheld.ask([one])
        assert not await unit.withheld.removing(decided, "R-1")
        await unit.withheld.agree()
        assert await unit.withheld.removing(decided, "R-1")
        for other in (
            replace(decided, status=RecordStatus.EXPUNGED),
            replace(decided, confirmed_at=LATER - MINUTE),
            replace(decided, hidden_at=LATER),
        ):
            assert not await unit.withheld.removing(other, "R-1")
        await unit.withheld.show(["A1"], LATER)
        assert not await unit.withheld.removing(decided, "R-1")

    row = (await hidden(records))["A1"]
    assert (row.hold_id, row.removal_id, row.state) == ("H-1", "R-1", WithheldState.SHOWN)


async def test_every_state_is_told_once(records: Records) -> None:
    await put(records, "A1", standing("P-1", SEALED))
    told = []
    for _ in range(3):
        async with records.unit() as unit:
            rows = await unit.withheld.to_tell(9)
            await unit.withheld.told([row.withheld_id for row in rows])
            told += [row.state for row in rows]
            await unit.withheld.ask([row.withheld_id for row in rows])

    assert told == [WithheldState.WAITING, WithheldState.ASKING]


async def test_what_was_removed_before_is_not_hidden_again(records: Records) -> None:
    async with records.unit() as unit:
        await unit.photos.put(tombstone("A1"), {})

    async with records.unit() as unit:
        await unit.withheld.hide(["A1"], WHY)
        assert await unit.withheld.of(["A1"]) == {}
        record = await unit.photos.get("A1")
    assert record is not None
    assert record.status is IndexStatus.REMOVED


async def test_an_event_is_kept_with_its_first_answer(records: Records) -> None:
    event = JmsEvent("e1", EventType.UPDATED, NOW, About(("A1",), ("P-Ü",), ('26-"1\\',)))
    answer = EventAnswer("e1", EventType.UPDATED, LATER, 3, 1)
    async with records.unit() as unit:
        assert await unit.jms_events.claim(event, LATER) is None
        await unit.jms_events.answer(answer, None)

    async with records.unit() as unit:
        known = await unit.jms_events.claim(event, FOREVER)
        [left] = await unit.jms_events.to_follow(9)
        await unit.jms_events.followed(["e1"], LATER)
        assert await unit.jms_events.to_follow(9) == []

    assert known is not None
    assert (known.event, known.answer, known.sha256) == (event, answer, event.sha256())
    assert left == known

"""The contract of the imports on record: the imports themselves, and the listing of their items."""

from dataclasses import replace
from datetime import timedelta

import anyio
import pytest

from app.domain.errors import ImportRunningError
from app.domain.imports import (
    Estimate,
    FacesRule,
    Import,
    ImportCounts,
    ImportMode,
    ImportSource,
    ImportState,
    ItemReason,
    ItemStatus,
    NewItem,
    SourceKind,
)
from app.domain.photo import View
from app.domain.record import IndexStatus
from app.ports.records import Records, RecordsOfCollections
from tests.records.import_samples import (
    FOLDER,
    begin,
    begin_work,
    done,
    entries,
    forced,
    got,
    item_at,
    leased,
    new_import,
    settle,
)
from tests.records.samples import LATER, MODEL, NOW, face_id, photo, tombstone


async def listed(
    records: Records, running: Import, items: list[NewItem], after: str | None = "next"
) -> int | None:
    async with records.unit() as unit:
        return await unit.imports.add_page(running, items, after, MODEL)


async def counted(records: Records, import_id: str = "I-1") -> ImportCounts:
    async with records.view() as view:
        return await view.imports.counts(import_id)


async def put_photos(records: Records, *written: object) -> None:
    async with records.unit() as unit:
        for record in written:
            await unit.photos.put(record, {})  # type: ignore[arg-type]  # records, told as objects


async def test_an_import_is_read_as_it_was_written(records: Records) -> None:
    options = replace(
        FOLDER,
        mode=ImportMode.CHANGED,
        since=NOW - timedelta(days=3),
        limit=500,
        dry_run=True,
        faces=FacesRule.LARGEST,
    )
    written = replace(new_import(options=options), scheduled=True)

    async with records.unit() as unit:
        assert await unit.imports.add(written)

    async with records.unit() as unit:
        assert await unit.imports.get("I-1") == written
        assert await unit.imports.get_locked("I-1") == written
        assert await unit.imports.open_one() == written
        assert await unit.imports.get("I-2") is None
        assert await unit.imports.get("no\0id") is None


async def test_what_postgresql_cannot_hold_is_replaced(records: Records) -> None:
    source = ImportSource(SourceKind.FOLDER, "a\0b", "{id}\0")
    new = replace(new_import(options=replace(FOLDER, source=source)), started_by="im\0porter")
    item = NewItem(
        "A\0", "half a pair \ud800", booking_number="B\0", detail="\0",
        status=ItemStatus.FAILED, reason=ItemReason.ENTRY_UNUSABLE,
    )  # fmt: skip

    await begin(records, [item], new)
    async with records.unit() as unit:
        await unit.imports.set_state("I-1", ImportState.PAUSED, "\0 is down", NOW)

    known, entry = await got(records), await item_at(records, 1)
    assert known.options.source == ImportSource(SourceKind.FOLDER, "a\ufffdb", "{id}\ufffd")
    assert (known.started_by, known.trouble) == ("im\ufffdporter", "\ufffd is down")
    assert (entry.external_image_id, entry.location) == ("A\ufffd", "half a pair \ufffd")
    assert (entry.booking_number, entry.detail) == ("B\ufffd", "\ufffd")


async def test_only_one_import_is_open(records: Records) -> None:
    await begin(records)

    async with records.unit() as unit:
        assert not await unit.imports.add(new_import("I-2"))
        await unit.imports.set_state("I-1", ImportState.PAUSED, None, NOW)
    async with records.unit() as unit:
        assert not await unit.imports.add(new_import("I-2"))
        await unit.imports.set_state("I-1", ImportState.CANCELLED, None, NOW)
    async with records.unit() as unit:
        assert await unit.imports.add(new_import("I-2"))

    async with records.view() as view:
        known = await view.imports.page(None, 10)
    assert [one.import_id for one in known] == ["I-2", "I-1"]


async def test_of_two_imports_begun_at_once_one_is_refused(records: Records) -> None:
    answers: list[bool] = []

    async def start(import_id: str) -> None:
        async with records.unit() as unit:
            answers.append(await unit.imports.add(new_import(import_id)))
            open_one = await unit.imports.open_one()
            assert open_one is not None
            await anyio.sleep(0.1)

    async with anyio.create_task_group() as tasks:
        for number in range(4):
            tasks.start_soon(start, f"I-{number}")

    assert sorted(answers) == [False, False, False, True]


async def test_an_ended_import_is_not_opened_again_beside_another(records: Records) -> None:
    await begin(records)
    async with records.unit() as unit:
        await unit.imports.set_state("I-1", ImportState.CANCELLED, None, NOW)
    await begin(records, new=new_import("I-2"))

    with pytest.raises(ImportRunningError, match="I-2"):
        async with records.unit() as unit:
            await unit.imports.set_state("I-1", ImportState.RUNNING, None, LATER)

    assert (await got(records)).state is ImportState.CANCELLED


async def test_each_collection_has_its_own_imports(of_collections: RecordsOfCollections) -> None:
    jail, county = of_collections.of("jail"), of_collections.of("county")
    await put_photos(jail, tombstone("A1"))
    await begin(jail, entries("A1"))
    worker_id = await begin_work(jail)

    await begin(county, entries("A1", "A2"))

    assert await counted(county) == ImportCounts(waiting=2)
    assert len(await leased(county, worker_id)) == 2
    async with county.view() as view:
        assert await view.imports.workers() == []
        assert len(await view.imports.page(None, 10)) == 1


async def test_imports_are_paged_from_the_newest(records: Records) -> None:
    for number in range(5):
        await begin(records, new=new_import(f"I-{number}"))
        async with records.unit() as unit:
            await unit.imports.set_state(f"I-{number}", ImportState.FINISHED, None, NOW)

    async with records.view() as view:
        first = await view.imports.page(None, 2)
        rest = await view.imports.page("I-3", 10)
        assert await view.imports.page("no such", 10) == []

    assert [one.import_id for one in first] == ["I-4", "I-3"]
    assert [one.import_id for one in rest] == ["I-2", "I-1", "I-0"]


async def test_a_state_tells_of_trouble_and_of_the_end(records: Records) -> None:
    begun = await begin(records)
    estimate = Estimate(12, 3.5, None, 5)

    async with records.unit() as unit:
        await unit.imports.set_state("I-1", ImportState.PAUSED, "The JMS is down.", LATER)
        await unit.imports.set_estimate("I-1", estimate)
    paused = await got(records)
    async with records.unit() as unit:
        await unit.imports.set_state("I-1", ImportState.CANCELLED, None, LATER)
    cancelled = await got(records)
    async with records.unit() as unit:
        await unit.imports.set_state("I-1", ImportState.RUNNING, None, NOW)

    told = replace(begun, estimate=estimate)
    assert paused == replace(told, state=ImportState.PAUSED, trouble="The JMS is down.")
    assert cancelled == replace(told, state=ImportState.CANCELLED, ended_at=LATER)
    assert await got(records) == told


async def test_an_import_that_is_locked_is_waited_for(records: Records) -> None:
    await begin(records)
    seen: list[ImportState] = []

    async def other() -> None:
        async with records.unit() as unit:
            known = await unit.imports.get_locked("I-1")
            assert known is not None
            seen.append(known.state)

    async with anyio.create_task_group() as tasks, records.unit() as unit:
        await unit.imports.get_locked("I-1")
        tasks.start_soon(other)
        await anyio.sleep(0.1)
        waited = not seen
        await unit.imports.set_state("I-1", ImportState.PAUSED, None, NOW)

    assert waited
    assert seen == [ImportState.PAUSED]


async def test_pages_are_put_on_record_with_their_cursor(records: Records) -> None:
    begun = await begin(records)
    whole = NewItem("A1", "a/1.jpg", View.LEFT, NOW, "B-7")

    assert await listed(records, begun, [whole, *entries("A2")], "page 2") == 2
    second = await got(records)
    assert await listed(records, second, entries("A3"), None) == 1
    third = await got(records)

    async with records.view() as view:
        items = await view.imports.items("I-1", 0, 10)
    assert (second.cursor, second.pages, second.is_listed) == ("page 2", 1, False)
    assert (third.cursor, third.pages, third.is_listed) == (None, 2, True)
    assert [item.position for item in items] == [1, 2, 3]
    assert [item.external_image_id for item in items] == ["A1", "A2", "A3"]
    first = items[0]
    assert (first.location, first.view, first.taken_at) == ("a/1.jpg", View.LEFT, NOW)
    assert (first.booking_number, first.status, first.attempts) == ("B-7", ItemStatus.WAITING, 0)
    assert await listed(records, third, entries("A4"), None) is None


async def test_an_empty_page_moves_the_listing_on(records: Records) -> None:
    begun = await begin(records)

    assert await listed(records, begun, [], "page 2") == 0
    assert await listed(records, await got(records), [], None) == 0

    assert ((await got(records)).pages, (await got(records)).is_listed) == (2, True)


async def test_a_page_committed_twice_is_refused(records: Records) -> None:
    begun = await begin(records)
    answers: list[int | None] = []

    async def commit() -> None:
        answers.append(await listed(records, begun, entries("A1", "A2")))

    async with anyio.create_task_group() as tasks:
        for _ in range(3):
            tasks.start_soon(commit)

    assert sorted(answers, key=str) == [2, None, None]
    assert await counted(records) == ImportCounts(waiting=2)
    assert (await got(records)).duplicates == 0


@pytest.mark.parametrize("state", [ImportState.PAUSED, ImportState.CANCELLED])
async def test_a_page_of_an_import_that_stands_still_is_refused(
    records: Records, state: ImportState
) -> None:
    begun = await begin(records)
    async with records.unit() as unit:
        await unit.imports.set_state("I-1", state, None, NOW)

    assert await listed(records, begun, entries("A1")) is None
    assert (await got(records)).pages == 0


async def test_an_id_named_before_is_a_duplicate(records: Records) -> None:
    begun = await begin(records)

    assert await listed(records, begun, entries("A1", "A2", "A1", "A3")) == 3
    assert await listed(records, await got(records), entries("A3", "A4", "A4", "A4")) == 1

    assert (await got(records)).duplicates == 4
    assert await counted(records) == ImportCounts(waiting=4)
    async with records.view() as view:
        items = await view.imports.items("I-1", 0, 10)
    assert [item.external_image_id for item in items] == ["A1", "A2", "A3", "A4"]
    assert [item.position for item in items] == sorted({item.position for item in items})


async def test_entries_without_a_usable_id_are_all_kept(records: Records) -> None:
    reason, status = ItemReason.ENTRY_UNUSABLE, ItemStatus.FAILED
    unusable = [NewItem("", f"{n}", status=status, reason=reason, detail="no id") for n in range(3)]

    begun = await begin(records)
    assert await listed(records, begun, [*unusable, *entries("A1")]) == 1

    assert await counted(records) == ImportCounts(waiting=1, failed=3, reasons=((reason, 3),))
    kept = await item_at(records, 1)
    assert (kept.external_image_id, kept.status, kept.reason, kept.detail) == (
        "",
        status,
        reason,
        "no id",
    )
    assert (await got(records)).duplicates == 0


async def test_removed_and_indexed_photos_are_settled_when_listed(records: Records) -> None:
    another_model = replace(photo("A3", face_id()), model="other")
    not_kept = replace(photo("A4", face_id()), photo_key=None)
    half = photo("A5", face_id(), face_id())
    await put_photos(records, photo("A1", face_id()), tombstone("A2"), another_model, not_kept)
    await put_photos(records, half, replace(photo("A6"), status=IndexStatus.SKIPPED))
    async with records.unit() as unit:
        await unit.faces.remove([half.faces[0].face_id])
    side = NewItem("A8", "A8", status=ItemStatus.SKIPPED, reason=ItemReason.NOT_FRONT_VIEW)
    await put_photos(records, photo("A8", face_id()))

    begun = await begin(records)
    named = entries("A1", "A2", "A3", "A4", "A5", "A6", "A7")
    assert await listed(records, begun, [*named, side]) == 5

    async with records.view() as view:
        skipped = await view.imports.items("I-1", 0, 10, ItemStatus.SKIPPED)
    assert [(item.external_image_id, item.reason) for item in skipped] == [
        ("A1", ItemReason.ALREADY_INDEXED),
        ("A2", ItemReason.TOMBSTONED),
        ("A8", ItemReason.NOT_FRONT_VIEW),
    ]


@pytest.mark.parametrize("mode", [ImportMode.CHANGED, ImportMode.FORCE])
async def test_indexed_photos_wait_where_they_are_looked_at_again(
    records: Records, mode: ImportMode
) -> None:
    await put_photos(records, photo("A1", face_id()), tombstone("A2"))

    await begin(records, entries("A1", "A2"), new_import(options=replace(FOLDER, mode=mode)))

    assert await counted(records) == ImportCounts(
        waiting=1, skipped=1, reasons=((ItemReason.TOMBSTONED, 1),)
    )


async def test_an_import_ends_when_it_is_listed_and_nothing_waits(records: Records) -> None:
    begun = await begin(records)
    await listed(records, begun, entries("A1"), "next")
    worker_id = await begin_work(records)

    async def finished() -> bool:
        async with records.unit() as unit:
            return await unit.imports.finish("I-1", LATER)

    [item] = await leased(records, worker_id)
    assert not await finished()  # in hand
    await settle(records, worker_id, done(item.position))
    assert not await finished()  # not listed
    await listed(records, await got(records), [], None)
    assert await finished()
    assert not await finished()  # ended before

    ended = await got(records)
    assert (ended.state, ended.ended_at) == (ImportState.FINISHED, LATER)


async def test_what_is_listed_while_the_end_is_decided_is_not_lost(records: Records) -> None:
    begun = await begin(records)
    answers: list[bool] = []

    async def finish() -> None:
        async with records.unit() as unit:
            answers.append(await unit.imports.finish("I-1", LATER))

    async with anyio.create_task_group() as tasks, records.unit() as unit:
        await unit.imports.add_page(begun, entries("A1"), None, MODEL)
        tasks.start_soon(finish)
        await anyio.sleep(0.2)

    assert answers == [False]
    assert (await got(records)).state is ImportState.RUNNING


async def test_ended_imports_are_forgotten_items_first(records: Records) -> None:
    await begin(records, entries("A1", "A2", "A3"), forced("I-1"))
    async with records.unit() as unit:
        await unit.imports.set_state("I-1", ImportState.CANCELLED, None, NOW)
    await begin(records, entries("A1"), forced("I-2"))

    async def forget(at: object) -> int:
        async with records.unit() as unit:
            return await unit.imports.forget_before(at, 2)  # type: ignore[arg-type]  # what no time is too

    assert await forget(NOW) == 0
    assert await forget(LATER) == 2
    assert (await got(records)).import_id == "I-1"
    assert await forget(LATER) == 1
    assert await forget(LATER) == 0

    async with records.view() as view:
        assert await view.imports.get("I-1") is None
        assert await view.imports.get("I-2") is not None
    assert await counted(records, "I-2") == ImportCounts(waiting=1)

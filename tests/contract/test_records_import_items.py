"""The contract of the imports on record: items leased, settled, looked at and tried again."""

from datetime import timedelta

import anyio
import pytest

from app.domain.imports import (
    ImportCounts,
    ImportItem,
    ImportState,
    ItemOutcome,
    ItemReason,
    ItemStatus,
    NewItem,
)
from app.ports.records import Records
from tests.contract.test_records_imports import counted
from tests.records.import_samples import (
    begin,
    begin_work,
    done,
    entries,
    failed,
    got,
    item_at,
    leased,
    many_entries,
    settle,
)
from tests.records.samples import MODEL, NOW

WAITING, FAILED, SKIPPED = ItemStatus.WAITING, ItemStatus.FAILED, ItemStatus.SKIPPED


async def due(records: Records) -> int:
    async with records.view() as view:
        return await view.imports.due("I-1")


async def retry(records: Records, *reasons: ItemReason) -> int:
    async with records.unit() as unit:
        return await unit.imports.retry("I-1", reasons)


async def listing(
    records: Records,
    after: int = 0,
    limit: int = 10,
    status: ItemStatus | None = None,
    reason: ItemReason | None = None,
) -> list[int]:
    async with records.view() as view:
        items = await view.imports.items("I-1", after, limit, status, reason)
    return [item.position for item in items]


def positions(items: list[ImportItem]) -> list[int]:
    return [item.position for item in items]


async def test_items_are_leased_in_their_order_and_once(records: Records) -> None:
    await begin(records, entries("A1", "A2", "A3", "A4", "A5"))
    mine, other = await begin_work(records), await begin_work(records)

    first = await leased(records, mine, 2)
    again = await leased(records, mine, 1)
    others = await leased(records, other)

    assert [item.external_image_id for item in first] == ["A1", "A2"]
    assert first[0].location == "A1.jpg"
    assert (positions(again), positions(others)) == ([3], [4, 5])
    assert await leased(records, mine) == []
    assert await due(records) == 0
    assert await counted(records) == ImportCounts(waiting=5)


async def test_two_units_that_lease_at_once_never_share_an_item(records: Records) -> None:
    await begin(records, many_entries(300))
    workers = [await begin_work(records) for _ in range(4)]
    had: list[int] = []

    async def work(worker_id: str) -> None:
        while True:
            async with records.unit() as unit:
                items = await unit.imports.lease("I-1", worker_id, 7)
                await anyio.sleep(0.001)  # hold them while the others ask
            if not items:
                return
            had.extend(item.position for item in items)

    async with anyio.create_task_group() as tasks:
        for worker_id in workers:
            tasks.start_soon(work, worker_id)

    assert sorted(had) == list(range(1, 301))


async def test_a_unit_does_not_wait_for_what_another_is_leasing(records: Records) -> None:
    await begin(records, entries("A1", "A2", "A3"))
    mine, other = await begin_work(records), await begin_work(records)

    with anyio.fail_after(2):
        async with records.unit() as unit:
            await unit.imports.lease("I-1", mine, 2)
            assert positions(await leased(records, other)) == [3]


async def test_a_lease_of_a_unit_that_fails_is_none(records: Records) -> None:
    await begin(records, entries("A1"))
    worker_id = await begin_work(records)

    async def fail() -> None:
        async with records.unit() as unit:
            assert await unit.imports.lease("I-1", worker_id, 1)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail()

    assert positions(await leased(records, worker_id)) == [1]


@pytest.mark.parametrize("state", [ImportState.PAUSED, ImportState.CANCELLED, ImportState.FINISHED])
async def test_an_import_that_stands_still_gives_nothing(
    records: Records, state: ImportState
) -> None:
    await begin(records, entries("A1"))
    worker_id = await begin_work(records)
    async with records.unit() as unit:
        await unit.imports.set_state("I-1", state, None, NOW)

    assert await leased(records, worker_id) == []
    assert await due(records) == 0
    assert await leased(records, worker_id, import_id="no such") == []


async def test_outcomes_end_their_leases(records: Records) -> None:
    await begin(records, entries("A1", "A2", "A3", "A4"))
    worker_id = await begin_work(records)
    await leased(records, worker_id)

    await settle(
        records,
        worker_id,
        done(1),
        ItemOutcome(2, SKIPPED, ItemReason.UNCHANGED),
        failed(3, ItemReason.NO_FACE, "There is no \0 face."),
    )

    indexed, skipped, refused, waiting = [await item_at(records, n) for n in (1, 2, 3, 4)]
    assert (indexed.status, indexed.reason, indexed.attempts) == (ItemStatus.INDEXED, None, 0)
    assert (skipped.status, skipped.reason) == (SKIPPED, ItemReason.UNCHANGED)
    assert (refused.status, refused.reason, refused.attempts) == (FAILED, ItemReason.NO_FACE, 1)
    assert refused.detail == "There is no \ufffd face."
    assert indexed.settled_at is not None
    assert (waiting.status, waiting.settled_at) == (WAITING, None)
    async with records.view() as view:
        [worker] = await view.imports.workers()
    assert worker.leased == 1
    assert await counted(records) == ImportCounts(
        1, 1, 1, 1, ((ItemReason.NO_FACE, 1), (ItemReason.UNCHANGED, 1))
    )


async def test_hundreds_of_outcomes_with_long_details_are_settled_at_once(
    records: Records,
) -> None:
    await begin(records, many_entries(500))
    worker_id = await begin_work(records)
    items = await leased(records, worker_id, 500)
    detail = "too long to be read " * 100

    await settle(
        records, worker_id, *(failed(one.position, ItemReason.INTERNAL, detail) for one in items)
    )

    assert (await counted(records)).failed == 500


async def test_a_returned_item_is_due_later_and_remembers_its_attempts(records: Records) -> None:
    await begin(records, entries("A1", "A2", "A3"))
    worker_id = await begin_work(records)
    await leased(records, worker_id)
    timeout = ItemReason.SOURCE_TIMEOUT

    await settle(
        records,
        worker_id,
        ItemOutcome(1, WAITING, timeout, "slow", again_in=60),
        ItemOutcome(2, WAITING, timeout, "slow"),
        ItemOutcome(3, WAITING),
    )

    assert await due(records) == 2
    tried, returned = await leased(records, worker_id)
    assert (tried.position, tried.attempts) == (2, 1)
    assert (returned.position, returned.attempts) == (3, 0)
    assert await counted(records) == ImportCounts(waiting=3)  # nothing is lost for a reason yet


async def test_an_item_leased_by_another_is_not_settled(records: Records) -> None:
    await begin(records, entries("A1"))
    mine, other = await begin_work(records), await begin_work(records)
    await leased(records, mine)

    await settle(records, other, failed(1, ItemReason.INTERNAL))

    assert await counted(records) == ImportCounts(waiting=1)
    await settle(records, mine, done(1))
    await settle(records, mine, failed(1, ItemReason.INTERNAL))  # the lease has ended
    assert await counted(records) == ImportCounts(indexed=1)


async def test_the_items_of_a_worker_that_leaves_return(records: Records) -> None:
    await begin(records, entries("A1", "A2", "A3"))
    mine, other = await begin_work(records), await begin_work(records)
    await leased(records, mine, 2)
    await settle(records, mine, done(1))

    async with records.unit() as unit:
        await unit.imports.leave(mine)

    async with records.view() as view:
        assert [one.worker_id for one in await view.imports.workers()] == [other]
    assert positions(await leased(records, other)) == [2, 3]


async def test_what_a_worker_does_not_have_in_hand_returns(records: Records) -> None:
    await begin(records, entries("A1", "A2", "A3", "A4"))
    mine, other = await begin_work(records), await begin_work(records)
    await leased(records, mine, 3)
    await leased(records, other)

    async with records.unit() as unit:
        await unit.imports.keep_only(mine, [("I-1", 2), ("I-0", 1), ("I-1", 4)])
    returned = await leased(records, other)
    async with records.unit() as unit:
        await unit.imports.keep_only(mine, [])
    rest = await leased(records, other)

    assert (positions(returned), positions(rest)) == ([1, 3], [2])


async def test_workers_are_told_with_what_they_have_in_hand(records: Records) -> None:
    await begin(records, entries("A1", "A2", "A3"))
    mine, idle = await begin_work(records), await begin_work(records)
    await leased(records, mine, 2)

    async with records.view() as view:
        before = {one.worker_id: one for one in await view.imports.workers()}
    mine_again = before[mine]
    async with records.unit() as unit:
        await unit.imports.beat(mine_again)
    async with records.view() as view:
        after = {one.worker_id: one for one in await view.imports.workers()}

    assert (before[mine].leased, before[idle].leased) == (2, 0)
    assert (mine_again.host, mine_again.pid) == ("jail-1", 4711)
    assert after[mine].since == mine_again.since
    assert after[mine].beat_at > mine_again.beat_at > NOW  # the database's clock, not NOW


async def test_items_are_paged_by_status_and_reason(records: Records) -> None:
    await begin(records, many_entries(8))
    worker_id = await begin_work(records)
    await leased(records, worker_id)
    no_face, small = ItemReason.NO_FACE, ItemReason.FACE_TOO_SMALL
    await settle(records, worker_id, *(failed(n, no_face) for n in (6, 2, 4)))
    await settle(records, worker_id, failed(3, small), done(1))
    await settle(records, worker_id, ItemOutcome(5, WAITING, no_face))

    assert await listing(records, limit=3) == [1, 2, 3]
    assert await listing(records, after=3, limit=3) == [4, 5, 6]
    assert await listing(records, status=FAILED) == [2, 3, 4, 6]
    assert await listing(records, after=2, limit=2, status=FAILED) == [3, 4]
    assert await listing(records, status=FAILED, reason=no_face) == [2, 4, 6]
    assert await listing(records, after=2, reason=no_face, limit=1) == [4]
    assert await listing(records, reason=no_face) == [2, 4, 6]  # as many as `counts` says
    assert await listing(records, status=WAITING) == [5, 7, 8]
    assert await listing(records, status=SKIPPED) == []
    async with records.view() as view:
        assert await view.imports.items("no such", 0, 10) == []
        assert await view.imports.item("I-1", 9) is None


async def test_failed_items_wait_again_all_or_by_reason(records: Records) -> None:
    await begin(records, [*entries("A1", "A2", "A3", "A4"), _unusable()])
    worker_id = await begin_work(records)
    await leased(records, worker_id)
    timeout, no_face = ItemReason.SOURCE_TIMEOUT, ItemReason.NO_FACE
    await settle(records, worker_id, failed(1, timeout, "slow"), failed(2, no_face))
    await settle(records, worker_id, ItemOutcome(3, SKIPPED, ItemReason.UNCHANGED), done(4))

    assert await retry(records, ItemReason.INTERNAL) == 0
    assert await retry(records, timeout, ItemReason.INTERNAL) == 1
    again = await item_at(records, 1)
    assert (again.status, again.reason, again.detail) == (WAITING, None, None)
    assert (again.attempts, again.settled_at) == (0, None)
    assert await counted(records) == ImportCounts(
        1, 1, 1, 2,
        ((ItemReason.ENTRY_UNUSABLE, 1), (no_face, 1), (ItemReason.UNCHANGED, 1)),
    )  # fmt: skip

    assert await retry(records) == 1  # the entry without an id could only fail again
    assert positions(await leased(records, worker_id)) == [1, 2]


def _unusable() -> NewItem:
    return NewItem("", "line 5", status=FAILED, reason=ItemReason.ENTRY_UNUSABLE)


async def test_an_import_does_not_end_while_its_items_are_retried(records: Records) -> None:
    await begin(records, entries("A1"))
    worker_id = await begin_work(records)
    await leased(records, worker_id)
    await settle(records, worker_id, failed(1, ItemReason.NO_FACE))
    ended: list[bool] = []

    async def finish() -> None:
        async with records.unit() as unit:
            ended.append(await unit.imports.finish("I-1", NOW))

    async with anyio.create_task_group() as tasks, records.unit() as unit:
        await unit.imports.get_locked("I-1")
        tasks.start_soon(finish)
        await anyio.sleep(0.2)
        assert not ended
        assert await unit.imports.retry("I-1", ()) == 1
        await unit.imports.set_state("I-1", ImportState.RUNNING, None, NOW)

    assert ended == [False]
    assert (await got(records)).state is ImportState.RUNNING


async def test_the_pace_counts_what_workers_settled(records: Records) -> None:
    begun = await begin(records)
    async with records.unit() as unit:
        await unit.imports.add_page(begun, [_unusable(), *entries("A1", "A2", "A3")], None, MODEL)
    worker_id = await begin_work(records)
    await leased(records, worker_id)
    async with records.view() as view:
        none, _ = await view.imports.settled_within("I-1", timedelta(minutes=1))

    await settle(records, worker_id, done(2), failed(3, ItemReason.NO_FACE))
    await anyio.sleep(0.05)

    async with records.view() as view:
        settled, seconds = await view.imports.settled_within("I-1", timedelta(minutes=1))
        lately, window = await view.imports.settled_within("I-1", timedelta(milliseconds=20))
        assert await view.imports.settled_within("no such", timedelta(minutes=1)) == (0, 0.0)
    assert (none, settled, lately) == (0, 2, 0)
    assert 0 < seconds < 60  # since it began
    assert window == pytest.approx(0.02)

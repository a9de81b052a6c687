"""What every work queue promises; a new one is one more parameter of `queue`."""

from collections.abc import AsyncIterator

import pytest

from adapters.records.postgres import connected
from adapters.work_queue.procrastinate import Jobs, ProcrastinateQueue
from app.ports.work_queue import WorkQueue
from tests.fakes_queue import FakeWorkQueue


@pytest.fixture(params=["fake", "procrastinate"])
async def queue(request: pytest.FixtureRequest) -> AsyncIterator[WorkQueue]:
    if request.param == "fake":
        yield FakeWorkQueue()
    else:
        async with connected(request.getfixturevalue("database"), connections=2) as pool:
            yield ProcrastinateQueue(await Jobs.over(pool, "jail"))


async def test_a_new_queue_has_nothing_waiting(queue: WorkQueue) -> None:
    assert await queue.waiting() == 0


async def test_a_listing_waits_once_however_often_it_was_asked_for(queue: WorkQueue) -> None:
    for _ in range(3):
        await queue.listing("I-1")

    assert await queue.waiting() == 1


async def test_each_import_has_its_own_listing(queue: WorkQueue) -> None:
    await queue.listing("I-1")
    await queue.listing("I-2")

    assert await queue.waiting() == 2


async def test_chunks_are_put_in_as_many_as_were_asked_for(queue: WorkQueue) -> None:
    await queue.chunks("I-1", 5)
    await queue.chunks("I-1", 2)

    assert await queue.waiting() == 7


async def test_no_chunks_are_no_error(queue: WorkQueue) -> None:
    await queue.chunks("I-1", 0)

    assert await queue.waiting() == 0

"""Room in memory for the photos of imports."""

import asyncio
from contextlib import AsyncExitStack

from app.ports.photo_source import PHOTO_BYTES
from app.services.imports.in_memory import InMemory

HUGE = b"x" * PHOTO_BYTES


class Photos:
    """Photos that are fetched into memory and kept there until they are let go."""

    def __init__(self, room: InMemory) -> None:
        self.room = room
        self.held: list[bytes] = []
        self.let = asyncio.Event()

    async def fetch(self, photo: bytes) -> None:
        async with self.room.one() as is_this:
            self.held.append(photo)
            is_this(photo)
            await self.let.wait()
        self.held.remove(photo)


async def _turns() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


async def test_of_huge_photos_few_are_held_and_of_small_ones_as_many_as_may_be() -> None:
    huge, small = (Photos(InMemory(8, 3 * PHOTO_BYTES)) for _ in range(2))

    async with asyncio.TaskGroup() as group:
        for _ in range(12):
            group.create_task(huge.fetch(HUGE))
            group.create_task(small.fetch(b"small"))
        await _turns()
        held = len(huge.held), len(small.held)
        huge.let.set()
        small.let.set()

    assert held == (3, 8)
    assert (huge.held, small.held) == ([], [])


async def test_a_photo_that_fails_or_is_cut_off_leaves_its_room_to_others() -> None:
    room = InMemory(8, PHOTO_BYTES)
    photos = Photos(room)
    first = asyncio.create_task(photos.fetch(HUGE))
    await _turns()
    waits, given = (asyncio.create_task(photos.fetch(b"")) for _ in range(2))
    await _turns()
    waits.cancel()
    await _turns()
    first.cancel()
    asyncio.get_running_loop().call_soon(given.cancel)  # when it has the room, and knows it not yet
    await asyncio.wait([first, waits, given])

    async with AsyncExitStack() as stack, asyncio.timeout(5):
        await stack.enter_async_context(room.one())


async def test_where_less_than_one_photo_may_be_held_there_is_room_for_one() -> None:
    async with asyncio.timeout(5), InMemory(1, 1).one() as is_this:
        is_this(HUGE)

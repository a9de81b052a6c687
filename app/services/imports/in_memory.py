"""The photos that imports have in memory: so many at most, and so many bytes of them."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Final

from app.ports.photo_source import PHOTO_BYTES

MOST_BYTES: Final = 20 * PHOTO_BYTES
"""Of photos that are held at once; few are anywhere near as large as a photo may be."""


class InMemory:
    """Room for the photos of one process."""

    def __init__(self, photos: int, most_bytes: int = MOST_BYTES) -> None:
        self._photos = asyncio.Semaphore(photos)
        self._left = max(most_bytes, PHOTO_BYTES)
        self._waiting: deque[asyncio.Future[None]] = deque()

    @asynccontextmanager
    async def one(self) -> AsyncIterator[Callable[[bytes], None]]:
        """Wait for the room that the largest photo would need, and keep it to the block's end.

        Once the block says which photo it is, others have the room that this one does not need.
        """
        async with self._photos:
            await self._take()
            taken = PHOTO_BYTES

            def is_this(photo: bytes) -> None:
                nonlocal taken
                self._give_back(taken - len(photo))
                taken = len(photo)

            try:
                yield is_this
            finally:
                self._give_back(taken)

    async def _take(self) -> None:
        turn = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        self._give_back(0)
        try:
            await turn
        except asyncio.CancelledError:
            if not turn.cancelled():  # it was given the room, and does not need it any more
                self._give_back(PHOTO_BYTES)
            raise

    def _give_back(self, number: int) -> None:
        """Give room to those who wait, in their order."""
        self._left += number
        while self._waiting and self._left >= PHOTO_BYTES:
            turn = self._waiting.popleft()
            if not turn.done():
                self._left -= PHOTO_BYTES
                turn.set_result(None)

"""Does several things at once and yields what comes of them in the order they were given."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")


async def in_order(
    items: Iterable[T], work: Callable[[T], Awaitable[R]], at_once: int
) -> AsyncGenerator[R]:
    """Yield the results; raises what the work raises. Whatever ends it, nothing goes on after."""
    running = deque[asyncio.Future[R]]()
    try:
        for item in items:
            running.append(asyncio.ensure_future(work(item)))
            if len(running) == at_once:
                yield await running.popleft()
        while running:
            yield await running.popleft()
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

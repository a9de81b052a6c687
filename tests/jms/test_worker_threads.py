"""Threads that may hang, or that the system has no more of."""

import asyncio
import gc
import threading
import weakref
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from adapters.worker_threads import WorkerThreads

TOO_LARGE = 1 << 46
"""Bytes of a thread's stack that no system has."""


class Given:
    """Something that work is given."""


@contextmanager
def no_more_threads() -> Iterator[None]:
    before = threading.stack_size(TOO_LARGE)
    try:
        yield
    finally:
        threading.stack_size(before)


async def test_a_thread_that_cannot_be_started_is_not_counted() -> None:
    threads = WorkerThreads(1, "test")

    with no_more_threads():
        for _ in range(2):
            with pytest.raises(RuntimeError, match="can't start new thread"):
                await threads.run(5.0, int, "1")

    assert await threads.run(5.0, int, "2") == 2


@pytest.mark.parametrize("cancelled", [False, True])
async def test_work_that_nobody_waits_for_is_let_go_of(*, cancelled: bool) -> None:
    threads, end = WorkerThreads(1, "test"), threading.Event()
    hanging = asyncio.create_task(threads.run(60.0, end.wait, 60.0))
    await asyncio.sleep(0)
    given = Given()
    there = weakref.ref(given)
    waiting = asyncio.create_task(threads.run(60.0 if cancelled else 0.0, id, given))
    del given
    await asyncio.sleep(0)
    if cancelled:
        waiting.cancel()

    with pytest.raises(asyncio.CancelledError if cancelled else TimeoutError):
        await waiting
    del waiting
    await asyncio.sleep(0)  # the event loop holds an exception for as long as its step runs
    gc.collect()

    assert there() is None
    end.set()
    assert await hanging

"""Disks and shares that hang."""

import threading

import pytest

from adapters.photo_source.disk import THREADS, DiskThreads
from app.domain.errors import SourceTimeoutError


async def test_what_a_thread_finds_comes_back() -> None:
    assert await DiskThreads().run(5, divmod, 7, 2) == (3, 1)


async def test_a_share_that_hangs_costs_its_time_and_no_other_source_a_thread() -> None:
    hanging, connected = DiskThreads(), threading.Event()
    for _ in range(THREADS + 1):  # the last one finds no thread left
        with pytest.raises(SourceTimeoutError):
            await hanging.run(0.02, connected.wait)

    assert await DiskThreads().run(5, divmod, 7, 2) == (3, 1)
    connected.set()

"""Whose question a JMS on the network is asked next."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import anyio


class Turns:
    """At most so many questions at a time, of which some are kept for those who wait.

    What nobody waits for takes three quarters of them at most: imports, for pages and photos, half,
    and lookups half, so that neither holds up the other.
    """

    def __init__(self, at_once: int) -> None:
        self._all = anyio.CapacityLimiter(at_once)
        self._unhurried = anyio.CapacityLimiter(max(1, 3 * at_once // 4))
        self._of_imports = anyio.CapacityLimiter(max(1, at_once // 2))
        self._of_lookups = anyio.CapacityLimiter(max(1, at_once // 2))

    @asynccontextmanager
    async def one(self) -> AsyncGenerator[None]:
        """Hold a turn for one question."""
        async with self._all:
            yield

    @asynccontextmanager
    async def one_of_import(self) -> AsyncGenerator[None]:
        """Hold a turn for a page or a photo."""
        async with self._of_imports, self._unhurried, self._all:
            yield

    @asynccontextmanager
    async def unhurried(self) -> AsyncGenerator[None]:
        """Let those who wait go first; inside, each question of a lookup still takes its turn."""
        async with self._of_lookups, self._unhurried:
            yield

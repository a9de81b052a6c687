"""The imports that this process works on: their sources open, their photos gathered."""

import asyncio
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass, field

from app.domain.audit import Actor
from app.domain.imports import Import
from app.ports.photo_source import PhotoSource, PhotoSources
from app.services.imports.enrol_items import EnrolItems
from app.services.imports.in_hand import InHand
from app.services.imports.job import Indexing, Job

_ASIDE_SECONDS = 60.0
"""That a helper leaves an import alone whose source it cannot open."""


@dataclass(frozen=True, slots=True)
class OpenedImport:
    """One import as this process works on it."""

    source: PhotoSource
    enrol: EnrolItems
    stack: AsyncExitStack


@dataclass(frozen=True, slots=True)
class OpenedImports:
    """Opens what an import needs once, however many chunks of it are worked on."""

    sources: PhotoSources
    indexing: Indexing
    worker_id: str
    reading: asyncio.Semaphore  # photos that the engine reads at once
    is_helper: bool = False  # a worker beside the service, perhaps on another machine
    in_hand: InHand = field(default_factory=InHand)
    _aside_until: dict[str, float] = field(default_factory=dict)
    _opened: dict[str, OpenedImport] = field(default_factory=dict)
    _users: Counter[str] = field(default_factory=Counter)
    _opening: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def of(self, running: Import) -> OpenedImport:
        """Return an import's things; raises what opening its source and the engine raise."""
        async with self._opening:
            if running.import_id not in self._opened:
                self._opened[running.import_id] = await self._open(running)
            return self._opened[running.import_id]

    def stand_aside(self, import_id: str) -> bool:
        """Leave an import whose source cannot be opened here to others for a while.

        Says whether this is done: the service itself has nobody to leave it to.
        """
        if self.is_helper:
            self._aside_until[import_id] = time.monotonic() + _ASIDE_SECONDS
        return self.is_helper

    def stands_aside(self, import_id: str) -> bool:
        """Say whether an import is left to others now."""
        return time.monotonic() < self._aside_until.get(import_id, 0.0)

    @contextmanager
    def in_use(self, import_id: str) -> Iterator[None]:
        """Let what the block opens of an import stay open to the block's end."""
        self._users[import_id] += 1
        try:
            yield
        finally:
            self._users[import_id] -= 1
            if not self._users[import_id]:
                del self._users[import_id]

    async def close_unused(self, besides: str | None) -> None:
        """Let go of every import but one, and of none that is in use: that one has its turn later.

        A photo of an import that was cancelled may be on its way.
        """
        async with self._opening:
            unused = self._opened.keys() - self._users.keys() - {besides}
            for opened in [self._opened.pop(import_id) for import_id in unused]:
                await opened.stack.aclose()

    async def close(self) -> None:
        """Let go of every import."""
        async with self._opening:
            for import_id in tuple(self._opened):
                await self._opened.pop(import_id).stack.aclose()

    async def _open(self, running: Import) -> OpenedImport:
        options = running.options
        async with AsyncExitStack() as stack:
            opening = self.sources.open(options.source, options.since)
            source = await stack.enter_async_context(opening)
            job = Job(
                import_id=running.import_id,
                worker_id=self.worker_id,
                options=options,
                started_at=running.started_at,
                actor=actor_of(running),
                engine=await self.indexing.engine.describe(),
            )
            enrol = EnrolItems(self.indexing, job, self.reading)
            stack.push_async_callback(enrol.close)
            return OpenedImport(source, enrol, stack.pop_all())


def actor_of(running: Import) -> Actor:
    """Return who stands in the audit for what an import does."""
    return Actor(running.started_by, None, f"import {running.import_id}")

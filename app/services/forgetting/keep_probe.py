"""Keeping a search's probe while the engine ranks."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from app.domain.errors import RecordsUnavailableError
from app.domain.kept_probe import KeptProbe
from app.domain.photo import photo_key
from app.domain.search import SearchAnswer
from app.ports.photo_store import PhotoStore
from app.ports.records import Unit
from app.services.sweep_intents import say_failure


@dataclass(slots=True)
class Keeping:
    """One probe on its way into the store; `storing` None: it is not kept."""

    key: str
    storing: asyncio.Task[None] | None
    is_counted: bool = False  # a commit that fails may have been one all the same

    async def stored(self) -> None:
        """Return when the probe is stored; raises what the store raises."""
        if self.storing is not None:
            await self.storing

    async def count(self, unit: Unit, answer: SearchAnswer) -> None:
        """Count it as kept, with the search; until its review is closed where one is required."""
        if self.storing is not None:
            at, review_open = answer.searched_at, answer.review_required
            self.is_counted = True
            await unit.probes.add(KeptProbe(answer.search_id, self.key, at, review_open))


@dataclass(frozen=True, slots=True)
class KeepProbe:
    """Stores probes; without a store none is ever kept."""

    store: PhotoStore | None = None
    _discarding: set[asyncio.Task[None]] = field(default_factory=set)

    @asynccontextmanager
    async def beside(self, search_id: str, sha256: str, probe: bytes) -> AsyncGenerator[Keeping]:
        """Store the probe while the block goes on.

        When the block fails the probe is deleted again, and nobody waits for that. Where it may
        have been counted all the same, and where this process dies, it is left to the purge.
        """
        key = photo_key(search_id, sha256)
        if self.store is None:
            yield Keeping(key, None)
            return
        storing = asyncio.create_task(self.store.put(key, probe))
        keeping = Keeping(key, storing)
        try:
            yield keeping
        except BaseException as error:
            deletes = not keeping.is_counted or _is_rolled_back(error)
            self._discard(storing, key, deletes=deletes)
            raise

    def _discard(self, storing: asyncio.Task[None], key: str, *, deletes: bool) -> None:
        discarding = asyncio.create_task(self._discarded(storing, key, deletes=deletes))
        self._discarding.add(discarding)
        discarding.add_done_callback(self._discarding.discard)

    async def _discarded(self, storing: asyncio.Task[None], key: str, *, deletes: bool) -> None:
        with suppress(Exception):  # told by the search, if at all
            await storing
        if not deletes or self.store is None:
            return
        try:
            await self.store.delete(key)
        except Exception as error:  # noqa: BLE001 - the purge comes for it
            say_failure("probe_left_to_purge", error)


def _is_rolled_back(error: BaseException) -> bool:
    """Say whether nothing of it is on record: a commit whose answer was lost may have been one."""
    return isinstance(error, Exception) and not isinstance(error, RecordsUnavailableError)

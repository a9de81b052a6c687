"""What keeps imports going: a heart that beats, and jobs for whatever has none."""

import asyncio
import math
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta

import structlog

from app.domain.errors import CandidError
from app.domain.imports import Import, ImportState, ImportWorker
from app.ports.import_meter import ImportMeter
from app.ports.import_records import BEAT_SECONDS
from app.ports.records import Records
from app.ports.work_queue import WorkQueue
from app.services.imports.opened_imports import OpenedImports
from app.services.imports.work_chunk import CHUNK
from app.services.recorded import utc_now

log = structlog.get_logger(__name__)

PERIOD = 2.0
"""Seconds between two looks."""

_LISTING_SILENT = 30.0
"""Seconds without a new page after which a listing counts as given up by its worker."""

_FORGET_EVERY = 600.0  # seconds
_FORGET_ITEMS = 5_000


@dataclass(slots=True)
class KeepImportsGoing:
    """One in every process that works on imports; a job that was lost costs seconds."""

    records: Records
    queue: WorkQueue
    opened: OpenedImports
    worker: ImportWorker
    meter: ImportMeter
    keep_days: int | None = None
    clock: Callable[[], float] = time.monotonic
    _beaten: float = field(default=float("-inf"), init=False)
    _forgotten: float = field(default=float("-inf"), init=False)
    _listing: tuple[str, int] = field(default=("", 0), init=False)
    _listing_since: float = field(default=float("-inf"), init=False)

    async def forever(self) -> None:
        """Look every two seconds until cancelled; then this worker's items are the others'."""
        try:
            while True:
                await self._quietly(self.look)
                await asyncio.sleep(PERIOD)
        finally:
            await asyncio.shield(self._quietly(self._leave))

    async def look(self) -> None:
        """Beat, put in the jobs that are missing, and end what is done; RecordsUnavailableError."""
        await self._beat()
        async with self.records.view() as view:
            open_one = await view.imports.open_one()
        self.meter.in_trouble(is_so=open_one is not None and open_one.is_in_trouble)
        running = open_one if open_one and open_one.state is ImportState.RUNNING else None
        self.opened.in_hand.goes_on = running.import_id if running else None
        await self.opened.close_unused(besides=open_one.import_id if open_one else None)
        await self._return_lost()
        if running is not None:
            await self._keep(running)
        await self._forget()

    async def _beat(self) -> None:
        if self.clock() - self._beaten < BEAT_SECONDS:
            return
        async with self.records.unit() as unit:
            await unit.imports.beat(self.worker)
        self._beaten = self.clock()

    async def _return_lost(self) -> None:
        """Return what the records count as this worker's and it does not know of."""
        async with self.opened.in_hand.counted() as in_hand, self.records.unit() as unit:
            await unit.imports.keep_only(self.worker.worker_id, in_hand)

    async def _keep(self, running: Import) -> None:
        if not running.is_listed or running.options.dry_run:
            await self._keep_listing(running)
        if running.options.dry_run:
            return
        async with self.records.view() as view:
            due = await view.imports.due(running.import_id)
        self.meter.due(due)
        if due and not await self.queue.waiting():
            await self.queue.chunks(running.import_id, math.ceil(due / CHUNK))
        elif running.is_listed and not due:
            async with self.records.unit() as unit:
                ended = await unit.imports.finish(running.import_id, utc_now())
            if ended:
                log.info("import_finished", import_id=running.import_id)

    async def _keep_listing(self, running: Import) -> None:
        """Ask for the listing when no page came for a while, as after its worker died."""
        known, now = (running.import_id, running.pages), self.clock()
        if known != self._listing:
            self._listing, self._listing_since = known, now
        if running.pages and now - self._listing_since < _LISTING_SILENT:
            return
        self._listing_since = now
        await self.queue.listing(running.import_id)

    async def _forget(self) -> None:
        if self.keep_days is None or self.clock() - self._forgotten < _FORGET_EVERY:
            return
        before = utc_now() - timedelta(days=self.keep_days)
        async with self.records.unit() as unit:
            gone = await unit.imports.forget_before(before, _FORGET_ITEMS)
        if gone < _FORGET_ITEMS:
            self._forgotten = self.clock()

    async def _leave(self) -> None:
        await self.opened.close()
        async with self.records.unit() as unit:
            await unit.imports.leave(self.worker.worker_id)

    async def _quietly(self, work: Callable[[], Awaitable[None]]) -> None:
        try:
            await work()
        except CandidError as error:
            log.warning("imports_not_kept_going", code=error.code, detail=str(error))
        except Exception:
            log.exception("imports_not_kept_going")

"""Use case of a worker: index the next photos of an import."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import structlog

from app.domain.booking import RecordStatus
from app.domain.errors import CandidError, RecordsUnavailableError, SourceUnavailableError
from app.domain.imports import (
    Import,
    ImportItem,
    ImportMode,
    ImportState,
    ItemOutcome,
    ItemReason,
    ItemStatus,
)
from app.domain.record import Standing
from app.domain.search import BookingStatus
from app.ports.import_meter import ImportMeter
from app.ports.records import Records
from app.services.enrichment import Enrichment
from app.services.imports.in_memory import InMemory
from app.services.imports.judge_failures import JudgeFailures
from app.services.imports.opened_imports import OpenedImport, OpenedImports
from app.services.imports.pause_import import pause_for_trouble
from app.services.model.encode_beside import BesideOutcome, EncodeBeside
from app.services.recorded import utc_now

log = structlog.get_logger(__name__)

CHUNK = 32
"""Photos of one job: few enough that several workers end together."""

_JMS_SECONDS = 15.0
"""For the bookings of a chunk: nobody waits for an answer, as a search does."""


@dataclass(frozen=True, slots=True)
class WorkChunk:
    """Lease a chunk of items, index each photo, and say of each what came of it."""

    records: Records
    opened: OpenedImports
    enrichment: Enrichment
    in_memory: InMemory
    meter: ImportMeter
    judge: JudgeFailures
    beside: EncodeBeside | None = None  # while the model changes

    async def __call__(self, import_id: str) -> int:
        """Work on one chunk; return how many items it had.

        Raises RecordsUnavailableError, and what opening the source raises after pausing the import.
        """
        if self.opened.stands_aside(import_id):
            return 0
        leased = await self._leased(import_id)
        if leased is None:
            return 0
        running, items = leased
        try:
            with self.opened.in_use(import_id):
                await self._worked_on(running, items)
        finally:
            self.opened.in_hand.drop(import_id, items)
        if len(items) < CHUNK:
            await self._end(import_id)
        return len(items)

    async def _worked_on(self, running: Import, items: Sequence[ImportItem]) -> None:
        try:
            opened = await self.opened.of(running)
        except RecordsUnavailableError:
            raise
        except CandidError as error:
            await self._not_opened(running, items, str(error))
            raise
        standings = await self._standings([item.external_image_id for item in items])
        each = (self._one(running, opened, item, standings) for item in items)
        await asyncio.gather(*each)

    async def _not_opened(self, running: Import, items: Sequence[ImportItem], trouble: str) -> None:
        """Pause; a helper on another machine stands aside for a while, others may do better."""
        if not self.opened.stand_aside(running.import_id):
            await pause_for_trouble(self.records, running.import_id, trouble)
        await self._give_back(running, items)

    async def _end(self, import_id: str) -> None:
        """End the import if these were its last photos."""
        async with self.records.unit() as unit:
            ended = await unit.imports.finish(import_id, utc_now())
        if ended:
            log.info("import_finished", import_id=import_id)

    async def _leased(self, import_id: str) -> tuple[Import, Sequence[ImportItem]] | None:
        in_hand = self.opened.in_hand
        async with in_hand.leasing() as take:
            async with self.records.unit() as unit:
                running = await unit.imports.get(import_id)
                if running is None or running.state is not ImportState.RUNNING:
                    return None
                if running.options.dry_run:
                    return None
                items = await unit.imports.lease(import_id, self.opened.worker_id, CHUNK)
            take(import_id, items)
        in_hand.goes_on = import_id
        return (running, items) if items else None

    async def _standings(self, ids: Sequence[str]) -> Mapping[str, Standing]:
        """Return the standing of each id; those that the JMS did not answer for are left out."""
        enriched = await self.enrichment(ids, _JMS_SECONDS)
        found = enriched.standings()
        await self._hide({one: said for one, said in found.items() if _is_hidden(said)})
        unanswered = BookingStatus.UNAVAILABLE
        return {
            one: found.get(one, Standing()) for one in ids if enriched.status(one) != unanswered
        }

    async def _hide(self, hidden: Mapping[str, Standing]) -> None:
        """Hide photos on record at once: they are not indexed again, which would tell of it."""
        if not hidden:
            return
        async with self.records.unit() as unit:
            await unit.standings.remember(hidden)

    async def _one(
        self,
        running: Import,
        opened: OpenedImport,
        item: ImportItem,
        standings: Mapping[str, Standing],
    ) -> None:
        """Index one photo; whatever happens to it costs no other its own."""
        in_hand = self.opened.in_hand
        try:
            async with self.in_memory.one() as is_this:
                if in_hand.goes_on != running.import_id:
                    return  # paused or ended meanwhile: what was not begun returns
                outcome = await self._without_source(running, item, standings)
                if outcome is not None:
                    is_this(b"")  # nothing of it is held while others join it in one commit
                    await self._settle(opened, outcome)
                    store_serves = outcome.status is ItemStatus.INDEXED
                else:
                    photo = await opened.source.photo(item.location)
                    is_this(photo)
                    standing = standings[item.external_image_id]
                    store_serves = await opened.enrol(item, photo, standing)
            self.judge.came_through(store_serves=store_serves)
        except RecordsUnavailableError:
            log.warning("import_item_left", import_id=running.import_id, position=item.position)
        except Exception as error:  # noqa: BLE001 - kept with the item
            await self._failed(running, opened, item, error)
        finally:
            in_hand.drop(running.import_id, [item])

    async def _without_source(
        self, running: Import, item: ImportItem, standings: Mapping[str, Standing]
    ) -> ItemOutcome | None:
        """Return what becomes of an item whose photo need not be fetched; None where it must."""
        if self.beside is not None and running.options.mode is ImportMode.FORCE:
            return await self._kept_beside(item, self.beside)
        standing = standings.get(item.external_image_id)
        if standing is None:
            raise SourceUnavailableError("The JMS does not answer for this booking.")
        return _withheld(item) if _is_hidden(standing) else None

    async def _kept_beside(self, item: ImportItem, beside: EncodeBeside) -> ItemOutcome:
        """Read a photo on record with the next model; the one that is served goes on as it is."""
        async with self.opened.reading:
            outcome = await beside(item.external_image_id)
        if outcome is BesideOutcome.UNCHANGED:
            return ItemOutcome(item.position, ItemStatus.SKIPPED, ItemReason.UNCHANGED)
        return ItemOutcome(item.position, ItemStatus.INDEXED)

    async def _failed(
        self, running: Import, opened: OpenedImport, item: ImportItem, error: Exception
    ) -> None:
        if not isinstance(error, CandidError):
            log.error(
                "import_item_failed",
                import_id=running.import_id,
                position=item.position,
                exc_info=error,
            )
        outcome, pauses = await self.judge(running, opened.source, item, error)
        if pauses:
            self.opened.in_hand.goes_on = None
            await self._pause(running, str(error))
        await self._settle(opened, outcome)

    async def _pause(self, running: Import, trouble: str) -> None:
        try:
            await pause_for_trouble(self.records, running.import_id, trouble)
        except RecordsUnavailableError:
            log.warning("import_not_paused", import_id=running.import_id, trouble=trouble)

    async def _settle(self, opened: OpenedImport, outcome: ItemOutcome) -> None:
        """Write down what came of one item; if that cannot be, its lease runs out."""
        self.meter.settled(outcome)
        try:
            await opened.enrol.settle(outcome)
        except RecordsUnavailableError:
            log.warning("import_item_left", position=outcome.position)

    async def _give_back(self, running: Import, items: Sequence[ImportItem]) -> None:
        back = [ItemOutcome(item.position, ItemStatus.WAITING) for item in items]
        async with self.records.unit() as unit:
            await unit.imports.settle(running.import_id, self.opened.worker_id, back)


def _is_hidden(standing: Standing) -> bool:
    return standing.status is not RecordStatus.ACTIVE


def _withheld(item: ImportItem) -> ItemOutcome:
    return ItemOutcome(item.position, ItemStatus.SKIPPED, ItemReason.WITHHELD)

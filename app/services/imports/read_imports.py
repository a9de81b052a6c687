"""Use case: look at imports, their items, and the photos that were refused."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from app.domain.audit import Actor, AuditAction, AuditEntry
from app.domain.booking import RecordStatus
from app.domain.errors import (
    ImportItemNotFoundError,
    ImportNotFoundError,
    JmsUnavailableError,
    RecordWithheldError,
)
from app.domain.import_progress import (
    LATELY,
    STEADY,
    ImportProgress,
    Pace,
    QuotaFigure,
    seconds_left,
)
from app.domain.imports import Import, ImportCounts, ImportItem, ItemReason, ItemStatus
from app.domain.record import Standing
from app.domain.search import BookingStatus
from app.ports.call_quota import CallQuota
from app.ports.darkroom import Darkroom
from app.ports.photo_source import PhotoSources
from app.ports.records import Records
from app.services.enrichment import Enrichment
from app.services.recorded import refusals_recorded, utc_now
from app.services.turns import Turns

_SHARE = 20.0
"""Times as long as counting took, the counts are told again: watching costs a twentieth at most."""


MOST_TALLIES = 16
"""Imports whose counts are remembered: few are watched at a time."""


@dataclass(frozen=True, slots=True)
class _Tallied:
    """What was counted of an import as it stood."""

    of: Import
    counts: ImportCounts
    lately: Pace
    steady: Pace
    fresh_until: float  # on the monotonic clock


@dataclass(frozen=True, slots=True)
class ReadImports:
    """Look at imports."""

    records: Records
    sources: PhotoSources
    darkroom: Darkroom
    enrichment: Enrichment
    quota: CallQuota | None = None  # where the engine is a service of others
    turns: Turns = field(default_factory=Turns)
    tallies: dict[str, _Tallied] = field(default_factory=dict)

    async def progress(self, import_id: str) -> ImportProgress:
        """Return how far an import is; ImportNotFoundError."""
        async with self.records.view() as view:
            running = await view.imports.get(import_id)
        if running is None:
            raise ImportNotFoundError
        async with self.turns.of(import_id):
            tallied = await self._tallied(running)
        async with self.records.view() as view:
            workers = await view.imports.workers()
        quotas = await self.quota.uses() if self.quota and running.state.is_open else ()
        return ImportProgress(
            running=running,
            counts=tallied.counts,
            rate_now=tallied.lately.rate if running.state.is_open else None,
            rate_average=tallied.steady.rate,
            seconds_left=seconds_left(running, tallied.counts, tallied.steady),
            workers=tuple(workers),
            quotas=tuple(
                QuotaFigure(one.operation, one.quota, one.admitted, one.throttled) for one in quotas
            ),
            estimate=running.estimate,
            as_of=utc_now(),
        )

    async def _tallied(self, running: Import) -> _Tallied:
        """Count, or remember what was counted a moment ago: many may watch a large import."""
        known = self.tallies.get(running.import_id)
        if known and known.of == running and time.monotonic() < known.fresh_until:
            return known
        began = time.monotonic()
        async with self.records.view() as view:
            counts = await view.imports.counts(running.import_id)
            lately = Pace(*await view.imports.settled_within(running.import_id, LATELY))
            steady = Pace(*await view.imports.settled_within(running.import_id, STEADY))
        ended = time.monotonic()
        fresh_until = ended + _SHARE * (ended - began)
        tallied = _Tallied(running, counts, lately, steady, fresh_until)
        self.tallies.pop(running.import_id, None)
        self.tallies[running.import_id] = tallied
        if len(self.tallies) > MOST_TALLIES:
            del self.tallies[next(iter(self.tallies))]  # that was counted the longest ago
        return tallied

    async def page(self, after: str | None, limit: int) -> Sequence[Import]:
        """Return imports, newest first."""
        async with self.records.view() as view:
            return await view.imports.page(after, limit)

    async def items(
        self,
        import_id: str,
        after: int,
        limit: int,
        status: ItemStatus | None = None,
        reason: ItemReason | None = None,
    ) -> Sequence[ImportItem]:
        """Return items in the order of the listing; ImportNotFoundError."""
        async with self.records.view() as view:
            if await view.imports.get(import_id) is None:
                raise ImportNotFoundError
            return await view.imports.items(import_id, after, limit, status, reason)

    async def thumbnail(self, import_id: str, position: int, width: int, actor: Actor) -> bytes:
        """Return an item's photo as a JPEG at most `width` pixels wide; the look is recorded.

        It comes from the source as that is now. Raises ImportNotFoundError,
        ImportItemNotFoundError, RecordWithheldError (sealed and the like), JmsUnavailableError
        (nobody says whether it is), and what the source and the darkroom raise.
        """
        external_image_id: str | None = None

        def entry(outcome: str) -> AuditEntry:
            details = {"import_id": import_id, "position": position}
            return AuditEntry(
                utc_now(),
                AuditAction.VIEW_IMPORT,
                actor,
                outcome,
                external_image_id=external_image_id,
                details=details,
            )

        async with refusals_recorded(self.records, entry):
            running, item = await self._item(import_id, position)
            external_image_id = item.external_image_id or None
            await self._check_not_withheld(item)
            options = running.options
            async with self.sources.open(options.source, options.since) as source:
                photo = await source.photo(item.location)
            picture = await self.darkroom.thumbnail(photo, width)
            async with self.records.unit() as unit:
                await unit.audit.append(entry("answered"))
        return picture

    async def _item(self, import_id: str, position: int) -> tuple[Import, ImportItem]:
        async with self.records.view() as view:
            running = await view.imports.get(import_id)
            if running is None:
                raise ImportNotFoundError
            item = await view.imports.item(import_id, position)
        if item is None:
            raise ImportItemNotFoundError
        return running, item

    async def _check_not_withheld(self, item: ImportItem) -> None:
        """Refuse what was withheld when its turn came, or was since, here or in the JMS."""
        if item.reason is ItemReason.WITHHELD:
            raise RecordWithheldError
        if not item.external_image_id:
            return
        async with self.records.view() as view:
            record = await view.photos.get(item.external_image_id)
        if record is not None and record.standing.status is not RecordStatus.ACTIVE:
            raise RecordWithheldError
        enriched = await self.enrichment([item.external_image_id])
        if enriched.status(item.external_image_id) is BookingStatus.UNAVAILABLE:
            raise JmsUnavailableError
        standing = enriched.standings().get(item.external_image_id, Standing())
        if standing.status is not RecordStatus.ACTIVE:
            raise RecordWithheldError

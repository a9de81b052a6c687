"""Destroying probes whose days are over and whose review is closed."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime

from app.domain.audit import Actor
from app.domain.errors import CandidError
from app.domain.hold import Hold
from app.domain.kept_probe import DestroyedFor, KeptProbe, ProbeTerms
from app.ports.photo_store import PhotoStore
from app.ports.records import Records, RecordsOfCollections, Unit
from app.services.forgetting.holding import hold_on_search
from app.services.forgetting.purge_report import (
    Destroyed,
    KeptBack,
    Purgeable,
    PurgeReport,
    purge_entry,
)
from app.services.recorded import utc_now

_BATCH = 20
"""Probes destroyed by one unit: who places a hold waits for its commit."""


def unit_for(records: Records, report: PurgeReport) -> AbstractAsyncContextManager[Unit]:
    """Return a unit; a dry run only looks."""
    return records.view() if report.dry_run else records.unit()


@dataclass(frozen=True, slots=True)
class PurgeProbes:
    """The bytes go first: whoever dies before the commit leaves a row for the next purge."""

    records: Records
    records_of: RecordsOfCollections
    store: PhotoStore
    terms: ProbeTerms

    async def __call__(self, report: PurgeReport, actor: Actor) -> None:
        """Destroy what is due, of former collections too: they share the store.

        What cannot be destroyed is reported; raises what the records raise.
        """
        async with self.records.view() as view:
            collections = await view.probes.collections()
        for collection in collections:
            await self._of(self.records_of.of(collection), report, actor)

    async def _of(self, records: Records, report: PurgeReport, actor: Actor) -> None:
        now, after = utc_now(), None
        before = now - min(self.terms.keep, self.terms.most)
        while not report.gives_up(Purgeable.PROBE):
            async with records.view() as view:
                page = await view.probes.page(before, after, _BATCH)
            if not page:
                return
            async with unit_for(records, report) as unit:
                gone, kept = await self._purged(unit, page, now, report)
                if gone and not report.dry_run:
                    await unit.audit.append(purge_entry(actor, gone))
            report.destroyed += gone
            report.kept += kept
            after = page[-1].search_id

    async def _purged(
        self, unit: Unit, page: Sequence[KeptProbe], now: datetime, report: PurgeReport
    ) -> tuple[list[Destroyed], list[KeptBack]]:
        gone, kept = list[Destroyed](), list[KeptBack]()
        holds = await unit.holds.in_force()
        for one in page:
            probe = one if report.dry_run else await unit.probes.claim(one.search_id)
            why = self.terms.due(probe, now) if probe else None
            if probe is None or why is None:
                continue
            try:
                if hold := await self._hold_on(unit, holds, probe):
                    kept.append(KeptBack(Purgeable.PROBE, probe.search_id, "hold", hold.hold_id))
                    continue
                if not report.dry_run:
                    await self._destroy(unit, probe, why)
            except CandidError as error:  # the others must not wait for this one
                report.fail(Purgeable.PROBE, probe.search_id, error)
                continue
            gone.append(Destroyed(Purgeable.PROBE, probe.search_id, probe.sha256, why))
        return gone, kept

    async def _hold_on(self, unit: Unit, holds: Sequence[Hold], probe: KeptProbe) -> Hold | None:
        answer = await unit.searches.get(probe.search_id) if holds else None
        return await hold_on_search(unit, holds, probe.search_id, answer)

    async def _destroy(self, unit: Unit, probe: KeptProbe, why: DestroyedFor) -> None:
        await self.store.delete(probe.photo_key)
        await unit.probes.destroyed(probe.search_id, utc_now(), why)

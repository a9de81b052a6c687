"""Use case: destroy what has been kept long enough, and nothing that a hold is on."""

import asyncio
from dataclasses import dataclass, field

import structlog

from app.domain.audit import Actor
from app.domain.errors import CandidError, RecordsUnavailableError
from app.ports.records import Records
from app.services.forgetting.purge_orphans import PurgeOrphans
from app.services.forgetting.purge_probes import PurgeProbes
from app.services.forgetting.purge_report import Purgeable, PurgeReport
from app.services.forgetting.purge_searches import PurgeSearches
from app.services.recorded import utc_now
from app.services.sweep_intents import sweep_forever

log = structlog.get_logger(__name__)

RETENTION = Actor("retention", None, "retention")

_EVERY = 23.5 * 3600  # seconds from the beginning of one purge to that of the next
_PATIENCE = 3600.0
"""Seconds after which a purge that has not ended is taken up by another process."""

_LOOK = 600.0
"""Seconds between two looks whether it is time."""


@dataclass(frozen=True, slots=True)
class Purge:
    """Probes, then orphans, then past searches; the audit is never purged.

    Several at once are harmless: each destroys what it has claimed.
    """

    probes: PurgeProbes
    orphans: PurgeOrphans
    searches: PurgeSearches

    async def __call__(
        self, actor: Actor, *, dry_run: bool = False, however_many_orphans: bool = False
    ) -> PurgeReport:
        """Destroy what is due; a dry run says what it would be, and changes nothing.

        What fails is reported and stops nothing else; raises only RecordsUnavailableError. What was
        destroyed until then is recorded.
        """
        report = PurgeReport(dry_run)
        await self.probes(report, actor)
        try:
            await self.orphans(report, actor, however_many=however_many_orphans)
        except RecordsUnavailableError:
            raise
        except CandidError as error:  # the store cannot be listed
            report.fail(Purgeable.ORPHAN, None, error)
        await self.searches(report, actor)
        return report


@dataclass(frozen=True, slots=True)
class PurgeDaily:
    """Once a day, however many processes there are; one that dies is followed by another."""

    records: Records
    purge: Purge
    called: asyncio.Event = field(default_factory=asyncio.Event)
    period: float = _LOOK

    async def forever(self) -> None:
        """Look now and then whether it is time, until cancelled."""
        await sweep_forever(self, self.called, self.period)

    async def __call__(self) -> PurgeReport | None:
        """Purge if it is time; None when it is not. Raises what `Purge` raises."""
        async with self.records.unit() as unit:
            if not await unit.purge_turns.take(utc_now(), every=_EVERY, patience=_PATIENCE):
                return None
        report = await self.purge(RETENTION)
        async with self.records.unit() as unit:
            await unit.purge_turns.end(utc_now())
        log.info("purged", destroyed=len(report.destroyed), kept=len(report.kept))
        if report.refused_orphans:
            log.error("orphans_not_purged", orphans=report.refused_orphans)
        if report.failed:
            codes = sorted({one.code for one in report.failed})
            log.error("purge_failed", things=len(report.failed), codes=codes)
        return report

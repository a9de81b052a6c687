"""Destroying past searches and their reviews, where a setting says after how long."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from app.domain.audit import Actor
from app.domain.errors import CandidError
from app.domain.hold import Hold
from app.domain.search import SearchAnswer
from app.ports.records import Records, RecordsOfCollections, Unit
from app.ports.search_records import PastSearch
from app.services.forgetting.holding import hold_on_search
from app.services.forgetting.open_reviews import review_is_open
from app.services.forgetting.purge_probes import unit_for
from app.services.forgetting.purge_report import (
    Destroyed,
    KeptBack,
    Purgeable,
    PurgeReport,
    purge_entry,
)
from app.services.recorded import utc_now

_BATCH = 50


@dataclass(frozen=True, slots=True)
class PurgeSearches:
    """What was answered goes; that it was, and with whom, stays in the audit by ids and hashes."""

    records: Records
    records_of: RecordsOfCollections
    after: timedelta | None  # None: searches are kept

    async def __call__(self, report: PurgeReport, actor: Actor) -> None:
        """Destroy searches that are due, of former collections too; RecordsUnavailableError.

        What cannot be destroyed, or not even be read, is reported.
        """
        if self.after is None:
            return
        async with self.records.view() as view:
            collections = await view.searches.collections()
        run = _Run(report, actor, report.probes_gone())
        for collection in collections:
            await self._of(self.records_of.of(collection), run, self.after)

    async def _of(self, records: Records, run: "_Run", after: timedelta) -> None:
        before, last = utc_now() - after, None
        while not run.report.gives_up(Purgeable.SEARCH):
            async with records.view() as view:
                page = await view.searches.older(before, last, _BATCH)
            if not page:
                return
            await run.purge(records, page)
            last = (page[-1].searched_at, page[-1].search_id)


@dataclass(frozen=True, slots=True)
class _Run:
    """One purge of searches."""

    report: PurgeReport
    actor: Actor
    probes_gone: frozenset[str]  # in this purge; in a dry run their rows do not say so

    async def purge(self, records: Records, page: Sequence[PastSearch]) -> None:
        """Destroy those of a page that nothing keeps."""
        gone, kept, dry = list[Destroyed](), list[KeptBack](), self.report.dry_run
        async with unit_for(records, self.report) as unit:
            holds = await unit.holds.in_force()
            for one in page:
                try:
                    answer = await unit.searches.get(one.search_id)
                    if answer is None:
                        continue
                    if reason := await self._kept_back(unit, holds, answer):
                        kept.append(reason)
                    elif dry or await _forgotten(unit, one.search_id):
                        gone.append(_destroyed(answer))
                except CandidError as error:  # the others must not wait for this one
                    self.report.fail(Purgeable.SEARCH, one.search_id, error)
            if gone and not dry:
                await unit.audit.append(purge_entry(self.actor, gone))
        self.report.destroyed += gone
        self.report.kept += kept

    async def _kept_back(
        self, unit: Unit, holds: Sequence[Hold], answer: SearchAnswer
    ) -> KeptBack | None:
        what, search_id = Purgeable.SEARCH, answer.search_id
        if hold := await hold_on_search(unit, holds, search_id, answer):
            return KeptBack(what, search_id, "hold", hold.hold_id)
        if await review_is_open(unit, search_id, locked=not self.report.dry_run):
            return KeptBack(what, search_id, "review_open")
        probe = await unit.probes.of(search_id)
        if probe is None or probe.destroyed_at is not None or search_id in self.probes_gone:
            return None
        return KeptBack(what, search_id, "review_open" if probe.review_open else "probe_kept")


async def _forgotten(unit: Unit, search_id: str) -> bool:
    if not await unit.searches.forget(search_id):
        return False
    await unit.reviews.forget(search_id)
    return True


def _destroyed(answer: SearchAnswer) -> Destroyed:
    return Destroyed(Purgeable.SEARCH, answer.search_id, answer.probe.sha256, "too_old")

"""Use case: stay current with the JMS, on a schedule."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeGuard

import structlog

from app.domain.audit import Actor
from app.domain.errors import CandidError, ImportRunningError
from app.domain.imports import (
    Import,
    ImportMode,
    ImportOptions,
    ImportSource,
    ImportState,
    ItemReason,
)
from app.ports.records import Records
from app.services.imports.manage_imports import ManageImports
from app.services.imports.refresh_standings import RefreshStandings
from app.services.recorded import utc_now

log = structlog.get_logger(__name__)

SCHEDULE = Actor("schedule", None, "schedule")

_OVERLAP = timedelta(hours=1)
"""Listed again, for what the JMS dated while the last import was being listed."""

_MAY_COME_LATER = frozenset(
    {ItemReason.PHOTO_MISSING, *(reason for reason in ItemReason if reason.is_transient)}
)
"""What failed so is listed again the next time, though the JMS does not date it anew."""

_MOST_NIGHTS = 7
"""Scheduled imports whose time is listed again for what failed in them."""

_LOOK_BACK = 200
"""Imports among which the last scheduled one is looked for."""


_DAY, _LONGEST = timedelta(days=1), timedelta(days=7)
"""For so long each time tries again; and so long is waited at most, once it was in vain."""

_ABOUT = 0.9
"""No two nights are exactly as long."""


@dataclass(frozen=True, slots=True)
class ImportOnSchedule:
    """Import what is new or changed since last time, and refresh what the JMS says of the rest."""

    records: Records
    manage: ManageImports
    refresh: RefreshStandings
    source: ImportSource

    async def __call__(self) -> None:
        """Begin, or go on with one that paused by itself; while another is open only refresh.

        What is in trouble for days is tried more and more seldom, and none is begun beside it.

        Raises RecordsUnavailableError.
        """
        async with self.records.view() as view:
            open_one = await view.imports.open_one()
        try:
            if not _paused_by_itself(open_one):
                await self._start()
            elif _is_due_again(open_one, utc_now()):
                await self._resume(open_one)
            else:
                detail = {"import_id": open_one.import_id, "trouble": open_one.trouble}
                log.warning("scheduled_import_stuck", **detail)
        except ImportRunningError as error:
            log.warning("scheduled_import_left_out", detail=str(error))
        except CandidError as error:
            log.error("scheduled_import_failed", code=error.code, detail=str(error))  # noqa: TRY400 - said in full
        await self.refresh()

    async def _start(self) -> None:
        options = ImportOptions(
            source=self.source, mode=ImportMode.CHANGED, since=await self._since()
        )
        begun = await self.manage.start(options, SCHEDULE, scheduled=True)
        log.info("scheduled_import_started", import_id=begun.import_id)

    async def _resume(self, paused: Import) -> None:
        """Try again what the trouble of one night stopped: it would leave out every night after."""
        await self.manage.resume(paused.import_id, SCHEDULE)
        log.info("scheduled_import_resumed", import_id=paused.import_id, trouble=paused.trouble)

    async def _since(self) -> datetime | None:
        async with self.records.view() as view:
            known = await view.imports.page(None, _LOOK_BACK)
            ended = [one for one in known if one.scheduled and one.state is ImportState.FINISHED]
            since = None
            for one in ended[:_MOST_NIGHTS]:
                since = one.started_at - _OVERLAP
                reasons = dict((await view.imports.counts(one.import_id)).reasons)
                if not reasons.keys() & _MAY_COME_LATER:
                    break
        return since


def _paused_by_itself(open_one: Import | None) -> TypeGuard[Import]:
    """Say whether it is the schedule's own, and no person paused it."""
    return open_one is not None and open_one.scheduled and open_one.is_in_trouble


def _is_due_again(paused: Import, now: datetime) -> bool:
    """Say whether it is tried once more: in the nights 1, 2, 4, 8, then once a week."""
    last = paused.resumed_at or paused.started_at
    tried = last - paused.started_at
    return tried < _DAY * _ABOUT or now - last >= min(tried, _LONGEST) * _ABOUT

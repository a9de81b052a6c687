"""Use case: keep hidden what the JMS says so of, until it says otherwise or the time has come."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import structlog

from app.domain.booking import RecordStatus
from app.domain.search import BookingStatus
from app.domain.withheld import (
    RemovalTerms,
    Withheld,
    WithheldState,
    full_days,
    next_try,
)
from app.ports.records import Records
from app.services.enrichment import Enriched, Enrichment
from app.services.recorded import utc_now
from app.services.sweep_intents import sweep_forever
from app.services.withholding.forgotten_bookings import ForgetBookings, none_kept
from app.services.withholding.remove_withheld import RemoveWithheld
from app.services.withholding.tell_withheld import TellWithheld
from app.services.withholding.unknown_twice import APART, UnknownTwice

log = structlog.get_logger(__name__)

_PAGE = 200
"""Of one question to the JMS."""

_SECONDS = 60.0
"""For the answer to it."""

_PERIOD = 5.0
"""Seconds between two looks: whoever hides a photo by a read calls nobody."""

_LEASE = timedelta(minutes=2)
"""After this, what somebody took belongs to a process that died."""


@dataclass(frozen=True, slots=True)
class _Heard:
    """What came of asking about some that are hidden."""

    again: dict[int, datetime] = field(default_factory=dict)
    missed: dict[int, datetime] = field(default_factory=dict)
    active: list[str] = field(default_factory=list)
    going: list[Withheld] = field(default_factory=list)  # this was the last word that they need
    asking: list[int] = field(default_factory=list)  # nobody can give it


@dataclass(frozen=True, slots=True)
class KeepWithheld:
    """Each photo is taken by one process for a while; the rows say what is still to be done."""

    records: Records
    enrichment: Enrichment
    terms: RemovalTerms
    remove: RemoveWithheld
    tell: TellWithheld
    forget: ForgetBookings = none_kept
    unknown: UnknownTwice = field(default_factory=UnknownTwice)
    called: asyncio.Event = field(default_factory=asyncio.Event)
    period: float = _PERIOD

    def soon(self) -> None:
        """Have somebody look; they come in a moment."""
        self.called.set()

    async def forever(self) -> None:
        """Look when called and now and then, until cancelled."""
        await sweep_forever(self, self.called, self.period)

    async def __call__(self) -> int:
        """Do what is due; return how many photos the JMS was asked about.

        Raises RecordsUnavailableError.
        """
        async with self.records.unit() as unit:
            slipped = await unit.withheld.reconcile()
        if slipped:
            log.info("hidden_again", photos=slipped)
        await self._stop()
        await self.tell()
        asked = 0
        while rows := await self._taken():
            asked += len(rows)
            if not await self._asked(rows):
                break
        await self.tell()
        return asked

    async def _stop(self) -> None:
        async with self.records.unit() as unit:
            allowance, stopped = self.terms.allowance(await unit.faces.count()), 0
            for since, until in full_days(await unit.withheld.count_new(), allowance):
                stopped += await unit.withheld.stop(since, until)
        if stopped:
            log.error("removals_stopped", photos=stopped, allowance=allowance)

    async def _taken(self) -> Sequence[Withheld]:
        now = utc_now()
        hidden_before = now - self.terms.confirm_after
        async with self.records.unit() as unit:
            return await unit.withheld.to_read(now, hidden_before, now + _LEASE, _PAGE)

    async def _asked(self, rows: Sequence[Withheld]) -> bool:
        """Ask the JMS, write down what it said, and remove what may go; False: it is silent."""
        ids = [row.external_image_id for row in rows]
        self.forget(ids)
        enriched = await self.enrichment(ids, _SECONDS)
        async with self.records.unit() as unit:
            await unit.standings.remember(enriched.standings())
            on_record = await unit.standings.of(ids)
            heard = self._heard(rows, enriched, frozenset(on_record))
            await unit.withheld.show(heard.active, enriched.asked_at)
            await unit.withheld.said_again(heard.again, enriched.asked_at)
            await unit.withheld.missed(heard.missed)
            await unit.withheld.ask(heard.asking)
        self.forget(heard.active)
        if heard.going:
            await self._stop()
        for row in heard.going:
            await self.remove(row)
        return bool(heard.again or heard.active)

    def _heard(
        self, rows: Sequence[Withheld], enriched: Enriched, on_record: frozenset[str]
    ) -> _Heard:
        heard = _Heard()
        for row in rows:
            if row.external_image_id in enriched.found:
                self.unknown.forget(row.withheld_id)
            self._sort(row, enriched, row.external_image_id in on_record, heard)
        return heard

    def _sort(self, row: Withheld, enriched: Enriched, is_there: bool, into: _Heard) -> None:  # noqa: FBT001 - private
        now, said = enriched.asked_at, enriched.status(row.external_image_id)
        booking = enriched.found.get(row.external_image_id)
        known = replace(row, status=booking.status if booking else row.status, confirmed_at=now)
        is_anew = is_there and known.status is not row.status
        may_go = is_there and not is_anew and self.terms.may_go(known, now)
        match said:
            case BookingStatus.FOUND if known.status is RecordStatus.ACTIVE:
                into.active.append(row.external_image_id)
            case BookingStatus.FOUND if is_anew:  # the first word that says so
                into.again[row.withheld_id] = now + max(self.terms.confirm_after, _LEASE)
            case BookingStatus.NOT_FOUND if may_go and not self._is_believed(row, enriched):
                into.again[row.withheld_id] = now + APART
            case BookingStatus.FOUND | BookingStatus.NOT_FOUND:
                again = now + _LEASE if may_go else self.terms.read_again_at(known, now)
                into.again[row.withheld_id] = again
                into.going.extend([known] if may_go else [])
            case BookingStatus.NOT_CONFIGURED if may_go and row.state is WithheldState.AGREED:
                into.again[row.withheld_id] = now + _LEASE  # an administrator's was the second word
                into.going.append(known)
            case BookingStatus.NOT_CONFIGURED:
                into.missed[row.withheld_id] = next_try(row.misses, now)
                into.asking.extend([row.withheld_id] if may_go else [])
            case _:
                into.missed[row.withheld_id] = next_try(row.misses, now)

    def _is_believed(self, row: Withheld, enriched: Enriched) -> bool:
        at, knows_others = enriched.asked_at, bool(enriched.found)
        return self.unknown.is_believed(row.withheld_id, at, knows_others=knows_others)

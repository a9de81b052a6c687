"""Use case: do what an event asks for that is more than a row: read again, import, renumber."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from app.domain.errors import CandidError, RecordsUnavailableError
from app.domain.jms_events import EventType, KnownEvent, Numbered
from app.ports.records import Records
from app.services.imports.refresh_standings import RefreshStandings
from app.services.jms_events.import_told import ImportTold
from app.services.jms_events.renumber_photo import RenumberPhoto
from app.services.recorded import utc_now
from app.services.sweep_intents import PERIOD, say_failure, sweep_forever
from app.services.withholding.forgotten_bookings import ForgetBookings, none_kept

log = structlog.get_logger(__name__)

_BATCH = 500
_GIVEN_UP = timedelta(days=1)
"""After so long an event is left to the schedule's next look at everything."""


@dataclass(frozen=True, slots=True)
class FollowEvents:
    """What is left to do is in the rows; done twice, by two processes, it is the same."""

    records: Records
    refresh: RefreshStandings
    imports: ImportTold
    renumber: RenumberPhoto
    forget: ForgetBookings = none_kept
    called: asyncio.Event = field(default_factory=asyncio.Event)
    period: float = PERIOD

    def soon(self) -> None:
        """Have somebody look; they come in a moment."""
        self.called.set()

    async def forever(self) -> None:
        """Look when called and now and then, until cancelled."""
        await sweep_forever(self, self.called, self.period)

    async def __call__(self) -> int:
        """Follow what can be followed now; return how many events. RecordsUnavailableError."""
        async with self.records.view() as view:
            events = await view.jms_events.to_follow(_BATCH)
        if not events:
            return 0
        now = utc_now()
        waiting = await self._read(events) | await self._renumbered(events)
        if not await self.imports(_dates(events)):
            waiting |= {one.event.event_id for one in events if one.event.type in _IMPORTED}
        over = [one for one in events if now - one.answer.received_at > _GIVEN_UP]
        given_up = [one.event.event_id for one in over if one.event.event_id in waiting]
        if given_up:
            log.warning("jms_events_given_up", events=len(given_up))
        waiting -= set(given_up)
        done = [one.event.event_id for one in events if one.event.event_id not in waiting]
        async with self.records.unit() as unit:
            await unit.jms_events.followed(done, now)
        return len(done)

    async def _read(self, events: Sequence[KnownEvent]) -> set[str]:
        """Ask the JMS about the photos of each; return the events that it gave no answer to."""
        meant = dict[str, Sequence[str]]()
        async with self.records.view() as view:
            for one in events:
                meant[one.event.event_id] = await view.jms_events.meant(one.event.about.by_now())
        ids = sorted({photo for photos in meant.values() for photo in photos})
        self.forget(ids)
        silent = await self.refresh.of(ids)
        moved = [one.event for one in events if one.event.about.numbered is Numbered.PERSON_ID]
        await self.refresh.unite([photo for event in moved for photo in meant[event.event_id]])
        return {event for event, photos in meant.items() if not silent.isdisjoint(photos)}

    async def _renumbered(self, events: Sequence[KnownEvent]) -> set[str]:
        """Give photos their new ids; return the events for which that is still to be done."""
        waiting = set[str]()
        for one in events:
            if one.event.about.numbered is not Numbered.EXTERNAL_IMAGE_ID:
                continue
            try:
                await self.renumber(one.event)
            except RecordsUnavailableError:
                raise
            except CandidError as error:
                say_failure("photo_not_renumbered", error, event_id=one.event.event_id)
                waiting.add(one.event.event_id)
        return waiting


_IMPORTED = {EventType.CREATED, EventType.UPDATED}


def _dates(events: Sequence[KnownEvent]) -> Sequence[datetime]:
    return [one.event.occurred_at for one in events if one.event.type in _IMPORTED]

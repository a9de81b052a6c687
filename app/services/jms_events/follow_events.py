"""Use case: do what an event asks for that is more than a row: read again, import, renumber."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from app.domain.errors import CandidError, RecordsUnavailableError
from app.domain.jms_events import EventType, JmsEvent, KnownEvent, Numbered
from app.ports.records import Records
from app.services.imports.refresh_standings import RefreshStandings
from app.services.jms_events.hide_named import HideNamed
from app.services.jms_events.import_told import ImportTold, say_kind
from app.services.jms_events.renumber_photo import Renumbering, RenumberPhoto
from app.services.recorded import utc_now
from app.services.sweep_intents import PERIOD, say_failure, sweep_forever
from app.services.withholding.forgotten_bookings import ForgetBookings, none_kept

log = structlog.get_logger(__name__)

_BATCH = 500
_GIVEN_UP = timedelta(days=1)
"""After so long an event is left to the schedule's next look at everything."""

_BACK = timedelta(days=30)
"""An import goes no further back than so long before its event was received."""


@dataclass(frozen=True, slots=True)
class FollowEvents:
    """What is left to do is in the rows; done twice, by two processes, it is the same."""

    records: Records
    refresh: RefreshStandings
    imports: ImportTold
    renumber: RenumberPhoto
    hide: HideNamed
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
        waiting = await self.hide.newcomers(events, now)
        waiting |= await self._read([one for one in events if one.event.status is None])
        kept, later = await self._renumbered(events)
        waiting |= later
        if not await self.imports(_dates(events)):
            waiting |= {one.event.event_id for one in events if one.event.type in _IMPORTED}
        over = {one.event.event_id for one in events if now - one.answer.received_at > _GIVEN_UP}
        given_up = over & waiting
        for event_id in sorted(given_up):
            log.error("jms_event_given_up", event_id=event_id)
        await self._write(events, waiting - given_up, kept | given_up & later)
        return sum(one.event.event_id not in waiting - given_up for one in events)

    async def _write(
        self, events: Sequence[KnownEvent], waiting: set[str], unfinished: set[str]
    ) -> None:
        """Say what is done; a photo that stays under its old id is hidden in the same commit."""
        told, now = [one.event for one in events], utc_now()
        stay = [event for event in told if event.event_id in unfinished]
        done = [event.event_id for event in told if event.event_id not in waiting]
        async with self.records.unit() as unit:
            await self.hide.old_ids(unit, stay, now)
            await unit.jms_events.followed(done, now)
        self.forget([photo for event in stay for photo in event.about.external_image_ids])

    async def _read(self, events: Sequence[KnownEvent]) -> set[str]:
        """Ask the JMS about the photos of each; return the events that it gave no answer to."""
        meant = dict[str, Sequence[str]]()
        async with self.records.view() as view:
            for one in events:
                meant[one.event.event_id] = (await view.jms_events.meant(one.event.about)).photos
        ids = sorted({photo for photos in meant.values() for photo in photos})
        self.forget(ids)
        silent = await self.refresh.of(ids)
        moved = [one.event for one in events if one.event.about.numbered is Numbered.PERSON_ID]
        await self.refresh.unite([photo for event in moved for photo in meant[event.event_id]])
        return {event for event, photos in meant.items() if not silent.isdisjoint(photos)}

    async def _renumbered(self, events: Sequence[KnownEvent]) -> tuple[set[str], set[str]]:
        """Give photos their new ids; return the events whose photos never get it, and not yet."""
        came, awaited = dict[str, Renumbering](), set[str]()
        for one in events:
            about = one.event.about
            if about.numbered is not Numbered.EXTERNAL_IMAGE_ID:
                continue
            waits = not awaited.isdisjoint(about.external_image_ids)
            outcome = Renumbering.LATER if waits else await self._outcome(one.event)
            if outcome is Renumbering.LATER:
                awaited.add(about.to or "")
            came[one.event.event_id] = outcome
        kept, later = (
            {event_id for event_id, outcome in came.items() if outcome is wanted}
            for wanted in (Renumbering.KEPT, Renumbering.LATER)
        )
        return kept, later

    async def _outcome(self, event: JmsEvent) -> Renumbering:
        try:
            return await self.renumber(event)
        except RecordsUnavailableError:
            raise
        except CandidError as error:
            say_failure("photo_not_renumbered", error, event_id=event.event_id)
        except Exception as error:  # noqa: BLE001 - whatever it is, other events are followed
            say_kind("photo_not_renumbered", error, event_id=event.event_id)
        return Renumbering.LATER


_IMPORTED = {EventType.CREATED, EventType.UPDATED}


def _dates(events: Sequence[KnownEvent]) -> Sequence[datetime]:
    """Return since when to import for each: what a JMS dates oddly is believed within bounds."""
    return [
        min(max(one.event.occurred_at, one.answer.received_at - _BACK), one.answer.received_at)
        for one in events
        if one.event.type in _IMPORTED
    ]

"""Use case: hide what an event means and could not be hidden when it was received."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.domain.booking import RecordStatus
from app.domain.jms_events import JmsEvent, KnownEvent
from app.ports.records import Records, Unit
from app.ports.withheld_records import Hiding
from app.services.sweep_intents import GRACE
from app.services.withholding.forgotten_bookings import ForgetBookings, none_kept

_LOOKED_FOR = GRACE + timedelta(minutes=5)
"""So long after an event, photos that were under way may get the numbers that it named."""


@dataclass(frozen=True, slots=True)
class HideNamed:
    """A person's or a booking's photos are known by what the JMS answered, which comes later."""

    records: Records
    confirm_after: timedelta  # as of what an event hides
    forget: ForgetBookings = none_kept

    async def newcomers(self, events: Sequence[KnownEvent], now: datetime) -> set[str]:
        """Hide photos that have come since; return the events for which more may come."""
        hiding = [one for one in events if one.event.status is not None]
        for one in hiding:
            received_at = one.answer.received_at
            async with self.records.view() as view:
                ids = await view.jms_events.newcomers(
                    one.event.about, received_at, received_at + self.confirm_after
                )
            if ids and one.event.status is not None:
                async with self.records.unit() as unit:
                    await unit.withheld.hide(ids, self._why(one.event, one.event.status, now))
                self.forget(ids)
        return {one.event.event_id for one in hiding if now - one.answer.received_at <= _LOOKED_FOR}

    async def old_ids(self, unit: Unit, events: Sequence[JmsEvent], now: datetime) -> None:
        """Hide photos that keep their old ids, as their new ones are or else as restricted."""
        for event in events:
            [old], new = event.about.external_image_ids, event.about.to or ""
            withheld = await unit.withheld.of([old, new])
            if old not in withheld:
                status = withheld.get(new, RecordStatus.RESTRICTED)
                await unit.withheld.hide([old], self._why(event, status, now))

    def _why(self, event: JmsEvent, status: RecordStatus, now: datetime) -> Hiding:
        return Hiding(status, event.event_id, now, now + self.confirm_after)

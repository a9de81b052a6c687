"""Use case: take in what the JMS tells; who is sealed is hidden before it is answered."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from app.domain.audit import Actor, AuditAction, AuditEntry
from app.domain.booking import RecordStatus
from app.domain.errors import EventConflictError
from app.domain.jms_events import EventAnswer, JmsEvent, Numbered
from app.ports.records import Records, Unit
from app.ports.withheld_records import Hiding
from app.services.jms_events.follow_events import FollowEvents
from app.services.recorded import utc_now
from app.services.withholding.keep_withheld import KeepWithheld


@dataclass(slots=True)
class _Taken:
    """What came of a call's events."""

    answers: list[EventAnswer] = field(default_factory=list)
    repeated: list[str] = field(default_factory=list)
    conflicts: list[str] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class ReceiveEvents:
    """All events of a call are one commit; each is taken in once, however often it is sent."""

    records: Records
    keep: KeepWithheld
    follow: FollowEvents

    async def __call__(
        self, events: Sequence[JmsEvent], actor: Actor, message_id: str
    ) -> Sequence[EventAnswer]:
        """Return what came of each; of one that was received before, what was answered then.

        Raises EventConflictError for those whose id another event has, once all others are done,
        and RecordsUnavailableError when nothing is.
        """
        taken, now = _Taken(), utc_now()
        async with self.records.unit() as unit:
            for event in events:
                await self._take(unit, event, now, taken)
            await unit.audit.append(_entry(actor, message_id, events, taken))
        self.keep.forget(taken.hidden)
        self.keep.soon()
        self.follow.soon()
        if taken.conflicts:
            raise EventConflictError(taken.conflicts)
        return taken.answers

    async def _take(self, unit: Unit, event: JmsEvent, now: datetime, taken: _Taken) -> None:
        known = await unit.jms_events.claim(event, now)
        if known is not None and known.sha256 != event.sha256():
            taken.conflicts.append(event.event_id)
            return
        if known is not None:
            taken.repeated.append(event.event_id)
            taken.answers.append(known.answer)
            return
        meant = await unit.jms_events.meant(event.about)
        status = await _hides_as(unit, event)
        believed_at = now + self.keep.terms.confirm_after
        if status is not None:
            hidden = sorted({*meant.ids, *meant.photos})
            await unit.withheld.hide(hidden, Hiding(status, event.event_id, now, believed_at))
            taken.hidden += hidden
        await unit.jms_events.renumber(event.about, believed_at)
        answer = EventAnswer(event.event_id, event.type, now, len(meant.photos), meant.unknown)
        await unit.jms_events.answer(answer, now if _is_done(event) else None)
        taken.answers.append(answer)


async def _hides_as(unit: Unit, event: JmsEvent) -> RecordStatus | None:
    """Return as what the event hides its photos; one whose new id is hidden already, as that."""
    about = event.about
    if about.numbered is Numbered.EXTERNAL_IMAGE_ID and about.to is not None:
        return (await unit.withheld.of([about.to])).get(about.to)
    return event.status


def _is_done(event: JmsEvent) -> bool:
    """Say whether nothing is left to do; of persons and bookings, photos may be on their way."""
    about = event.about
    return event.status is not None and not (about.person_ids or about.booking_numbers)


def _entry(actor: Actor, message_id: str, events: Sequence[JmsEvent], taken: _Taken) -> AuditEntry:
    told: dict[str, object] = {
        "message_id": message_id[:100],
        "events": [_told(event) for event in events],
        "repeated": taken.repeated,
        "conflicts": taken.conflicts,
    }
    outcome = EventConflictError.code if taken.conflicts else "answered"
    return AuditEntry(utc_now(), AuditAction.JMS_EVENT, actor, outcome, details=told)


def _told(event: JmsEvent) -> dict[str, object]:
    about = event.about
    said: dict[str, object] = {
        "id": event.event_id,
        "type": event.type,
        "external_image_ids": about.external_image_ids,
        "person_ids": about.person_ids,
        "booking_numbers": about.booking_numbers,
        "record_status": event.status,
        "to": about.to,
    }
    return {key: value for key, value in said.items() if value}

"""A JMS that tells, and a service that listens."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import psycopg

from app.domain.audit import Actor
from app.domain.booking import RecordStatus
from app.domain.jms_events import About, EventAnswer, EventType, JmsEvent, Numbered
from app.domain.withheld import Withheld
from tests.jails import Jail, booking

AT = datetime(2026, 11, 29, 20, tzinfo=UTC)
SENDER = Actor("jms", "192.0.2.9", "request-7")


def sealed(event_id: str, *photos: str, status: RecordStatus = RecordStatus.SEALED) -> JmsEvent:
    """Return an event that hides photos."""
    kind = EventType.EXPUNGED if status is RecordStatus.EXPUNGED else EventType.SEALED
    return JmsEvent(event_id, kind, AT, About(photos), status)


async def tell(jail: Jail, *events: JmsEvent) -> Sequence[EventAnswer]:
    """Have the JMS tell events."""
    services = jail.services()
    return await services.jms_events.receive(events, SENDER, "msg-1")


def seal(jail: Jail, *photos: str, status: RecordStatus = RecordStatus.SEALED) -> None:
    """Have the JMS say of photos, when it is asked, that they are sealed; or active again."""
    for one in photos:
        known = jail.fake_jms.known.get(one) or booking(one)
        jail.fake_jms.known[one] = replace(known, status=status)


async def found(jail: Jail, name: str) -> list[str]:
    """Search for a person; return the ids of the photos that are shown as theirs."""
    answer = await jail.search(name)
    best = [one for one in answer.candidates if one.similarity > 99]
    return [one.external_image_id for one in best]


async def rows(jail: Jail) -> Mapping[str, Withheld]:
    """Return what is, or was, hidden, the newest of each photo."""
    async with jail.records.view() as view:
        known = await view.withheld.page(None, None, 1000)
    return {one.external_image_id: one for one in reversed(known)}


def fall_behind(jail: Jail) -> None:
    """Let the JMS's answers lag behind its events, so that they are not believed for an hour."""
    jail.removal_terms = replace(jail.removal_terms, confirm_after=timedelta(hours=1))


def received_before(database: str, ago: str) -> None:
    """Let so much time pass since the events came."""
    with psycopg.connect(database) as connection:
        connection.execute("UPDATE jms_events SET received_at = received_at - %s::interval", (ago,))


def renumbered(event_id: str, old: str, new: str) -> JmsEvent:
    """Return an event that gives a photo another id."""
    about = About((old,), numbered=Numbered.EXTERNAL_IMAGE_ID, to=new)
    return JmsEvent(event_id, EventType.RENUMBERED, AT, about)

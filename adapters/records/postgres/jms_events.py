"""What the JMS told by itself."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from typing_extensions import override

from adapters.records.postgres import numbers_sql as sql
from adapters.records.postgres.arrays import text_array
from adapters.records.postgres.documents import adapter_of
from adapters.records.postgres.transaction import Transaction, storable
from app.domain.booking import RecordStatus
from app.domain.jms_events import (
    About,
    EventAnswer,
    EventType,
    JmsEvent,
    KnownEvent,
    Meant,
    Numbered,
)
from app.ports.jms_event_records import JmsEventRecords

_ABOUT: Final = adapter_of(About)

_CLAIM = """
INSERT INTO jms_events (collection, event_id, type, sha256, occurred_at, received_at, photos,
                        unknown, about)
VALUES (%(collection)s, %(event_id)s, %(type)s, %(sha256)s, %(occurred_at)s, %(received_at)s, 0, 0,
        %(about)s::jsonb || jsonb_build_object('record_status', %(record_status)s::text))
ON CONFLICT (collection, event_id) DO NOTHING RETURNING true
"""

_COLUMNS = "event_id, type, sha256, occurred_at, received_at, photos, unknown, about::text, "
_COLUMNS += "about->>'record_status'"

_GET = f"""
SELECT {_COLUMNS} FROM jms_events WHERE collection = %(collection)s AND event_id = %(event_id)s
"""  # noqa: S608 - a constant of ours

_ANSWER = """
UPDATE jms_events SET photos = %(photos)s, unknown = %(unknown)s, followed_at = %(followed_at)s
WHERE collection = %(collection)s AND event_id = %(event_id)s
"""

_RENUMBERS: Final = {
    Numbered.PERSON_ID: sql.RENUMBER_PEOPLE,
    Numbered.BOOKING_NUMBER: sql.RENUMBER_BOOKINGS,
}

_TO_FOLLOW = f"""
SELECT {_COLUMNS} FROM (
    SELECT *, row_number() OVER (
        PARTITION BY type IN ('created', 'updated'), type IN ('sealed', 'expunged')
        ORDER BY received_at, event_id) AS place
    FROM jms_events WHERE collection = %(collection)s AND followed_at IS NULL
) AS waiting WHERE place <= %(limit)s
ORDER BY type IN ('created', 'updated'), received_at, event_id
"""  # noqa: S608 - a constant of ours

_FOLLOWED = """
UPDATE jms_events SET followed_at = %(at)s
WHERE collection = %(collection)s AND event_id = ANY(%(event_ids)s::text[])
"""


class PostgresJmsEvents(JmsEventRecords):
    """A row an event, for ever: it says what was answered and what was done."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    @override
    async def claim(self, event: JmsEvent, received_at: datetime) -> KnownEvent | None:
        told = {
            "event_id": event.event_id,
            "type": event.type.value,
            "sha256": event.sha256(),
            "occurred_at": event.occurred_at,
            "received_at": received_at,
            "about": _ABOUT.dump_json(event.about).decode(),
            "record_status": event.status and event.status.value,
        }
        if await self._transaction.fetch(_CLAIM, told):
            return None
        [row] = await self._transaction.fetch(_GET, {"event_id": event.event_id})
        return _known_of(row)

    @override
    async def answer(self, answer: EventAnswer, followed_at: datetime | None) -> None:
        told = {
            "event_id": answer.event_id,
            "photos": answer.photos,
            "unknown": answer.unknown,
            "followed_at": followed_at,
        }
        await self._transaction.write(_ANSWER, told)

    @override
    async def meant(self, about: About) -> Meant:
        [(photos, ids, unknown)] = await self._transaction.fetch(sql.MEANT, _wanted(about))
        return Meant(photos, ids, int(unknown))

    @override
    async def newcomers(
        self, about: About, received_at: datetime, believed_at: datetime
    ) -> Sequence[str]:
        wanted = _wanted(about) | {"received_at": received_at, "believed_at": believed_at}
        return [row[0] for row in await self._transaction.fetch(sql.NEWCOMERS, wanted)]

    @override
    async def renumber(self, about: About, believed_at: datetime) -> None:
        if about.numbered is None or about.to is None:
            return
        new = storable(about.to)
        old = [storable(one) or "" for one in about.named(about.numbered)]
        told = {"old": text_array(one for one in old if one != new), "new": new}
        remembered = told | {"numbered": about.numbered.value, "believed_at": believed_at}
        await self._transaction.write(sql.DISBELIEVE, remembered)
        await self._transaction.write(sql.REMEMBER, remembered)
        if about.numbered in _RENUMBERS:
            await self._transaction.write(_RENUMBERS[about.numbered], told)
        await self._transaction.settle()

    @override
    async def to_follow(self, limit: int) -> Sequence[KnownEvent]:
        return [
            _known_of(row) for row in await self._transaction.fetch(_TO_FOLLOW, {"limit": limit})
        ]

    @override
    async def followed(self, event_ids: Sequence[str], at: datetime) -> None:
        await self._transaction.write(_FOLLOWED, {"event_ids": text_array(event_ids), "at": at})


def _wanted(about: About) -> dict[str, object]:
    named = [(kind.value, storable(one) or "") for kind in Numbered for one in about.named(kind)]
    return {
        "kinds": text_array(kind for kind, _ in named),
        "numbers": text_array(number for _, number in named),
    }


def _known_of(row: Sequence[Any]) -> KnownEvent:
    event_id, kind, sha256, occurred_at, received_at, photos, unknown, about, status = row
    hides = RecordStatus(status) if status else None
    event = JmsEvent(event_id, EventType(kind), occurred_at, _ABOUT.validate_json(about), hides)
    answer = EventAnswer(event_id, event.type, received_at, photos, unknown)
    return KnownEvent(event, answer, sha256)

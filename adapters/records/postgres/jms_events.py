"""What the JMS told by itself."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from typing_extensions import override

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

# A photo that still waits for its new id is meant by that one too.
_MEANT = """
WITH RECURSIVE known AS (SELECT collection FROM collections UNION SELECT %(collection)s),
named (id) AS (
    SELECT unnest(%(ids)s::text[])
    UNION
    SELECT old.id FROM named JOIN jms_events ON about->>'to' = named.id
    CROSS JOIN LATERAL jsonb_array_elements_text(about->'external_image_ids') AS old (id)
    WHERE collection = %(collection)s AND followed_at IS NULL
      AND about->>'numbered' = 'external_image_id'
)
SELECT external_image_id FROM known JOIN photos USING (collection)
WHERE status <> 'removed' AND external_image_id = ANY(ARRAY(SELECT id FROM named))
UNION
SELECT external_image_id FROM known JOIN photos USING (collection)
WHERE status <> 'removed' AND person_id = ANY(%(people)s::text[])
UNION
SELECT external_image_id FROM known JOIN photos USING (collection)
WHERE status <> 'removed' AND booking_number = ANY(%(bookings)s::text[])
ORDER BY 1
"""

_UNKNOWN_OF = """(
    SELECT count(*) FROM unnest(%({told})s::text[]) AS told (id) WHERE NOT EXISTS (
        SELECT FROM known JOIN photos USING (collection)
        WHERE {column} = told.id AND status <> 'removed'))
"""
_NEWCOMERS_OF = """
SELECT external_image_id FROM known JOIN photos USING (collection)
WHERE status <> 'removed' AND {column} = ANY(%({told})s::text[])
  AND (standing_as_of IS NULL OR standing_as_of < %(believed_at)s)
  AND NOT EXISTS (
    SELECT FROM withheld WHERE withheld.collection = %(collection)s
      AND withheld.external_image_id = photos.external_image_id
      AND (ended_at IS NULL OR ended_at >= %(received_at)s))
"""
_KNOWN: Final = "WITH known AS (SELECT collection FROM collections UNION SELECT %(collection)s) "
_NUMBERS: Final = {"people": "person_id", "bookings": "booking_number"}


def _of_each(statement: str, columns: Mapping[str, str]) -> Sequence[str]:
    return [
        statement.replace("{told}", told).replace("{column}", column)
        for told, column in columns.items()
    ]


_UNKNOWN: Final = f"{_KNOWN} SELECT " + " + ".join(
    _of_each(_UNKNOWN_OF, {"ids": "external_image_id", **_NUMBERS})
)
_NEWCOMERS: Final = f"{_KNOWN} {' UNION '.join(_of_each(_NEWCOMERS_OF, _NUMBERS))} ORDER BY 1"

_RENUMBER = """
WITH meant AS (
    SELECT photos.collection, photos.external_image_id FROM
        (SELECT collection FROM collections UNION SELECT %(collection)s) AS known
        JOIN photos USING (collection)
    WHERE {column} = ANY(%(old)s::text[]) AND status <> 'removed'
    ORDER BY photos.collection, photos.external_image_id FOR NO KEY UPDATE OF photos
), renumbered AS (
    UPDATE photos SET {column} = %(new)s FROM meant
    WHERE photos.collection = meant.collection
      AND photos.external_image_id = meant.external_image_id
    RETURNING photos.collection, photos.external_image_id
)
SELECT external_image_id FROM renumbered WHERE collection = %(collection)s ORDER BY 1
"""
_RENUMBERS: Final = {
    Numbered.PERSON_ID: _RENUMBER.replace("{column}", "person_id"),
    Numbered.BOOKING_NUMBER: _RENUMBER.replace("{column}", "booking_number"),
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
    async def meant(self, about: About) -> Sequence[str]:
        return [row[0] for row in await self._transaction.fetch(_MEANT, _wanted(about))]

    @override
    async def unknown(self, about: About) -> int:
        [row] = await self._transaction.fetch(_UNKNOWN, _wanted(about))
        return int(row[0])

    @override
    async def newcomers(
        self, about: About, received_at: datetime, believed_at: datetime
    ) -> Sequence[str]:
        wanted = _wanted(about) | {"received_at": received_at, "believed_at": believed_at}
        return [row[0] for row in await self._transaction.fetch(_NEWCOMERS, wanted)]

    @override
    async def renumber(self, numbered: Numbered, old: Sequence[str], new: str) -> Sequence[str]:
        told = {"old": text_array([storable(one) or "" for one in old]), "new": storable(new)}
        return [row[0] for row in await self._transaction.fetch(_RENUMBERS[numbered], told)]

    @override
    async def to_follow(self, limit: int) -> Sequence[KnownEvent]:
        return [
            _known_of(row) for row in await self._transaction.fetch(_TO_FOLLOW, {"limit": limit})
        ]

    @override
    async def followed(self, event_ids: Sequence[str], at: datetime) -> None:
        await self._transaction.write(_FOLLOWED, {"event_ids": text_array(event_ids), "at": at})


def _wanted(about: About) -> dict[str, object]:
    return {
        "ids": text_array(about.external_image_ids),
        "people": text_array([storable(one) or "" for one in about.person_ids]),
        "bookings": text_array([storable(one) or "" for one in about.booking_numbers]),
    }


def _known_of(row: Sequence[Any]) -> KnownEvent:
    event_id, kind, sha256, occurred_at, received_at, photos, unknown, about, status = row
    hides = RecordStatus(status) if status else None
    event = JmsEvent(event_id, EventType(kind), occurred_at, _ABOUT.validate_json(about), hides)
    answer = EventAnswer(event_id, event.type, received_at, photos, unknown)
    return KnownEvent(event, answer, sha256)

"""What was about to be done outside the database."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from typing_extensions import override

from adapters.records.postgres.arrays import text_array
from adapters.records.postgres.transaction import Transaction
from app.domain.record import Intent, IntentKind
from app.ports.records import IntentRecords

_OPEN = """
INSERT INTO intents (collection, intent_id, kind, external_image_id, photo_key, face_ids, opened_at)
SELECT %(collection)s, intent_id, kind, external_image_id, photo_key,
       ARRAY(SELECT jsonb_array_elements_text(face_ids)), opened_at
FROM jsonb_to_recordset(%(intents)s::jsonb) AS (
    intent_id text, kind text, external_image_id text, photo_key text, face_ids jsonb,
    opened_at timestamptz)
"""

_CLOSE = """
DELETE FROM intents WHERE collection = %(collection)s AND intent_id = ANY(%(intent_ids)s::text[])
"""

_STILL_OPEN = """
SELECT intent_id FROM intents
WHERE collection = %(collection)s AND intent_id = ANY(%(intent_ids)s)
ORDER BY intent_id FOR UPDATE
"""

_DUE = """
SELECT intent_id, kind, external_image_id, photo_key, face_ids, opened_at FROM intents
WHERE collection = %(collection)s AND (kind <> 'enrol' OR opened_at < %(enrol_before)s)
ORDER BY opened_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED
"""

_OF = """
SELECT intent_id, kind, external_image_id, photo_key, face_ids, opened_at FROM intents
WHERE collection = %(collection)s AND external_image_id = %(external_image_id)s
ORDER BY opened_at
"""


class PostgresIntents(IntentRecords):
    """Intents are few: an open one is work under way or left behind.

    What a unit opens and closes is written with few statements before its commit, or a read.
    """

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._opened: list[Intent] = []
        self._closed: set[str] = set()

    @override
    async def open(self, intent: Intent) -> None:
        self._transaction.may_write()
        self._opened.append(intent)

    @override
    async def close(self, intent_ids: Sequence[str]) -> None:
        self._transaction.may_write()
        closed = set(intent_ids)
        self._opened = [intent for intent in self._opened if intent.intent_id not in closed]
        self._closed |= closed

    async def write(self) -> None:
        """Write what was kept back."""
        if self._closed:
            await self._transaction.write(_CLOSE, {"intent_ids": text_array(self._closed)})
            self._closed.clear()
        if self._opened:
            opened = json.dumps([_columns_of(intent) for intent in self._opened])
            await self._transaction.write(_OPEN, {"intents": opened})
            self._opened.clear()

    @override
    async def still_open(self, intent_ids: Sequence[str]) -> frozenset[str]:
        await self.write()
        wanted = {"intent_ids": list(intent_ids)}
        return frozenset(row[0] for row in await self._transaction.fetch(_STILL_OPEN, wanted))

    @override
    async def due(self, enrol_before: datetime, limit: int) -> Sequence[Intent]:
        await self.write()
        wanted = {"enrol_before": enrol_before, "limit": limit}
        rows = await self._transaction.fetch(_DUE, wanted)
        return [intent_of(row) for row in rows]

    @override
    async def of(self, external_image_id: str) -> Sequence[Intent]:
        await self.write()
        wanted = {"external_image_id": external_image_id}
        return [intent_of(row) for row in await self._transaction.fetch(_OF, wanted)]


def _columns_of(intent: Intent) -> Mapping[str, object]:
    return {
        "intent_id": intent.intent_id,
        "kind": intent.kind,
        "external_image_id": intent.external_image_id,
        "photo_key": intent.photo_key,
        "face_ids": intent.face_ids,
        "opened_at": intent.opened_at.isoformat(),
    }


def intent_of(row: Sequence[Any]) -> Intent:
    """Return the intent in the columns that `due` reads."""
    intent_id, kind, external_image_id, photo_key, face_ids, opened_at = row
    return Intent(
        intent_id, IntentKind(kind), external_image_id, photo_key, tuple(face_ids), opened_at
    )

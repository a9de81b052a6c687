"""What was about to be done outside the database."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from typing_extensions import override

from adapters.records.postgres.transaction import Transaction
from app.domain.record import Intent, IntentKind
from app.ports.records import IntentRecords

_OPEN = """
INSERT INTO intents (collection, intent_id, kind, external_image_id, photo_key, face_ids, opened_at)
VALUES (%(collection)s, %(intent_id)s, %(kind)s, %(external_image_id)s, %(photo_key)s,
    %(face_ids)s::text[], %(opened_at)s)
"""

_CLOSE = """
DELETE FROM intents WHERE collection = %(collection)s AND intent_id = ANY(%(intent_ids)s)
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
    """Intents are few: an open one is work under way or left behind."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    @override
    async def open(self, intent: Intent) -> None:
        parameters = {
            "intent_id": intent.intent_id,
            "kind": intent.kind.value,
            "external_image_id": intent.external_image_id,
            "photo_key": intent.photo_key,
            "face_ids": list(intent.face_ids),
            "opened_at": intent.opened_at,
        }
        await self._transaction.write(_OPEN, parameters)

    @override
    async def close(self, intent_ids: Sequence[str]) -> None:
        await self._transaction.write(_CLOSE, {"intent_ids": list(intent_ids)})

    @override
    async def due(self, enrol_before: datetime, limit: int) -> Sequence[Intent]:
        wanted = {"enrol_before": enrol_before, "limit": limit}
        rows = await self._transaction.fetch(_DUE, wanted)
        return [_intent_of(row) for row in rows]

    @override
    async def of(self, external_image_id: str) -> Sequence[Intent]:
        wanted = {"external_image_id": external_image_id}
        return [_intent_of(row) for row in await self._transaction.fetch(_OF, wanted)]


def _intent_of(row: Sequence[Any]) -> Intent:
    intent_id, kind, external_image_id, photo_key, face_ids, opened_at = row
    return Intent(
        intent_id, IntentKind(kind), external_image_id, photo_key, tuple(face_ids), opened_at
    )

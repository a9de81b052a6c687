"""Removals, their photos and their receipts."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, Final

from typing_extensions import override

from adapters.records.postgres.arrays import text_array
from adapters.records.postgres.removal_rows import CHECKS, COLUMNS, photo_of, removal_of
from adapters.records.postgres.transaction import Transaction, storable
from app.domain.removal import (
    Removal,
    RemovalSubject,
    RemovedPhoto,
    state_of,
)
from app.ports.removal_records import Proof, RemovalRecords, SignedReceipt

_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('removals:' || %(collection)s, 0))"

_PHOTOS_OF = """
SELECT external_image_id FROM photos
WHERE collection = %(collection)s AND status <> 'removed' AND ({column}) = %(value)s
ORDER BY external_image_id
"""
_BY: Final = {
    subject: _PHOTOS_OF.replace("({column})", subject.value) for subject in RemovalSubject
}

_WITHOUT = """
SELECT count(*) FROM photos
WHERE collection = %(collection)s AND status <> 'removed' AND booking_number IS NULL
"""

_ADD = """
INSERT INTO removals (collection, removal_id, subject, value, reason, authority_reference, asked_at,
    asked_by, on_behalf_of, idempotency_key, photos, unknown_bookings, state, try_at)
VALUES (%(collection)s, %(removal_id)s, %(subject)s, %(value)s, %(reason)s,
    %(authority_reference)s, %(asked_at)s, %(asked_by)s, %(on_behalf_of)s, %(key)s, %(photos)s,
    %(unknown_bookings)s, %(state)s, %(asked_at)s + interval '1 minute')
"""

_ADD_PHOTOS = """
INSERT INTO removal_photos (collection, removal_id, external_image_id)
SELECT %(collection)s, %(removal_id)s, unnest(%(photos)s::text[])
"""

_GET = f"""
SELECT {COLUMNS} FROM removals WHERE collection = %(collection)s AND removal_id = %(removal_id)s
"""  # noqa: S608 - a constant of ours

_OF_KEY = f"""
SELECT {COLUMNS} FROM removals
WHERE collection = %(collection)s AND asked_by = %(asked_by)s AND idempotency_key = %(key)s
"""  # noqa: S608 - a constant of ours

_LATEST_OF = f"""
SELECT {COLUMNS} FROM removals
WHERE collection = %(collection)s AND subject = %(subject)s AND value = %(value)s
ORDER BY asked_at DESC, removal_id DESC LIMIT 1
"""  # noqa: S608 - a constant of ours

_RECEIPT = """
SELECT receipt FROM removals
WHERE collection = %(collection)s AND removal_id = %(removal_id)s AND receipt IS NOT NULL
"""

_PAGE = f"""
SELECT {COLUMNS} FROM removals
WHERE collection = %(collection)s
  AND (%(after)s::text IS NULL OR (asked_at, removal_id) < (
      SELECT asked_at, removal_id FROM removals
      WHERE collection = %(collection)s AND removal_id = %(after)s))
ORDER BY asked_at DESC, removal_id DESC LIMIT %(limit)s
"""  # noqa: S608 - a constant of ours

_PHOTOS = """
SELECT external_image_id, sha256, photo_key, face_ids, engine, model, removed_at
FROM removal_photos WHERE collection = %(collection)s AND removal_id = %(removal_id)s
ORDER BY external_image_id
"""

_WAITING = """
SELECT external_image_id FROM removal_photos
WHERE collection = %(collection)s AND removal_id = %(removal_id)s AND removed_at IS NULL
  AND external_image_id > %(after)s
ORDER BY external_image_id LIMIT %(limit)s FOR UPDATE SKIP LOCKED
"""

_REMOVED = """
UPDATE removal_photos SET (sha256, photo_key, face_ids, engine, model, removed_at) = (
    told.sha256, told.photo_key, ARRAY(SELECT jsonb_array_elements_text(told.face_ids)),
    told.engine, told.model, told.removed_at)
FROM jsonb_to_recordset(%(photos)s::jsonb) AS told (
    external_image_id text, sha256 text, photo_key text, face_ids jsonb, engine text, model text,
    removed_at timestamptz)
WHERE collection = %(collection)s AND removal_id = %(removal_id)s
  AND removal_photos.external_image_id = told.external_image_id
"""

_DUE = """
UPDATE removals SET try_at = %(until)s
WHERE (collection, removal_id) = (
    SELECT collection, removal_id FROM removals
    WHERE collection = %(collection)s AND state <> 'proved' AND try_at <= %(now)s
    ORDER BY try_at LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING removal_id
"""

_MAKE_DUE = """
UPDATE removals SET try_at = least(try_at, %(at)s)
WHERE collection = %(collection)s AND state <> 'proved'
  AND (removal_id = %(removal_id)s OR (%(removal_id)s::text IS NULL AND tries > 0))
"""

_DROP = """
DELETE FROM removal_photos
WHERE collection = %(collection)s AND removal_id = %(removal_id)s AND removed_at IS NULL
  AND external_image_id = ANY(%(photos)s::text[])
"""
_SAY_DROPPED = """
UPDATE removals SET dropped = dropped || %(photos)s::text[]
WHERE collection = %(collection)s AND removal_id = %(removal_id)s
"""

_PROVE = """
UPDATE removals SET state = %(state)s, checks = %(checks)s::jsonb, proved_at = %(proved_at)s,
                    receipt = %(receipt)s, try_at = %(try_at)s, tries = tries + 1
WHERE collection = %(collection)s AND removal_id = %(removal_id)s AND state <> 'proved'
RETURNING true
"""


class PostgresRemovals(RemovalRecords):
    """A row a removal, and one a photo of it, written before anything is destroyed."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    @override
    async def lock(self) -> None:
        await self._transaction.write(_LOCK)

    @override
    async def photos_of(self, subject: RemovalSubject, value: str) -> Sequence[str]:
        rows = await self._transaction.fetch(_BY[subject], {"value": storable(value)})
        return [row[0] for row in rows]

    @override
    async def without_booking_number(self) -> int:
        [(number,)] = await self._transaction.fetch(_WITHOUT)
        return int(number)

    @override
    async def add(self, removal: Removal, photos: Sequence[str], key: str | None) -> None:
        asked = removal.request
        parameters = {
            "removal_id": removal.removal_id,
            "subject": asked.subject.value,
            "value": storable(asked.value),
            "reason": asked.reason.value,
            "authority_reference": storable(asked.authority_reference),
            "asked_at": removal.asked_at,
            "asked_by": storable(removal.asked_by),
            "on_behalf_of": storable(removal.on_behalf_of),
            "key": key,
            "photos": len(photos),
            "unknown_bookings": removal.unknown_bookings,
            "state": removal.state.value,
        }
        await self._transaction.write(_ADD, parameters)
        named = {"removal_id": removal.removal_id, "photos": text_array(photos)}
        await self._transaction.write(_ADD_PHOTOS, named)
        await self._transaction.settle()

    @override
    async def of_key(self, asked_by: str, key: str) -> Removal | None:
        return await self._one(_OF_KEY, asked_by=storable(asked_by), key=key)

    @override
    async def latest_of(self, subject: RemovalSubject, value: str) -> Removal | None:
        return await self._one(_LATEST_OF, subject=subject.value, value=storable(value))

    @override
    async def get(self, removal_id: str) -> Removal | None:
        return await self._one(_GET, removal_id=storable(removal_id))

    @override
    async def receipt(self, removal_id: str) -> SignedReceipt | None:
        rows = await self._transaction.fetch(_RECEIPT, {"removal_id": storable(removal_id)})
        return json.loads(rows[0][0]) if rows else None

    @override
    async def page(self, after: str | None, limit: int) -> Sequence[Removal]:
        wanted = {"after": storable(after), "limit": limit}
        return [removal_of(row) for row in await self._transaction.fetch(_PAGE, wanted)]

    @override
    async def photos(self, removal_id: str) -> Sequence[RemovedPhoto]:
        rows = await self._transaction.fetch(_PHOTOS, {"removal_id": storable(removal_id)})
        return [photo_of(row) for row in rows]

    @override
    async def waiting(self, removal_id: str, after: str, limit: int) -> Sequence[str]:
        wanted = {"removal_id": removal_id, "after": after, "limit": limit}
        return [row[0] for row in await self._transaction.fetch(_WAITING, wanted)]

    @override
    async def removed(self, removal_id: str, photos: Sequence[RemovedPhoto]) -> None:
        told = json.dumps([asdict(photo) for photo in photos], default=datetime.isoformat)
        await self._transaction.write(_REMOVED, {"removal_id": removal_id, "photos": told})
        await self._transaction.settle()

    @override
    async def drop(self, removal_id: str, photos: Sequence[str]) -> None:
        parameters = {"removal_id": removal_id, "photos": text_array(photos)}
        for statement in (_DROP, _SAY_DROPPED):
            await self._transaction.write(statement, parameters)

    @override
    async def due(self, now: datetime, until: datetime) -> str | None:
        rows = await self._transaction.fetch(_DUE, {"now": now, "until": until})
        return rows[0][0] if rows else None

    @override
    async def make_due(self, at: datetime, removal_id: str | None = None) -> None:
        await self._transaction.write(_MAKE_DUE, {"at": at, "removal_id": removal_id})

    @override
    async def prove(self, removal_id: str, proof: Proof) -> bool:
        parameters = {
            "removal_id": removal_id,
            "state": state_of(proof.checks).value,
            "checks": CHECKS.dump_json(proof.checks).decode(),
            "proved_at": proof.proved_at,
            "receipt": json.dumps(proof.receipt) if proof.receipt else None,
            "try_at": proof.try_at,
        }
        return bool(await self._transaction.fetch(_PROVE, parameters))

    async def _one(self, query: Any, **wanted: object) -> Removal | None:  # noqa: ANN401 - ours
        rows = await self._transaction.fetch(query, wanted)
        return removal_of(rows[0]) if rows else None

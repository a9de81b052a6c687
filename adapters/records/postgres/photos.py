"""Photos of one collection."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from typing_extensions import override

from adapters.records.postgres.arrays import text_array
from adapters.records.postgres.face_changes import FaceChanges
from adapters.records.postgres.photo_puts import PhotoPuts
from adapters.records.postgres.rows import (
    FACES,
    MODEL,
    PHOTO,
    STATUS,
    json_of_faces,
    record_of,
)
from adapters.records.postgres.transaction import Transaction, storable
from app.domain.record import FaceRecord, IndexStatus, PhotoRecord
from app.ports.photo_records import PhotoRecords

_LOCK = """
SELECT pg_advisory_xact_lock(
    hashtextextended(%(collection)s || '/' || %(external_image_id)s, 1))
"""

# One by one in the given order, which is that of the ids: units that lock several never circle.
_LOCK_ALL = """
SELECT pg_advisory_xact_lock(hashtextextended(%(collection)s || '/' || external_image_id, 1))
FROM unnest(%(external_image_ids)s::text[]) AS external_image_id
"""

_GET = f"""
SELECT {PHOTO} FROM photos
WHERE collection = %(collection)s AND external_image_id = %(external_image_id)s
"""  # noqa: S608 - a constant of ours

_ALL = f"""
SELECT {PHOTO} FROM photos
WHERE collection = %(collection)s AND external_image_id = ANY(%(external_image_ids)s::text[])
ORDER BY external_image_id
"""  # noqa: S608 - a constant of ours

_PAGE = f"""
SELECT {PHOTO} FROM photos
WHERE collection = %(collection)s AND external_image_id > %(after)s AND status <> 'removed'
ORDER BY external_image_id LIMIT %(limit)s
"""  # noqa: S608 - a constant of ours

_OF_PEOPLE = f"""
SELECT {PHOTO} FROM photos
WHERE collection = %(collection)s AND person_id = ANY(%(person_ids)s) AND {STATUS} = 'indexed'
ORDER BY external_image_id
"""  # noqa: S608 - a constant of ours

# What is served since the last switch moves to where it is read first.
_PUT_BESIDE = f"""
UPDATE photos SET model = {MODEL}, faces = {FACES},
                  next_model = %(model)s, next_faces = %(faces)s::jsonb
WHERE collection = %(collection)s AND external_image_id = %(external_image_id)s
"""  # noqa: S608 - a constant of ours

_LACKING = f"""
SELECT external_image_id FROM photos
WHERE collection = %(collection)s AND external_image_id > %(after)s
  AND {STATUS} = 'indexed' AND photo_key IS NOT NULL
  AND next_model IS DISTINCT FROM
      (SELECT next_model FROM collections WHERE collection = %(collection)s)
ORDER BY external_image_id LIMIT %(limit)s
"""  # noqa: S608 - a constant of ours

# Rows are locked in the order of their ids, as by `Standings.remember`.
_FORGET = """
DELETE FROM photos USING (
    SELECT external_image_id FROM photos
    WHERE collection = %(collection)s AND external_image_id = ANY(%(external_image_ids)s)
    ORDER BY external_image_id FOR UPDATE
) AS locked
WHERE collection = %(collection)s AND photos.external_image_id = locked.external_image_id
"""

# A photo that is kept leaves an intent, so that the sweeper deletes it.
_FORGET_SOME = """
WITH gone AS (
    DELETE FROM photos USING (
        SELECT external_image_id FROM photos
        WHERE collection = %(collection)s AND external_image_id > %(after)s
        ORDER BY external_image_id LIMIT %(limit)s FOR UPDATE
    ) AS locked
    WHERE collection = %(collection)s AND photos.external_image_id = locked.external_image_id
    RETURNING photos.external_image_id, photos.photo_key
), left_to_delete AS (
    INSERT INTO intents
        (collection, intent_id, kind, external_image_id, photo_key, face_ids, opened_at)
    SELECT %(collection)s, gen_random_uuid()::text, 'discard', external_image_id, photo_key, '{}',
           now()
    FROM gone WHERE photo_key IS NOT NULL
)
SELECT external_image_id FROM gone
"""

_BATCH = 5000
"""Records deleted by one statement, which must be done within the time of one answer."""

_MANY = 20
"""Ids that might not fit a socket's buffer."""


_Templates = Mapping[str, bytes]


class PostgresPhotos(PhotoRecords):
    """Photos, unique by (collection, external_image_id)."""

    def __init__(self, transaction: Transaction, changes: FaceChanges) -> None:
        self._transaction = transaction
        self._changes = changes
        self._puts = PhotoPuts(transaction)
        transaction.keep_back(self._puts)

    @override
    async def get(self, external_image_id: str) -> PhotoRecord | None:
        wanted = {"external_image_id": storable(external_image_id)}
        rows = await self._transaction.fetch(_GET, wanted)
        return record_of(rows[0]) if rows else None

    @override
    async def get_locked(self, external_image_id: str) -> PhotoRecord | None:
        # A lock on the id, not the row, since there may be none; read by a later statement, which
        # sees what was committed while this one waited.
        await self._transaction.write(_LOCK, {"external_image_id": storable(external_image_id)})
        return await self.get(external_image_id)

    @override
    async def all_locked(self, external_image_ids: Sequence[str]) -> Sequence[PhotoRecord]:
        wanted = {
            "external_image_ids": text_array(
                sorted(storable(one) or "" for one in set(external_image_ids))
            )
        }
        await self._transaction.write(_LOCK_ALL, wanted)
        rows = await self._transaction.fetch(_ALL, wanted)
        return [record_of(row) for row in rows]

    @override
    async def put(self, record: PhotoRecord, templates: Mapping[str, bytes]) -> None:
        self._transaction.may_write()
        await self._puts.put(record)
        self._changes.replace(record, templates)

    @override
    async def put_beside(
        self, record: PhotoRecord, model: str, faces: Sequence[FaceRecord], templates: _Templates
    ) -> bool:
        known = await self.get_locked(record.external_image_id)
        if known is None or known.status is not IndexStatus.INDEXED:
            return False
        if known.sha256 != record.sha256:
            return False
        beside = {
            "external_image_id": storable(record.external_image_id),
            "model": storable(model),
            "faces": json_of_faces(tuple(faces)),
        }
        await self._transaction.write(_PUT_BESIDE, beside)
        self._changes.put_beside(replace(known, model=model, faces=tuple(faces)), templates)
        return True

    @override
    async def lacking(self, after: str | None, limit: int) -> Sequence[str]:
        wanted = {"after": storable(after) or "", "limit": limit}
        return [row[0] for row in await self._transaction.fetch(_LACKING, wanted)]

    @override
    async def page(self, after: str | None, limit: int) -> Sequence[PhotoRecord]:
        wanted = {"after": storable(after) or "", "limit": limit}
        return [record_of(row) for row in await self._transaction.fetch(_PAGE, wanted)]

    @override
    async def of_people(self, person_ids: Sequence[str]) -> Sequence[PhotoRecord]:
        wanted = {"person_ids": [storable(person_id) for person_id in person_ids]}
        return [record_of(row) for row in await self._transaction.fetch(_OF_PEOPLE, wanted)]

    @override
    async def forget(self, external_image_ids: Sequence[str]) -> None:
        wanted = [storable(external_image_id) for external_image_id in external_image_ids]
        await self._transaction.write(_FORGET, {"external_image_ids": wanted})
        if len(wanted) > _MANY:
            await self._transaction.settle()

    async def write(self) -> None:
        """Write what was kept back."""
        await self._puts.write()

    async def forget_all(self) -> None:
        """Delete every record of the collection."""
        after = ""
        while rows := await self._transaction.fetch(
            _FORGET_SOME, {"after": after, "limit": _BATCH}
        ):
            after = max(row[0] for row in rows)

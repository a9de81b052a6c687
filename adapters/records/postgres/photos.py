"""Photos of one collection."""

from collections.abc import Mapping, Sequence

from typing_extensions import override

from adapters.records.postgres.face_changes import FaceChanges
from adapters.records.postgres.rows import PHOTO, columns_of, record_of
from adapters.records.postgres.transaction import Transaction, storable
from app.domain.record import PhotoRecord
from app.ports.records import PhotoRecords

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
WHERE collection = %(collection)s AND external_image_id = ANY(%(external_image_ids)s)
ORDER BY external_image_id
"""  # noqa: S608 - a constant of ours

_PAGE = f"""
SELECT {PHOTO} FROM photos
WHERE collection = %(collection)s AND external_image_id > %(after)s AND status <> 'removed'
ORDER BY external_image_id LIMIT %(limit)s
"""  # noqa: S608 - a constant of ours

_OF_PEOPLE = f"""
SELECT {PHOTO} FROM photos
WHERE collection = %(collection)s AND person_id = ANY(%(person_ids)s) AND status = 'indexed'
ORDER BY external_image_id
"""  # noqa: S608 - a constant of ours

# What the JMS said later, or at all, outlives a record written without asking it: a photo known
# to be sealed stays sealed. Only a tombstone forgets.
_PUT = """
INSERT INTO photos AS known (collection, external_image_id, status, view, sha256, photo_key,
    width, height, faces, engine, model, changed_at, reason,
    person_id, record_status, standing_as_of, taken_at)
VALUES (%(collection)s, %(external_image_id)s, %(status)s, %(view)s, %(sha256)s, %(photo_key)s,
    %(width)s, %(height)s, %(faces)s::jsonb, %(engine)s, %(model)s, %(changed_at)s, %(reason)s,
    %(person_id)s, %(record_status)s, %(standing_as_of)s, %(taken_at)s)
ON CONFLICT (collection, external_image_id) DO UPDATE SET
    (status, view, sha256, photo_key, width, height, faces, engine, model, changed_at, reason) =
    (EXCLUDED.status, EXCLUDED.view, EXCLUDED.sha256, EXCLUDED.photo_key, EXCLUDED.width,
     EXCLUDED.height, EXCLUDED.faces, EXCLUDED.engine, EXCLUDED.model, EXCLUDED.changed_at,
     EXCLUDED.reason),
    (person_id, record_status, standing_as_of, taken_at) = (
        SELECT told.person_id, told.record_status, told.as_of, told.taken_at FROM (VALUES
            (known.person_id, known.record_status, known.standing_as_of, known.taken_at, true),
            (EXCLUDED.person_id, EXCLUDED.record_status, EXCLUDED.standing_as_of,
             EXCLUDED.taken_at, false)
        ) AS told (person_id, record_status, as_of, taken_at, earlier)
        WHERE earlier = (known.status <> 'removed' AND EXCLUDED.status <> 'removed'
                         AND known.standing_as_of IS NOT NULL
                         AND (EXCLUDED.standing_as_of < known.standing_as_of) IS NOT FALSE))
"""

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


class PostgresPhotos(PhotoRecords):
    """Photos, unique by (collection, external_image_id)."""

    def __init__(self, transaction: Transaction, changes: FaceChanges) -> None:
        self._transaction = transaction
        self._changes = changes

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
        ids = sorted(storable(one) or "" for one in set(external_image_ids))
        await self._transaction.write(_LOCK_ALL, {"external_image_ids": ids})
        rows = await self._transaction.fetch(_ALL, {"external_image_ids": ids})
        return [record_of(row) for row in rows]

    @override
    async def put(self, record: PhotoRecord, templates: Mapping[str, bytes]) -> None:
        await self._transaction.write(_PUT, columns_of(record))
        self._changes.replace(record, templates)

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

    async def forget_all(self) -> None:
        """Delete every record of the collection."""
        after = ""
        while rows := await self._transaction.fetch(
            _FORGET_SOME, {"after": after, "limit": _BATCH}
        ):
            after = max(row[0] for row in rows)

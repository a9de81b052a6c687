"""What verifying reads; each statement sees the records and their faces at one moment."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final, LiteralString
from uuid import UUID

from typing_extensions import override

from adapters.records.postgres.intents import intent_of
from adapters.records.postgres.patience import Patience
from adapters.records.postgres.pool import ConnectionPool, translated, without_transaction
from adapters.records.postgres.rows import MODEL, NAMED, REASON, STATUS
from adapters.records.postgres.template_seal import TemplateSeal
from adapters.records.postgres.transaction import Row, storable
from adapters.records.postgres.verification_rows import (
    checked_face_of,
    checked_photo_of,
    reason_of,
)
from app.domain.record import Intent
from app.domain.verification import CheckedFace, CheckedPhoto, Models
from app.ports.data_keys import DataKeys
from app.ports.verification_records import VerificationRecords

# The faces photo by photo: joined at once, all of them would be read for a page.
_BARE: Final = f"""
SELECT external_image_id, {STATUS}, view, sha256, photo_key, {MODEL}, changed_at, {REASON},
       record_status
"""
_NAMED_FACES: Final = f""",
       (SELECT coalesce(jsonb_agg(jsonb_build_array(
                   told -> 'face_id', told #> '{{face,box}}')), '[]')
        FROM jsonb_array_elements({NAMED}) AS told),
       (SELECT coalesce(jsonb_agg(jsonb_build_array(
                   face_id, is_named, current.model, template IS NOT NULL, image_id,
                   current.face -> 'box') ORDER BY face_id), '[]')
        FROM faces AS current
        WHERE current.collection = photos.collection AND is_current
          AND current.external_image_id = photos.external_image_id)
"""  # noqa: S608 - a constant of ours
_FROM: Final = " FROM photos WHERE collection = %(collection)s"
_PAGE: Final = """
  AND external_image_id > %(after)s AND status <> 'removed'
ORDER BY external_image_id LIMIT %(limit)s
"""

_BARE_PAGE = _BARE + _FROM + _PAGE
_FULL_PAGE = _BARE + _NAMED_FACES + _FROM + _PAGE
_OF = _BARE + _NAMED_FACES + _FROM + " AND external_image_id = ANY(%(ids)s)"

_FACES = """
SELECT face_id, external_image_id, is_named, model, has_template, status, is_sealed FROM (
    SELECT face_id, external_image_id, is_named, model, template IS NOT NULL AS has_template,
           is_sealed
    FROM faces
    WHERE collection = %(collection)s AND is_current AND face_id > %(after)s
    ORDER BY face_id LIMIT %(limit)s
) AS page LEFT JOIN LATERAL (
    SELECT status FROM photos
    WHERE photos.collection = %(collection)s
      AND photos.external_image_id = page.external_image_id LIMIT 1
) AS photo ON true
ORDER BY face_id
"""

_FACES_OF = """
SELECT face_id, faces.external_image_id, is_named, faces.model, template IS NOT NULL, status,
       is_sealed
FROM faces LEFT JOIN photos USING (collection, external_image_id)
WHERE faces.collection = %(collection)s AND is_current AND face_id = ANY(%(face_ids)s)
"""

# Templates of one length, as those of one model are.
_SEALED = """
SELECT string_agg(uuid_send(face_id), ''::bytea ORDER BY face_id),
       string_agg(template, ''::bytea ORDER BY face_id)
FROM faces
WHERE collection = %(collection)s AND is_current AND is_sealed AND template IS NOT NULL
  AND face_id = ANY(%(face_ids)s)
GROUP BY octet_length(template)
"""

_KEPT = """
SELECT collection, face_id::text FROM faces
WHERE is_current AND (collection, face_id) IN (
    SELECT * FROM unnest(%(collections)s::text[], %(face_ids)s::uuid[]))
"""

_NAMED = """
SELECT photo_key FROM photos WHERE photo_key = ANY(%(keys)s)
UNION
SELECT photo_key FROM intents WHERE photo_key = ANY(%(keys)s)
"""

_KEPT_PROBES = """
SELECT search_id FROM probes WHERE search_id = ANY(%(ids)s) AND destroyed_at IS NULL
"""

# One look into the index an id and import (LIMIT 1 sees to that), the newest import first.
_REASONS = """
SELECT DISTINCT ON (wanted) wanted, item.status, item.reason
FROM imports CROSS JOIN unnest(%(ids)s::text[]) AS wanted CROSS JOIN LATERAL (
    SELECT status, reason FROM import_items
    WHERE import_items.collection = imports.collection
      AND import_items.import_id = imports.import_id
      AND import_items.external_image_id = wanted LIMIT 1
) AS item
WHERE imports.collection = %(collection)s
  AND (item.status <> 'waiting' OR imports.state IN ('running', 'paused'))
ORDER BY wanted, imports.number DESC
"""

_UNDER_WAY = """
SELECT external_image_id FROM intents
WHERE collection = %(collection)s AND external_image_id = ANY(%(ids)s)
UNION
SELECT '' FROM intents
WHERE collection = %(collection)s AND kind = 'enrol' AND photo_key LIKE 'faces/%%'
"""

_INTENTS = """
SELECT intent_id, kind, external_image_id, photo_key, face_ids, opened_at FROM intents
WHERE collection = %(collection)s AND opened_at < %(before)s AND intent_id > %(after)s
ORDER BY intent_id LIMIT %(limit)s
"""

_IMPORTING = """
SELECT import_id FROM imports
WHERE collection = %(collection)s AND state IN ('running', 'paused') LIMIT 1
"""

_MODELS = """
SELECT model, next_model, forgetting FROM collections WHERE collection = %(collection)s
"""


class PostgresVerificationRecords(VerificationRecords):
    """Reads without transactions, so that a long look keeps nothing from being cleaned up."""

    def __init__(self, pool: ConnectionPool, collection: str, keys: DataKeys | None = None) -> None:
        self._pool = pool
        self._collection = collection
        self._seal = TemplateSeal(keys, collection)

    @override
    async def photos(
        self, after: str | None, limit: int, *, with_faces: bool
    ) -> Sequence[CheckedPhoto]:
        query = _FULL_PAGE if with_faces else _BARE_PAGE
        rows = await self._fetch(query, {"after": storable(after) or "", "limit": limit})
        return [checked_photo_of(row) for row in rows]

    @override
    async def photos_of(self, external_image_ids: Sequence[str]) -> Mapping[str, CheckedPhoto]:
        photos = map(checked_photo_of, await self._fetch(_OF, {"ids": _stored(external_image_ids)}))
        return {photo.external_image_id: photo for photo in photos}

    @override
    async def faces(self, after: str | None, limit: int) -> Sequence[CheckedFace]:
        wanted = {"after": UUID(after) if after else UUID(int=0), "limit": limit}
        return [checked_face_of(row) for row in await self._fetch(_FACES, wanted)]

    @override
    async def faces_of(self, face_ids: Sequence[str]) -> Mapping[str, CheckedFace]:
        wanted = {"face_ids": [UUID(face_id) for face_id in face_ids]}
        faces = map(checked_face_of, await self._fetch(_FACES_OF, wanted))
        return {face.face_id: face for face in faces}

    @override
    async def unreadable(self, face_ids: Sequence[str]) -> frozenset[str]:
        wanted = {"face_ids": [UUID(face_id) for face_id in face_ids]}
        found = [await self._seal.lost(*row) for row in await self._fetch(_SEALED, wanted)]
        return frozenset().union(*found)

    @override
    async def kept(self, faces: Sequence[tuple[str, str]]) -> frozenset[tuple[str, str]]:
        wanted = {
            "collections": [collection for collection, _ in faces],
            "face_ids": [UUID(face_id) for _, face_id in faces],
        }
        return frozenset((row[0], row[1]) for row in await self._fetch(_KEPT, wanted))

    @override
    async def named(self, photo_keys: Sequence[str]) -> frozenset[str]:
        rows = await self._fetch(_NAMED, {"keys": _stored(photo_keys)})
        return frozenset(row[0] for row in rows)

    @override
    async def kept_probes(self, search_ids: Sequence[str]) -> frozenset[str]:
        rows = await self._fetch(_KEPT_PROBES, {"ids": _stored(search_ids)})
        return frozenset(row[0] for row in rows)

    @override
    async def reasons(self, external_image_ids: Sequence[str]) -> Mapping[str, str]:
        rows = await self._fetch(_REASONS, {"ids": _stored(external_image_ids)})
        said = {row[0]: reason_of(*row[1:]) for row in rows}
        return {one: reason for one, reason in said.items() if reason is not None}

    @override
    async def under_way(self, external_image_ids: Sequence[str]) -> frozenset[str]:
        rows = await self._fetch(_UNDER_WAY, {"ids": _stored(external_image_ids)})
        return frozenset(row[0] for row in rows)

    @override
    async def intents_before(
        self, opened_before: datetime, after: str | None, limit: int
    ) -> Sequence[Intent]:
        wanted = {"before": opened_before, "after": after or "", "limit": limit}
        return [intent_of(row) for row in await self._fetch(_INTENTS, wanted)]

    @override
    async def importing(self) -> str | None:
        rows = await self._fetch(_IMPORTING, {})
        return rows[0][0] if rows else None

    @override
    async def models(self) -> Models:
        rows = await self._fetch(_MODELS, {})
        if not rows:
            return Models(None)
        served, following, forgetting = rows[0]
        passing = {*([following] if following else []), *forgetting}
        return Models(served, frozenset(passing - {served}))

    async def _fetch(self, query: LiteralString, parameters: Mapping[str, object]) -> list[Row]:
        bound = {"collection": self._collection, **parameters}
        with translated(), Patience() as patience:
            async with self._pool.connection() as connection:
                with patience.farewell_of(connection), patience.answer_of(connection):
                    async with without_transaction(connection):
                        cursor = connection.cursor(binary=True)
                        await cursor.execute(query, bound)
                        return await cursor.fetchall()


def _stored(values: Sequence[str]) -> list[str]:
    return [storable(value) or "" for value in values]

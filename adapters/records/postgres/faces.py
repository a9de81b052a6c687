"""Which faces count."""

from collections.abc import Mapping, Sequence
from typing import LiteralString
from uuid import UUID

from typing_extensions import override

from adapters.records.postgres.face_changes import FaceChanges
from adapters.records.postgres.rows import FACE, STANDING, face_of, standing_of
from adapters.records.postgres.served import COUNTS
from adapters.records.postgres.transaction import Transaction, storable
from app.domain.collection import CollectionFace
from app.domain.record import CurrentFace
from app.ports.photo_records import FaceRecords

_FIRST = UUID(int=0)  # of all ids; no face has it
_BATCH = 5000
"""Faces removed by one statement, which must be done within the time of one answer."""

_CURRENT = f"""
SELECT face_id, external_image_id, {STANDING}
FROM faces LEFT JOIN photos USING (collection, external_image_id)
WHERE faces.collection = %(collection)s AND {COUNTS} AND face_id = ANY(%(face_ids)s)
"""  # noqa: S608 - a constant of ours

_COUNT = "SELECT faces FROM galleries WHERE collection = %(collection)s"

_OF = f"""
SELECT {FACE} FROM faces LEFT JOIN photos USING (collection, external_image_id)
WHERE faces.collection = %(collection)s AND {COUNTS} AND face_id = ANY(%(face_ids)s)
"""  # noqa: S608 - a constant of ours

_OF_PHOTOS = f"""
SELECT {FACE} FROM faces LEFT JOIN photos USING (collection, external_image_id)
WHERE faces.collection = %(collection)s AND {COUNTS}
  AND faces.external_image_id = ANY(%(external_image_ids)s)
ORDER BY face_id
"""  # noqa: S608 - a constant of ours

# Photo by photo (LIMIT 1 sees to that): joined at once, all photos would be read for a page.
_PAGE = f"""
SELECT {FACE} FROM (
    SELECT * FROM faces
    WHERE collection = %(collection)s AND {COUNTS} AND face_id > %(after)s
    ORDER BY face_id LIMIT %(limit)s
) AS faces LEFT JOIN LATERAL (
    SELECT {STANDING} FROM photos
    WHERE photos.collection = faces.collection
      AND photos.external_image_id = faces.external_image_id LIMIT 1
) AS photos ON true
ORDER BY face_id
"""  # noqa: S608 - a constant of ours

_PAGE_OF_USER = _PAGE.replace("WHERE", "WHERE user_id = %(user_id)s AND", 1)

# Of every model.
_IDS = """
SELECT face_id FROM faces
WHERE collection = %(collection)s AND is_current AND face_id > %(after)s
ORDER BY face_id LIMIT %(limit)s
"""

# Of every model.
_KEPT = """
SELECT face_id FROM faces
WHERE collection = %(collection)s AND is_current AND face_id = ANY(%(face_ids)s)
"""

_OTHER_MODELS = f"""
SELECT DISTINCT model FROM faces
WHERE collection = %(collection)s AND {COUNTS} AND model <> %(model)s ORDER BY model
"""  # noqa: S608 - a constant of ours


class PostgresFaces(FaceRecords):
    """Reads the current faces; what a unit changes is kept back until its commit, or a read."""

    def __init__(self, transaction: Transaction, changes: FaceChanges) -> None:
        self._transaction = transaction
        self._changes = changes

    @override
    async def current(self, face_ids: Sequence[str]) -> Mapping[str, CurrentFace]:
        await self._changes.write()
        wanted = [UUID(face_id) for face_id in face_ids]
        rows = await self._transaction.fetch(_CURRENT, {"face_ids": wanted})
        faces = (CurrentFace(str(row[0]), row[1], standing_of(row[2:])) for row in rows)
        return {face.face_id: face for face in faces}

    @override
    async def kept(self, face_ids: Sequence[str]) -> frozenset[str]:
        await self._changes.write()
        wanted = [UUID(face_id) for face_id in face_ids]
        rows = await self._transaction.fetch(_KEPT, {"face_ids": wanted})
        return frozenset(str(row[0]) for row in rows)

    @override
    async def keep_out(self) -> None:
        await self._changes.keep_out()

    @override
    async def count(self) -> int:
        await self._changes.write()
        rows = await self._transaction.fetch(_COUNT)
        return int(rows[0][0]) if rows else 0

    @override
    async def add(self, faces: Sequence[CollectionFace], templates: Mapping[str, bytes]) -> None:
        self._changes.add(faces, templates)

    @override
    async def remove(self, face_ids: Sequence[str]) -> None:
        self._changes.remove(face_ids)

    @override
    async def of(self, face_ids: Sequence[str]) -> Mapping[str, CollectionFace]:
        wanted = [UUID(face_id) for face_id in face_ids]
        return {face.face_id: face for face in await self._read(_OF, {"face_ids": wanted})}

    @override
    async def of_photos(self, external_image_ids: Sequence[str]) -> Sequence[CollectionFace]:
        wanted = [storable(external_image_id) for external_image_id in external_image_ids]
        return await self._read(_OF_PHOTOS, {"external_image_ids": wanted})

    @override
    async def page(
        self, after: str | None, limit: int, user_id: str | None = None
    ) -> Sequence[CollectionFace]:
        wanted: dict[str, object] = {"after": UUID(after) if after else _FIRST, "limit": limit}
        if user_id is None:
            return await self._read(_PAGE, wanted)
        return await self._read(_PAGE_OF_USER, {"user_id": storable(user_id), **wanted})

    @override
    async def other_models(self, model: str) -> Sequence[str]:
        await self._changes.write()
        return [row[0] for row in await self._transaction.fetch(_OTHER_MODELS, {"model": model})]

    async def remove_all(self) -> None:
        """Let no face count any more, in steps that a follower reads as removals one by one."""
        self._changes.forget()
        await self._transaction.take_commit_lock()
        after = _FIRST
        while rows := await self._transaction.fetch(_IDS, {"after": after, "limit": _BATCH}):
            self._changes.remove_left([str(row[0]) for row in rows])
            await self._changes.write()
            after = rows[-1][0]

    async def _read(
        self, query: LiteralString, wanted: Mapping[str, object]
    ) -> Sequence[CollectionFace]:
        await self._changes.write()
        return [face_of(row) for row in await self._transaction.fetch(query, wanted)]

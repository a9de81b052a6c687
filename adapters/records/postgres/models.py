"""The model that a collection is served with, the next one, and what is left of others."""

from collections.abc import Sequence

from typing_extensions import override

from adapters.records.postgres.face_changes import FaceChanges
from adapters.records.postgres.rows import FACES, MODEL
from adapters.records.postgres.served import COUNTS, SERVED
from adapters.records.postgres.transaction import Transaction, storable
from app.domain.model_change import ModelStanding
from app.ports.model_records import ForgottenFaces, ModelRecords

_STANDING = """
SELECT model, next_model, coalesce(faces, 0), coalesce(beside, 0), forgetting
FROM collections LEFT JOIN galleries USING (collection) WHERE collection = %(collection)s
"""

_BEGIN = """
UPDATE collections SET next_model = %(model)s, forgetting = array_remove(forgetting, %(model)s)
WHERE collection = %(collection)s
"""

_COUNT_BESIDE = """
UPDATE galleries SET beside = (
    SELECT count(*) FROM faces
    WHERE collection = %(collection)s AND is_current AND model = %(model)s)
WHERE collection = %(collection)s
"""

# Of the faces under a photo's id, only the photo's own have some beside them.
_TAKE_USERS_OVER = f"""
UPDATE faces AS beside SET user_id = old.user_id
FROM (
    SELECT face_id, external_image_id, user_id FROM faces
    WHERE collection = %(collection)s AND {COUNTS} AND user_id IS NOT NULL
) AS old JOIN photos ON photos.collection = %(collection)s
    AND photos.external_image_id = old.external_image_id
    AND photos.faces @> jsonb_build_array(jsonb_build_object('face_id', old.face_id::text)),
collections
WHERE collections.collection = %(collection)s AND photos.next_model = collections.next_model
  AND beside.collection = %(collection)s AND beside.is_current
  AND beside.external_image_id = old.external_image_id
  AND beside.model = collections.next_model
"""  # noqa: S608 - a constant of ours

_COUNT_SWITCHED = """
UPDATE galleries SET beside = 0, users_version = users_version + 1, faces = beside + (
    SELECT count(*) FROM faces
    WHERE collection = %(collection)s AND is_current AND model IS NULL)
WHERE collection = %(collection)s
"""

_SWITCH = """
UPDATE collections SET model = next_model, next_model = NULL,
                       forgetting = array_append(array_remove(forgetting, next_model), model)
WHERE collection = %(collection)s AND next_model IS NOT NULL
"""

_GIVE_UP = """
UPDATE collections SET next_model = NULL, forgetting = array_append(forgetting, next_model)
WHERE collection = %(collection)s AND next_model IS NOT NULL
"""

_COUNT_NONE_BESIDE = "UPDATE galleries SET beside = 0 WHERE collection = %(collection)s"

# A model may be changed to again meanwhile; then it is no longer among those that are left.
_LEFT = """
SELECT face_id, external_image_id FROM faces
WHERE collection = %(collection)s AND is_current AND external_image_id >= %(after)s
  AND model = ANY(ARRAY(SELECT unnest(forgetting) FROM collections
                        WHERE collection = %(collection)s))
  AND model = ANY(%(models)s)
ORDER BY external_image_id LIMIT %(limit)s
"""

# What is served since the last switch moves to where it is read first, what was left goes. Rows
# are locked in the order of their ids, as by `Standings.remember`.
_TIDY = f"""
UPDATE photos SET model = {MODEL}, faces = {FACES}, next_model = NULL, next_faces = NULL
FROM (
    SELECT external_image_id FROM photos
    WHERE collection = %(collection)s AND external_image_id = ANY(%(external_image_ids)s)
    ORDER BY external_image_id FOR UPDATE
) AS locked
WHERE collection = %(collection)s AND photos.external_image_id = locked.external_image_id
  AND (next_model = {SERVED} OR next_model = ANY(%(models)s))
"""  # noqa: S608 - a constant of ours

_FORGOTTEN = """
UPDATE collections SET forgetting = ARRAY(
    SELECT model FROM unnest(forgetting) AS model WHERE model <> ALL(%(models)s))
WHERE collection = %(collection)s
"""


class PostgresModels(ModelRecords):
    """Models change under the commit lock only, as all that followers see."""

    def __init__(self, transaction: Transaction, changes: FaceChanges) -> None:
        self._transaction = transaction
        self._changes = changes

    @override
    async def standing(self) -> ModelStanding | None:
        if self._transaction.holds_locks:
            await self._begin()
        rows = await self._transaction.fetch(_STANDING)
        if not rows:
            return None
        served, following, faces, beside, forgetting = rows[0]
        return ModelStanding(served, following, int(faces), int(beside), tuple(forgetting))

    @override
    async def begin(self, model: str) -> None:
        await self._begin()
        await self._transaction.write(_BEGIN, {"model": storable(model)})
        await self._transaction.write(_COUNT_BESIDE, {"model": storable(model)})

    @override
    async def switch(self) -> None:
        await self._begin()
        for statement in (_TAKE_USERS_OVER, _COUNT_SWITCHED, _SWITCH):
            await self._transaction.write(statement)

    @override
    async def give_up(self) -> None:
        await self._begin()
        await self._transaction.write(_GIVE_UP)
        await self._transaction.write(_COUNT_NONE_BESIDE)

    @override
    async def forget(self, models: Sequence[str], after: str, limit: int) -> ForgottenFaces | None:
        left = {"models": list(models), "after": after, "limit": limit}
        rows = await self._transaction.fetch(_LEFT, left)
        if not rows:
            return None
        photos = sorted({row[1] for row in rows})
        tidied = {"external_image_ids": photos, "models": list(models)}
        await self._transaction.fetch(_TIDY + "RETURNING true", tidied)
        face_ids = [str(row[0]) for row in rows]
        self._changes.remove_left(face_ids)
        return ForgottenFaces(face_ids, str(rows[-1][1]))

    @override
    async def forgotten(self, models: Sequence[str]) -> None:
        await self._transaction.write(_FORGOTTEN, {"models": list(models)})

    async def _begin(self) -> None:
        """Let earlier changes of this unit come first, and no other unit come between."""
        await self._changes.write()
        await self._transaction.take_commit_lock()

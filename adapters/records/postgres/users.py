"""The users of one collection."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from typing_extensions import override

from adapters.records.postgres.face_changes import FaceChanges
from adapters.records.postgres.rows import STANDING, standing_of
from adapters.records.postgres.served import COUNTS
from adapters.records.postgres.transaction import Transaction, storable
from app.domain.collection import User, UserFace
from app.ports.collection_records import UserRecords

_LOCK = """
SELECT pg_advisory_xact_lock(hashtextextended(%(collection)s || '/' || %(user_id)s, 3))
"""

_COUNTED = f"""
SELECT user_id, (SELECT count(*) FROM faces
                 WHERE faces.collection = users.collection AND {COUNTS}
                   AND faces.user_id = users.user_id)
FROM users
"""  # noqa: S608 - a constant of ours

_GET = f"{_COUNTED} WHERE collection = %(collection)s AND user_id = %(user_id)s"

_FACES = f"""
SELECT users.user_id, faces.external_image_id, is_named, {STANDING}
FROM users LEFT JOIN faces
    ON faces.collection = users.collection AND faces.user_id = users.user_id AND {COUNTS}
LEFT JOIN photos ON photos.collection = faces.collection
    AND photos.external_image_id = faces.external_image_id
WHERE users.collection = %(collection)s AND users.user_id = ANY(%(user_ids)s::text[])
ORDER BY users.user_id, face_id
"""  # noqa: S608 - a constant of ours

_PAGE = f"""
{_COUNTED} WHERE collection = %(collection)s AND user_id > %(after)s
ORDER BY user_id LIMIT %(limit)s
"""

_COUNT = "SELECT count(*) FROM users WHERE collection = %(collection)s"

_ADD = """
INSERT INTO users (collection, user_id) VALUES (%(collection)s, %(user_id)s)
ON CONFLICT (collection, user_id) DO NOTHING RETURNING true
"""

_REMOVE = """
WITH gone AS (
    DELETE FROM users WHERE collection = %(collection)s AND user_id = %(user_id)s
    RETURNING user_id
), freed AS (
    UPDATE faces SET user_id = NULL FROM gone
    WHERE collection = %(collection)s AND is_current AND faces.user_id = gone.user_id
), counted AS (
    UPDATE galleries SET users_version = users_version + 1
    WHERE collection = %(collection)s AND EXISTS (SELECT FROM gone)
)
SELECT true FROM gone
"""

_ASSOCIATE = f"""
WITH taken AS (
    UPDATE faces SET user_id = %(user_id)s
    WHERE collection = %(collection)s AND {COUNTS} AND face_id = ANY(%(face_ids)s::uuid[])
      AND user_id IS NULL
      AND EXISTS (SELECT FROM users
                  WHERE collection = %(collection)s AND user_id = %(user_id)s)
    RETURNING face_id
), counted AS (
    UPDATE galleries SET users_version = users_version + 1
    WHERE collection = %(collection)s AND EXISTS (SELECT FROM taken)
)
SELECT face_id FROM taken
"""  # noqa: S608 - a constant of ours

_DISASSOCIATE = """
WITH freed AS (
    UPDATE faces SET user_id = NULL
    WHERE collection = %(collection)s AND is_current AND face_id = ANY(%(face_ids)s::uuid[])
      AND user_id IS NOT NULL
    RETURNING true
)
UPDATE galleries SET users_version = users_version + 1
WHERE collection = %(collection)s AND EXISTS (SELECT FROM freed)
"""


class PostgresUsers(UserRecords):
    """Users; whose a face is changes under the commit lock only, as all that followers see."""

    def __init__(self, transaction: Transaction, changes: FaceChanges) -> None:
        self._transaction = transaction
        self._changes = changes

    @override
    async def get(self, user_id: str) -> User | None:
        await self._changes.write()
        rows = await self._transaction.fetch(_GET, {"user_id": storable(user_id)})
        return User(*rows[0]) if rows else None

    @override
    async def faces(self, user_ids: Sequence[str]) -> Mapping[str, Sequence[UserFace]]:
        await self._changes.write()
        wanted = {"user_ids": [storable(user_id) for user_id in user_ids]}
        found: dict[str, list[UserFace]] = {}
        for user_id, name, is_named, *standing in await self._transaction.fetch(_FACES, wanted):
            faces = found.setdefault(user_id, [])
            if name is not None:
                faces.append(UserFace(name, is_named, standing_of(standing)))
        return found

    @override
    async def add(self, user_id: str) -> bool:
        return bool(await self._transaction.fetch(_ADD, {"user_id": storable(user_id)}))

    @override
    async def remove(self, user_id: str) -> bool:
        await self._begin()
        return bool(await self._transaction.fetch(_REMOVE, {"user_id": storable(user_id)}))

    @override
    async def page(self, after: str | None, limit: int) -> Sequence[User]:
        await self._changes.write()
        wanted = {"after": storable(after) or "", "limit": limit}
        return [User(*row) for row in await self._transaction.fetch(_PAGE, wanted)]

    @override
    async def count(self) -> int:
        ((users,),) = await self._transaction.fetch(_COUNT)
        return int(users)

    @override
    async def get_locked(self, user_id: str) -> User | None:
        # A lock on the id, not the row; read by a later statement, as with photos.
        await self._transaction.write(_LOCK, {"user_id": storable(user_id)})
        return await self.get(user_id)

    @override
    async def associate(self, user_id: str, face_ids: Sequence[str]) -> Sequence[str]:
        await self._begin()
        wanted = {"user_id": storable(user_id), "face_ids": [UUID(face) for face in face_ids]}
        return [str(row[0]) for row in await self._transaction.fetch(_ASSOCIATE, wanted)]

    @override
    async def disassociate(self, face_ids: Sequence[str]) -> None:
        await self._begin()
        wanted = {"face_ids": [UUID(face_id) for face_id in face_ids]}
        await self._transaction.write(_DISASSOCIATE, wanted)

    async def _begin(self) -> None:
        """Let earlier changes of this unit come first, and no other unit come between."""
        await self._changes.write()
        await self._transaction.take_commit_lock()

"""Whose faces are whose, for who keeps the users in memory."""

from typing_extensions import override

from adapters.records.postgres.patience import Patience
from adapters.records.postgres.pool import ConnectionPool, translated
from adapters.records.postgres.served import COUNTS
from app.ports.gallery_feed import UserFeed, UserMembers

# Where nothing changed the faces are not looked at. Version and members are of one moment.
_MEMBERS = f"""
SELECT version, user_id, face_ids FROM (
    SELECT coalesce((SELECT users_version FROM galleries WHERE collection = %(collection)s), 1)
           AS version
) AS newest LEFT JOIN LATERAL (
    SELECT user_id, array_agg(face_id::text ORDER BY face_id) AS face_ids FROM faces
    WHERE collection = %(collection)s AND {COUNTS} AND user_id IS NOT NULL
      AND newest.version <> %(known)s
    GROUP BY user_id
) AS members ON true
"""  # noqa: S608 - a constant of ours


class PostgresUserFeed(UserFeed):
    """Reads all members at once; their version grows with each commit that changes them."""

    def __init__(self, pool: ConnectionPool, collection: str) -> None:
        self._pool = pool
        self._collection = collection

    @override
    async def members(self, known: int) -> UserMembers | None:
        wanted = {"collection": self._collection, "known": known}
        with translated(), Patience() as patience:
            async with self._pool.connection() as connection:
                with patience.farewell_of(connection), patience.answer_of(connection):
                    cursor = connection.cursor(binary=True)
                    await cursor.execute(_MEMBERS, wanted)
                    rows = await cursor.fetchall()
        version = rows[0][0]
        if version == known:
            return None
        return UserMembers(version, {user: faces for _, user, faces in rows if user is not None})

"""What a gallery in memory follows: packed by the server, so no row is touched here."""

from typing_extensions import override

from adapters.records.postgres.patience import Patience
from adapters.records.postgres.pool import ConnectionPool, translated
from app.ports.gallery_feed import GalleryChanges, GalleryFeed

# All aggregates of one scan see the rows in the same order, which the sorted page gives them.
# Who starts from nothing is spared what no longer counts. A face of another model counts as
# removed, since a face id may have come back with a new one.
_CHANGES = """
WITH page AS (
    SELECT face_id, template, change,
           is_current AND model = %(model)s AND template IS NOT NULL AS found
    FROM faces
    WHERE collection = %(collection)s AND change > %(after)s
      AND (%(after)s > 0 OR (is_current AND model = %(model)s))
    ORDER BY change LIMIT %(limit)s
)
SELECT coalesce((SELECT last_change FROM galleries WHERE collection = %(collection)s), 0),
       count(*), coalesce(max(change), 0),
       coalesce(string_agg(uuid_send(face_id), ''::bytea) FILTER (WHERE found), ''),
       coalesce(string_agg(template, ''::bytea) FILTER (WHERE found), ''),
       coalesce(string_agg(uuid_send(face_id), ''::bytea) FILTER (WHERE NOT found), '')
FROM page
"""


class PostgresGalleryFeed(GalleryFeed):
    """Reads pages of up to a gigabyte; numbers are in the order of commit (see Transaction)."""

    def __init__(self, pool: ConnectionPool, collection: str) -> None:
        self._pool = pool
        self._collection = collection

    @override
    async def changes(self, model: str, after: int, limit: int) -> GalleryChanges:
        wanted = {"collection": self._collection, "model": model, "after": after, "limit": limit}
        with translated(), Patience() as patience:
            async with self._pool.connection() as connection:
                with patience.farewell_of(connection), patience.answer_of(connection):
                    cursor = connection.cursor(binary=True)
                    await cursor.execute(_CHANGES, wanted)
                    ((newest, rows, last, face_ids, templates, removed),) = await cursor.fetchall()
        more = rows == limit and last < newest
        return GalleryChanges(last if more else newest, face_ids, templates, removed, more)

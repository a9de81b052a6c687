"""What a gallery in memory follows: packed by the server, and opened here."""

from typing_extensions import override

from adapters.records.postgres.patience import Patience
from adapters.records.postgres.pool import ConnectionPool, translated
from adapters.records.postgres.served import SERVED
from adapters.records.postgres.template_seal import TemplateSeal
from app.ports.data_keys import DataKeys
from app.ports.gallery_feed import GalleryChanges, GalleryFeed

# All aggregates of one scan see the rows in the same order, which the sorted page gives them.
# Who starts from nothing is spared what no longer counts. A face of another model counts as
# removed, since a face id may have come back with a new one. What an earlier program left in the
# clear comes as it is, until it is sealed.
_CHANGES = f"""
WITH page AS (
    SELECT face_id, template, is_sealed, change,
           is_current AND model = %(model)s AND template IS NOT NULL AS found
    FROM faces
    WHERE collection = %(collection)s AND change > %(after)s
      AND (%(after)s > 0 OR (is_current AND model = %(model)s))
    ORDER BY change LIMIT %(limit)s
)
SELECT coalesce((SELECT last_change FROM galleries WHERE collection = %(collection)s), 0),
       count(*), coalesce(max(change), 0),
       coalesce(string_agg(uuid_send(face_id), ''::bytea) FILTER (WHERE found AND is_sealed), ''),
       coalesce(string_agg(template, ''::bytea) FILTER (WHERE found AND is_sealed), ''),
       coalesce(string_agg(uuid_send(face_id), ''::bytea)
                FILTER (WHERE found AND NOT is_sealed), ''),
       coalesce(string_agg(template, ''::bytea) FILTER (WHERE found AND NOT is_sealed), ''),
       coalesce(string_agg(uuid_send(face_id), ''::bytea) FILTER (WHERE NOT found), ''),
       {SERVED}
FROM page
"""  # noqa: S608 - a constant of ours


class PostgresGalleryFeed(GalleryFeed):
    """Reads pages of up to a gigabyte; numbers are in the order of commit (see Transaction).

    Without keys it tells which model is served, and no template.
    """

    def __init__(self, pool: ConnectionPool, keys: DataKeys | None, collection: str) -> None:
        self._pool = pool
        self._collection = collection
        self._seal = TemplateSeal(keys, collection)

    @override
    async def changes(self, model: str, after: int, limit: int) -> GalleryChanges:
        wanted = {"collection": self._collection, "model": model, "after": after, "limit": limit}
        with translated(), Patience() as patience:
            async with self._pool.connection() as connection:
                with patience.farewell_of(connection), patience.answer_of(connection):
                    cursor = connection.cursor(binary=True)
                    await cursor.execute(_CHANGES, wanted)
                    (row,) = await cursor.fetchall()
        newest, rows, last, *packed, serving = row
        face_ids, sealed, ids_in_the_clear, in_the_clear, removed = packed
        more = rows == limit and last < newest
        opened = await self._seal.opened(face_ids, sealed, is_loading=more)
        return GalleryChanges(
            last if more else newest,
            opened.face_ids + ids_in_the_clear,
            opened.templates + in_the_clear,
            opened.lost + removed,
            more,
            serving,
        )

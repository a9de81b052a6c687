"""The collections there are."""

import json
from collections.abc import Sequence
from typing import Any

from typing_extensions import override

from adapters.records.postgres.faces import PostgresFaces
from adapters.records.postgres.photos import PostgresPhotos
from adapters.records.postgres.served import COUNTS
from adapters.records.postgres.transaction import Transaction, storable
from app.domain.collection import Collection
from app.ports.collection_records import CollectionRecords

_GET = """
SELECT collection, model, created_at, tags::text FROM collections
WHERE collection = %(collection_id)s
"""

# Whoever writes into a collection that it got keeps others from removing it meanwhile.
_GET_AND_HOLD = _GET + "FOR KEY SHARE"

_ADD = """
INSERT INTO collections (collection, model, created_at, tags)
VALUES (%(collection_id)s, %(model)s, %(created_at)s, %(tags)s::jsonb)
ON CONFLICT (collection) DO NOTHING RETURNING true
"""

_PAGE = """
SELECT collection, model, created_at, tags::text FROM collections
WHERE collection > %(after)s ORDER BY collection LIMIT %(limit)s
"""

_SET_MODEL = """
UPDATE collections SET model = %(model)s, next_model = nullif(next_model, %(model)s),
                       forgetting = array_remove(forgetting, %(model)s)
WHERE collection = %(collection)s
"""

# Faces of the model that were hidden until now count again.
_COUNT_ANEW = f"""
UPDATE galleries SET faces = (
    SELECT count(*) FROM faces WHERE collection = %(collection)s AND {COUNTS})
WHERE collection = %(collection)s
"""  # noqa: S608 - a constant of ours

_LOCK = "SELECT FROM collections WHERE collection = %(collection)s FOR UPDATE"

_REMOVE_USERS = "DELETE FROM users WHERE collection = %(collection)s"

_REMOVE = "DELETE FROM collections WHERE collection = %(collection)s"

_WITH_INTENTS = "SELECT DISTINCT collection FROM intents ORDER BY collection"


class PostgresCollections(CollectionRecords):
    """Removes from the outside in: collection, photos, and under the commit lock the rest.

    So others, who lock in the same order, are waited for and never waited on in a circle.
    """

    def __init__(
        self, transaction: Transaction, photos: PostgresPhotos, faces: PostgresFaces
    ) -> None:
        self._transaction = transaction
        self._photos = photos
        self._faces = faces

    @override
    async def get(self, collection_id: str) -> Collection | None:
        query = _GET_AND_HOLD if self._transaction.holds_locks else _GET
        rows = await self._transaction.fetch(query, {"collection_id": storable(collection_id)})
        return _collection_of(rows[0]) if rows else None

    @override
    async def add(self, collection: Collection) -> bool:
        parameters = {
            "collection_id": storable(collection.collection_id),
            "model": storable(collection.model),
            "created_at": collection.created_at,
            "tags": json.dumps(dict(collection.tags)).replace("\\u0000", "\\ufffd"),
        }
        return bool(await self._transaction.fetch(_ADD, parameters))

    @override
    async def page(self, after: str | None, limit: int) -> Sequence[Collection]:
        wanted = {"after": storable(after) or "", "limit": limit}
        return [_collection_of(row) for row in await self._transaction.fetch(_PAGE, wanted)]

    @override
    async def set_model(self, model: str) -> None:
        await self._transaction.take_commit_lock()
        await self._transaction.write(_SET_MODEL, {"model": storable(model)})
        await self._transaction.write(_COUNT_ANEW)

    @override
    async def remove(self) -> bool:
        if not await self._transaction.fetch(_LOCK):
            return False
        await self._photos.forget_all()
        await self._faces.remove_all()
        await self._transaction.write(_REMOVE_USERS)
        await self._transaction.write(_REMOVE)
        return True

    @override
    async def with_intents(self) -> Sequence[str]:
        return [row[0] for row in await self._transaction.fetch(_WITH_INTENTS)]


def _collection_of(row: Sequence[Any]) -> Collection:
    collection_id, model, created_at, tags = row
    return Collection(collection_id, model, created_at, json.loads(tags))

"""Which stored photos are in use."""

from collections.abc import Sequence

from typing_extensions import override

from adapters.records.postgres.intents import PostgresIntents
from adapters.records.postgres.transaction import Transaction
from app.ports.photo_records import PhotoKeys

_IN_USE = """
SELECT photo_key FROM photos WHERE photo_key = ANY(%(photo_keys)s)
UNION
SELECT photo_key FROM intents
WHERE photo_key = ANY(%(photo_keys)s)
  AND kind = 'enrol' AND intent_id <> %(besides)s
"""


class PostgresPhotoKeys(PhotoKeys):
    """Looks at the records and at the open enrolments of every collection."""

    def __init__(self, transaction: Transaction, intents: PostgresIntents) -> None:
        self._transaction = transaction
        self._intents = intents

    @override
    async def in_use(self, photo_keys: Sequence[str], besides: str) -> frozenset[str]:
        await self._intents.write()
        wanted = {"photo_keys": list(photo_keys), "besides": besides}
        return frozenset(row[0] for row in await self._transaction.fetch(_IN_USE, wanted))

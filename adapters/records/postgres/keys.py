"""API keys; they belong to the whole service, not to a collection."""

from collections.abc import Mapping

from typing_extensions import override

from adapters.records.postgres.transaction import Transaction, storable
from app.domain.access import ApiKey
from app.ports.records import KeyRecords

_FIND = """
SELECT prefix, name, sha256, created_at, expires_at, revoked_at FROM api_keys
WHERE prefix = %(prefix)s
"""

_ADD = """
INSERT INTO api_keys (prefix, name, sha256, created_at, expires_at, revoked_at)
VALUES (%(prefix)s, %(name)s, %(sha256)s, %(created_at)s, %(expires_at)s, %(revoked_at)s)
"""

_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('first api key', 2))"

_ADD_FIRST = """
INSERT INTO api_keys (prefix, name, sha256, created_at, expires_at, revoked_at)
SELECT %(prefix)s, %(name)s, %(sha256)s, %(created_at)s::timestamptz, %(expires_at)s::timestamptz,
       %(revoked_at)s::timestamptz
WHERE NOT EXISTS (SELECT FROM api_keys)
RETURNING true
"""


class PostgresKeys(KeyRecords):
    """Keeps hashes of keys."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    @override
    async def find(self, prefix: str) -> ApiKey | None:
        rows = await self._transaction.fetch(_FIND, {"prefix": storable(prefix)})
        return ApiKey(*rows[0]) if rows else None

    @override
    async def add(self, key: ApiKey) -> None:
        await self._transaction.write(_ADD, _columns_of(key))

    @override
    async def add_first(self, key: ApiKey) -> bool:
        await self._transaction.write(_LOCK)
        return bool(await self._transaction.fetch(_ADD_FIRST, _columns_of(key)))


def _columns_of(key: ApiKey) -> Mapping[str, object]:
    return {
        "prefix": key.prefix,
        "name": storable(key.name),
        "sha256": key.sha256,
        "created_at": key.created_at,
        "expires_at": key.expires_at,
        "revoked_at": key.revoked_at,
    }

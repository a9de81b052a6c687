"""Keys; they belong to the whole service, not to a collection."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from typing_extensions import override

from adapters.records.postgres.sealing import Seal
from adapters.records.postgres.transaction import Transaction, storable
from app.domain.access import AccessKey, ApiKey, Grant, Scope
from app.domain.networks import network_of
from app.domain.purpose import Purpose
from app.ports.key_records import KeyRecords

_FIND = """
SELECT prefix, name, sha256, created_at, expires_at, revoked_at, scopes, purpose, case_number,
       calls_a_minute, networks, trained_until, last_used_at, sealed_secret
FROM api_keys WHERE prefix = %(prefix)s
"""

_ALL = """
SELECT prefix, name, sha256, created_at, expires_at, revoked_at, scopes, purpose, case_number,
       calls_a_minute, networks, trained_until, last_used_at
FROM api_keys ORDER BY created_at, prefix
"""

_ADD = """
INSERT INTO api_keys (prefix, name, sha256, created_at, expires_at, revoked_at, scopes, purpose,
    case_number, calls_a_minute, networks, trained_until, last_used_at, sealed_secret)
VALUES (%(prefix)s, %(name)s, %(sha256)s, %(created_at)s, %(expires_at)s, %(revoked_at)s,
    %(scopes)s, %(purpose)s, %(case_number)s, %(calls_a_minute)s, %(networks)s,
    %(trained_until)s, %(last_used_at)s, %(sealed_secret)s)
"""

_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('first api key', 2))"
_ANY = "SELECT EXISTS (SELECT FROM api_keys)"

_REVOKE = """
UPDATE api_keys SET revoked_at = %(at)s WHERE prefix = %(prefix)s AND revoked_at IS NULL
RETURNING prefix, name, sha256, created_at, expires_at, revoked_at, scopes, purpose, case_number,
    calls_a_minute, networks, trained_until, last_used_at
"""

_END = """
UPDATE api_keys SET expires_at = least(expires_at, %(at)s) WHERE prefix = %(prefix)s
"""

_NOTE_USE = """
UPDATE api_keys SET last_used_at = %(at)s
WHERE prefix = %(prefix)s AND coalesce(last_used_at < %(at)s, true)
"""


class PostgresKeys(KeyRecords):
    """Keeps hashes of keys that are sent, and the sealed secrets of those that sign."""

    def __init__(self, transaction: Transaction, seal: Seal) -> None:
        self._transaction = transaction
        self._seal = seal

    @override
    async def find(self, prefix: str) -> ApiKey | None:
        rows = await self._transaction.fetch(_FIND, {"prefix": storable(prefix)})
        return _key_of(rows[0]) if rows else None

    @override
    async def find_access_key(self, access_key_id: str) -> AccessKey | None:
        rows = await self._transaction.fetch(_FIND, {"prefix": storable(access_key_id)})
        if not rows or rows[0][-1] is None:
            return None
        secret = self._seal.opened(rows[0][-1], _place_of(access_key_id))
        return AccessKey(_key_of(rows[0]), secret.decode())

    @override
    async def all(self) -> Sequence[ApiKey]:
        return [_key_of(row) for row in await self._transaction.fetch(_ALL)]

    @override
    async def add(self, key: ApiKey) -> None:
        await self._transaction.write(_ADD, _columns_of(key, None))

    @override
    async def add_access_key(self, access_key: AccessKey) -> None:
        place = _place_of(access_key.access_key_id)
        sealed = self._seal.sealed(access_key.secret.encode(), place)
        await self._transaction.write(_ADD, _columns_of(access_key.key, sealed))

    @override
    async def end(self, prefix: str, at: datetime) -> None:
        await self._transaction.write(_END, {"prefix": storable(prefix), "at": at})

    @override
    async def note_use(self, prefix: str, at: datetime) -> None:
        await self._transaction.write(_NOTE_USE, {"prefix": storable(prefix), "at": at})

    @override
    async def lock(self) -> None:
        await self._transaction.write(_LOCK)

    @override
    async def add_first(self, key: ApiKey) -> bool:
        await self.lock()
        [(any_key,)] = await self._transaction.fetch(_ANY)
        if not any_key:
            await self.add(key)
        return not any_key

    @override
    async def revoke(self, prefix: str, at: datetime) -> ApiKey | None:
        rows = await self._transaction.fetch(_REVOKE, {"prefix": storable(prefix), "at": at})
        return _key_of(rows[0]) if rows else None


def _place_of(access_key_id: str) -> str:
    return f"access key/{access_key_id}"


def _columns_of(key: ApiKey, sealed_secret: bytes | None) -> Mapping[str, object]:
    purpose = key.grant.purpose
    return {
        "prefix": key.prefix,
        "name": storable(key.name),
        "sha256": key.sha256,
        "created_at": key.created_at,
        "expires_at": key.grant.expires_at,
        "revoked_at": key.revoked_at,
        "scopes": sorted(key.grant.scopes),
        "purpose": purpose and purpose.value,
        "case_number": storable(key.grant.case_number),
        "calls_a_minute": key.grant.calls_a_minute,
        "networks": [str(network) for network in key.grant.networks],
        "trained_until": key.grant.trained_until,
        "last_used_at": key.last_used_at,
        "sealed_secret": sealed_secret,
    }


def _key_of(row: Sequence[Any]) -> ApiKey:
    prefix, name, sha256, created_at, expires_at, revoked_at, scopes, purpose, case_number = row[:9]
    calls_a_minute, networks, trained_until, last_used_at = row[9:13]
    grant = Grant(
        scopes=frozenset(map(Scope, scopes)),
        expires_at=expires_at,
        purpose=purpose and Purpose(purpose),
        case_number=case_number,
        calls_a_minute=calls_a_minute,
        networks=tuple(map(network_of, networks)),
        trained_until=trained_until,
    )
    return ApiKey(prefix, name, sha256, created_at, grant, revoked_at, last_used_at)

"""Kept probes, and whose turn it is to purge."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from typing_extensions import override

from adapters.records.postgres.arrays import text_array
from adapters.records.postgres.transaction import Transaction, storable
from app.domain.kept_probe import DestroyedFor, KeptProbe
from app.ports.probe_records import ProbeRecords, PurgeTurns

_COLUMNS = (
    "search_id, photo_key, kept_at, review_open, review_closed_at, destroyed_at, destroyed_for"
)

_ADD = """
INSERT INTO probes (collection, search_id, photo_key, kept_at, review_open)
VALUES (%(collection)s, %(search_id)s, %(photo_key)s, %(kept_at)s, %(review_open)s)
"""

_OF = f"""
SELECT {_COLUMNS} FROM probes WHERE collection = %(collection)s AND search_id = %(search_id)s
"""  # noqa: S608 - a constant of ours

_CLAIM = f"{_OF} AND destroyed_at IS NULL FOR NO KEY UPDATE SKIP LOCKED"

_KEPT = """
SELECT search_id FROM probes WHERE search_id = ANY(%(search_ids)s) AND destroyed_at IS NULL
"""

_KNOWN = "SELECT search_id FROM probes WHERE search_id = ANY(%(search_ids)s)"

# The key ends with the hash.
_OF_BYTES = f"""
SELECT {_COLUMNS} FROM probes
WHERE collection = %(collection)s AND destroyed_at IS NULL
  AND right(photo_key, 64) = ANY(%(sha256s)s::text[])
ORDER BY search_id
"""  # noqa: S608 - a constant of ours

_COLLECTIONS = "SELECT DISTINCT collection FROM probes WHERE destroyed_at IS NULL ORDER BY 1"

_PAGE = f"""
SELECT {_COLUMNS} FROM probes
WHERE collection = %(collection)s AND destroyed_at IS NULL AND kept_at < %(before)s
  AND (%(after)s::text IS NULL OR (kept_at, search_id) > (
      SELECT kept_at, search_id FROM probes
      WHERE collection = %(collection)s AND search_id = %(after)s))
ORDER BY kept_at, search_id LIMIT %(limit)s
"""  # noqa: S608 - a constant of ours

_DESTROYED = """
UPDATE probes SET destroyed_at = %(at)s, destroyed_for = %(why)s
WHERE collection = %(collection)s AND search_id = %(search_id)s
"""

_OPENED = """
UPDATE probes SET review_open = true, review_closed_at = NULL
WHERE collection = %(collection)s AND search_id = %(search_id)s
"""

_CLOSED = """
UPDATE probes SET review_open = false, review_closed_at = %(at)s
WHERE collection = %(collection)s AND search_id = %(search_id)s
"""

_TAKE = """
INSERT INTO purges AS last (collection, begun_at) VALUES (%(collection)s, %(now)s)
ON CONFLICT (collection) DO UPDATE SET begun_at = EXCLUDED.begun_at, ended_at = NULL
    WHERE last.begun_at <= %(not_since)s
       OR (last.ended_at IS NULL AND last.begun_at <= %(died_before)s)
RETURNING true
"""

_END = "UPDATE purges SET ended_at = %(now)s WHERE collection = %(collection)s"


class PostgresProbes(ProbeRecords):
    """A row a search; it stays when the probe is gone."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    @override
    async def add(self, probe: KeptProbe) -> None:
        parameters = {
            "search_id": probe.search_id,
            "photo_key": probe.photo_key,
            "kept_at": probe.kept_at,
            "review_open": probe.review_open,
        }
        await self._transaction.write(_ADD, parameters)

    @override
    async def of(self, search_id: str) -> KeptProbe | None:
        rows = await self._transaction.fetch(_OF, {"search_id": storable(search_id)})
        return _probe_of(rows[0]) if rows else None

    @override
    async def kept(self, search_ids: Sequence[str]) -> frozenset[str]:
        wanted = {"search_ids": [storable(one) for one in search_ids]}
        return frozenset(row[0] for row in await self._transaction.fetch(_KEPT, wanted))

    @override
    async def known(self, search_ids: Sequence[str]) -> frozenset[str]:
        wanted = {"search_ids": [storable(one) for one in search_ids]}
        return frozenset(row[0] for row in await self._transaction.fetch(_KNOWN, wanted))

    @override
    async def of_bytes(self, sha256s: Sequence[str]) -> Sequence[KeptProbe]:
        wanted = {"sha256s": text_array(sha256s)}
        return [_probe_of(row) for row in await self._transaction.fetch(_OF_BYTES, wanted)]

    @override
    async def collections(self) -> Sequence[str]:
        return [row[0] for row in await self._transaction.fetch(_COLLECTIONS)]

    @override
    async def page(self, before: datetime, after: str | None, limit: int) -> Sequence[KeptProbe]:
        wanted = {"before": before, "after": storable(after), "limit": limit}
        return [_probe_of(row) for row in await self._transaction.fetch(_PAGE, wanted)]

    @override
    async def claim(self, search_id: str) -> KeptProbe | None:
        rows = await self._transaction.fetch(_CLAIM, {"search_id": storable(search_id)})
        return _probe_of(rows[0]) if rows else None

    @override
    async def destroyed(self, search_id: str, at: datetime, why: DestroyedFor) -> None:
        parameters = {"search_id": search_id, "at": at, "why": why.value}
        await self._transaction.write(_DESTROYED, parameters)

    @override
    async def review_opened(self, search_id: str) -> None:
        await self._transaction.write(_OPENED, {"search_id": storable(search_id)})

    @override
    async def review_closed(self, search_id: str, at: datetime) -> None:
        await self._transaction.write(_CLOSED, {"search_id": storable(search_id), "at": at})


class PostgresPurgeTurns(PurgeTurns):
    """One row a collection, written by whoever comes first."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    @override
    async def take(self, now: datetime, *, every: float, patience: float) -> bool:
        parameters = {
            "now": now,
            "not_since": now - timedelta(seconds=every),
            "died_before": now - timedelta(seconds=patience),
        }
        return bool(await self._transaction.fetch(_TAKE, parameters))

    @override
    async def end(self, now: datetime) -> None:
        await self._transaction.write(_END, {"now": now})


def _probe_of(row: Sequence[Any]) -> KeptProbe:
    search_id, photo_key, kept_at, review_open, closed_at, destroyed_at, why = row
    return KeptProbe(
        search_id,
        photo_key,
        kept_at,
        review_open,
        closed_at,
        destroyed_at,
        DestroyedFor(why) if why else None,
    )

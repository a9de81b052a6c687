"""Imports on record."""

from collections.abc import Sequence
from datetime import datetime

from typing_extensions import override

from adapters.records.postgres.import_items import ImportItems
from adapters.records.postgres.import_leases import ImportLeases
from adapters.records.postgres.import_listing import ImportListing
from adapters.records.postgres.import_rows import (
    IMPORT,
    columns_of_import,
    import_of,
    json_of_estimate,
)
from adapters.records.postgres.import_workers import ImportWorkers
from adapters.records.postgres.transaction import Transaction, storable
from app.domain.errors import ImportRunningError
from app.domain.imports import Estimate, Import, ImportState
from app.ports.import_records import ImportRecords

# Which import is open is decided by one unit at a time.
_DECIDE = "SELECT pg_advisory_xact_lock(hashtextextended('imports:' || %(collection)s, 5))"

_ADD = """
INSERT INTO imports (collection, import_id, options, state, started_by, started_at, scheduled)
SELECT %(collection)s, %(import_id)s, %(options)s::jsonb, %(state)s, %(started_by)s,
       %(started_at)s, %(scheduled)s
WHERE NOT EXISTS (SELECT FROM imports WHERE collection = %(collection)s
                                        AND state IN ('running', 'paused'))
RETURNING true
"""

_GET = f"""
SELECT {IMPORT} FROM imports WHERE collection = %(collection)s AND import_id = %(import_id)s
"""  # noqa: S608 - a constant of ours

_GET_LOCKED = f"{_GET} FOR UPDATE"

_OPEN_ONE = f"""
SELECT {IMPORT} FROM imports
WHERE collection = %(collection)s AND state IN ('running', 'paused')
"""  # noqa: S608 - a constant of ours

_PAGE = f"""
SELECT {IMPORT} FROM imports
WHERE collection = %(collection)s
  AND (%(after)s::text IS NULL OR number < (
      SELECT number FROM imports WHERE collection = %(collection)s AND import_id = %(after)s))
ORDER BY number DESC LIMIT %(limit)s
"""  # noqa: S608 - a constant of ours

# Not opened again beside another one.
_SET_STATE = """
UPDATE imports SET state = %(state)s, trouble = %(trouble)s,
    ended_at = CASE WHEN %(ended)s THEN %(at)s::timestamptz END,
    resumed_at = CASE WHEN %(state)s = 'running' THEN now() ELSE resumed_at END
WHERE collection = %(collection)s AND import_id = %(import_id)s
  AND (%(ended)s OR NOT EXISTS (
      SELECT FROM imports AS other WHERE other.collection = %(collection)s
      AND other.import_id <> %(import_id)s AND other.state IN ('running', 'paused')))
RETURNING true
"""

_SET_ESTIMATE = """
UPDATE imports SET estimate = %(estimate)s::jsonb
WHERE collection = %(collection)s AND import_id = %(import_id)s
"""

_LOCK = """
SELECT FROM imports WHERE collection = %(collection)s AND import_id = %(import_id)s FOR UPDATE
"""

_FINISH = """
UPDATE imports SET state = 'finished', ended_at = %(at)s
WHERE collection = %(collection)s AND import_id = %(import_id)s AND state = 'running' AND is_listed
  AND NOT EXISTS (SELECT FROM import_items WHERE collection = %(collection)s
                  AND import_id = %(import_id)s AND status = 'waiting')
RETURNING true
"""

# Items first, in steps; an import whose items are gone follows. One that is being opened again is
# left alone.
_FORGET_ITEMS = """
WITH ended AS (
    SELECT import_id FROM imports
    WHERE collection = %(collection)s AND ended_at < %(at)s FOR UPDATE SKIP LOCKED
), gone AS (
    DELETE FROM import_items WHERE ctid = ANY (ARRAY(
        SELECT import_items.ctid FROM import_items
        WHERE collection = %(collection)s AND import_id = ANY (ARRAY(SELECT import_id FROM ended))
        LIMIT %(limit)s))
    RETURNING true
)
SELECT count(*) FROM gone
"""

_FORGET_IMPORTS = """
DELETE FROM imports WHERE collection = %(collection)s AND ended_at < %(at)s AND NOT EXISTS (
    SELECT FROM import_items WHERE import_items.collection = imports.collection
                               AND import_items.import_id = imports.import_id)
"""


class PostgresImports(ImportListing, ImportLeases, ImportItems, ImportWorkers, ImportRecords):
    """Imports of one collection."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    @override
    async def add(self, new: Import) -> bool:
        await self._transaction.write(_DECIDE)
        return bool(await self._transaction.fetch(_ADD, columns_of_import(new)))

    @override
    async def get(self, import_id: str) -> Import | None:
        rows = await self._transaction.fetch(_GET, {"import_id": storable(import_id)})
        return import_of(rows[0]) if rows else None

    @override
    async def get_locked(self, import_id: str) -> Import | None:
        rows = await self._transaction.fetch(_GET_LOCKED, {"import_id": storable(import_id)})
        return import_of(rows[0]) if rows else None

    @override
    async def page(self, after: str | None, limit: int) -> Sequence[Import]:
        wanted = {"after": storable(after), "limit": limit}
        return [import_of(row) for row in await self._transaction.fetch(_PAGE, wanted)]

    @override
    async def open_one(self) -> Import | None:
        rows = await self._transaction.fetch(_OPEN_ONE)
        return import_of(rows[0]) if rows else None

    @override
    async def set_state(
        self, import_id: str, state: ImportState, trouble: str | None, at: datetime
    ) -> None:
        if state.is_open:
            await self._transaction.write(_DECIDE)
        parameters = {
            "import_id": storable(import_id),
            "state": state.value,
            "trouble": storable(trouble),
            "ended": not state.is_open,
            "at": at,
        }
        changed = await self._transaction.fetch(_SET_STATE, parameters)
        if state.is_open and not changed and (other := await self.open_one()):
            raise ImportRunningError(other.import_id)

    @override
    async def set_estimate(self, import_id: str, estimate: Estimate) -> None:
        told = {"import_id": storable(import_id), "estimate": json_of_estimate(estimate)}
        await self._transaction.write(_SET_ESTIMATE, told)

    @override
    async def finish(self, import_id: str, at: datetime) -> bool:
        # Locked by an earlier statement: what was listed or is to be retried meanwhile is seen.
        which = {"import_id": storable(import_id)}
        await self._transaction.write(_LOCK, which)
        return bool(await self._transaction.fetch(_FINISH, {**which, "at": at}))

    @override
    async def forget_before(self, at: datetime, limit: int) -> int:
        [(gone,)] = await self._transaction.fetch(_FORGET_ITEMS, {"at": at, "limit": limit})
        await self._transaction.write(_FORGET_IMPORTS, {"at": at})
        return int(gone)

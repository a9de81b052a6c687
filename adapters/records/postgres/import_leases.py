"""Items in the hands of workers."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final
from uuid import UUID

from adapters.records.postgres.arrays import plain_array, text_array
from adapters.records.postgres.import_rows import ITEM, item_of
from adapters.records.postgres.transaction import Transaction, storable
from app.domain.imports import ImportItem, ItemOutcome
from app.ports.import_records import LEASE_SECONDS, MOST_DUE

# A lease counts while the heart of its worker beats, on the clock of the database.
_IS_DUE: Final = """
collection = %(collection)s AND import_id = %(import_id)s AND status = 'waiting'
AND due_at <= now() AND (leased_by IS NULL OR leased_by <> ALL (ARRAY(
    SELECT worker_id FROM import_workers
    WHERE import_workers.collection = %(collection)s
      AND beat_at > now() - %(lease)s::interval)))
AND EXISTS (SELECT FROM imports WHERE imports.collection = %(collection)s
                                  AND imports.import_id = %(import_id)s AND state = 'running')
"""

# An array, which is looked up in the primary key: a join would be planned for far more rows.
_LEASE = f"""
WITH mine AS (
    SELECT position FROM import_items
    WHERE {_IS_DUE} AND leased_by IS DISTINCT FROM %(worker)s
    ORDER BY due_at, position LIMIT %(limit)s FOR UPDATE SKIP LOCKED
)
UPDATE import_items SET leased_by = %(worker)s
WHERE collection = %(collection)s AND import_id = %(import_id)s
  AND position = ANY (ARRAY(SELECT position FROM mine))
RETURNING {ITEM}
"""  # noqa: S608 - constants of ours

# As many as say that there is enough to do: there may be hundreds of thousands.
_DUE = f"""
SELECT count(*) FROM (
    SELECT FROM import_items WHERE {_IS_DUE} ORDER BY due_at, position LIMIT {MOST_DUE}
) AS due
"""  # noqa: S608 - constants of ours

# Only the worker that has an item in hand says what came of it.
_SETTLE = """
UPDATE import_items AS item SET
    status = said.status, reason = said.reason, detail = said.detail,
    attempts = attempts + (said.reason IS NOT NULL)::integer, leased_by = NULL,
    due_at = CASE WHEN said.status = 'waiting'
                  THEN now() + said.again_in * interval '1 second' ELSE due_at END,
    settled_at = CASE WHEN said.status <> 'waiting' THEN now() END
FROM unnest(%(positions)s::bigint[], %(statuses)s::text[], %(reasons)s::text[],
            %(details)s::text[], %(again_in)s::float8[])
         AS said (position, status, reason, detail, again_in)
WHERE item.collection = %(collection)s AND item.import_id = %(import_id)s
  AND item.position = said.position AND item.leased_by = %(worker)s
"""

_MANY = 40
"""Outcomes whose details might not fit a socket's buffer."""


class ImportLeases:
    """Leases on the items of one collection."""

    _transaction: Transaction

    async def lease(self, import_id: str, worker_id: str, limit: int) -> Sequence[ImportItem]:
        """Lease the items that have been due for longest; none that this worker has in hand."""
        wanted = {**_due_in(import_id), "worker": UUID(worker_id), "limit": limit}
        items = map(item_of, await self._transaction.fetch(_LEASE, wanted))
        return sorted(items, key=lambda item: item.position)

    async def due(self, import_id: str) -> int:
        """Count the items that could be leased now, up to MOST_DUE."""
        [(count,)] = await self._transaction.fetch(_DUE, _due_in(import_id))
        return int(count)

    async def settle(self, import_id: str, worker_id: str, outcomes: Sequence[ItemOutcome]) -> None:
        """Write outcomes and end the leases of this worker."""
        if not outcomes:
            return
        in_order = sorted(outcomes, key=lambda one: one.position)  # as rows are locked
        parameters = {
            "import_id": storable(import_id),
            "worker": UUID(worker_id),
            "positions": plain_array(one.position for one in in_order),
            "statuses": text_array(one.status for one in in_order),
            "reasons": text_array(one.reason for one in in_order),
            "details": text_array(storable(one.detail) for one in in_order),
            "again_in": plain_array(float(one.again_in) for one in in_order),
        }
        await self._transaction.write(_SETTLE, parameters)
        if len(outcomes) > _MANY:
            await self._transaction.settle()


def _due_in(import_id: str) -> dict[str, object]:
    return {"import_id": storable(import_id), "lease": timedelta(seconds=LEASE_SECONDS)}

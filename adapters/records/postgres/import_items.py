"""The items of imports: counted, looked at and tried again."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from adapters.records.postgres.import_rows import ITEM, item_of
from adapters.records.postgres.transaction import Transaction, storable
from app.domain.imports import ImportCounts, ImportItem, ItemReason, ItemStatus

_COUNTS = """
SELECT status, reason, count(*) FROM import_items
WHERE collection = %(collection)s AND import_id = %(import_id)s GROUP BY status, reason
"""

_OF: Final = f"""
SELECT {ITEM} FROM import_items
WHERE collection = %(collection)s AND import_id = %(import_id)s
"""  # noqa: S608 - a constant of ours

_NEXT: Final = "AND position > %(after)s ORDER BY position LIMIT %(limit)s"

_ITEMS = f"{_OF} {_NEXT}"

# A statement of its own for each filter, with the status in it: one plan for all of them would read
# hundreds of thousands of items in search of the few that failed.
_ITEMS_OF_STATUS = {status: f"{_OF} AND status = '{status.value}' {_NEXT}" for status in ItemStatus}

_ITEMS_OF_STATUS_AND_REASON = {
    status: f"{_OF} AND status = '{status.value}' AND reason = %(reason)s {_NEXT}"
    for status in ItemStatus
}

# As many as `counts` says: what waits to be tried again is not lost for that reason yet.
_ITEMS_OF_REASON = f"{_OF} AND status IN ('skipped', 'failed') AND reason = %(reason)s {_NEXT}"

_ITEM = f"{_OF} AND position = %(position)s"

# In steps, each of which is done within the time of one answer. An entry that has no id could not
# be indexed whatever happens.
_RETRY = """
WITH again AS (
    UPDATE import_items SET status = 'waiting', reason = NULL, detail = NULL, attempts = 0,
        due_at = now(), leased_by = NULL, settled_at = NULL
    WHERE collection = %(collection)s AND import_id = %(import_id)s
      AND position = ANY (ARRAY(
          SELECT position FROM import_items
          WHERE collection = %(collection)s AND import_id = %(import_id)s AND status = 'failed'
            AND position > %(after)s AND external_image_id IS NOT NULL
            AND (cardinality(%(reasons)s::text[]) = 0 OR reason = ANY (%(reasons)s::text[]))
          ORDER BY position LIMIT %(limit)s FOR UPDATE))
    RETURNING position
)
SELECT count(*), coalesce(max(position), 0) FROM again
"""

# Up to now, or to the last item of an import that stands still; a pause is left out.
_SETTLED = """
WITH span AS (
    SELECT coalesce(till, now()) AS till,
           greatest(coalesce(till, now()) - %(window)s::interval, resumed_at) AS since
    FROM (SELECT resumed_at, CASE WHEN state <> 'running' THEN (
              SELECT max(settled_at) FROM import_items
              WHERE collection = %(collection)s AND import_id = %(import_id)s
                AND settled_at IS NOT NULL) END AS till
          FROM imports
          WHERE collection = %(collection)s AND import_id = %(import_id)s) AS stood
)
SELECT count(settled_at), coalesce(extract(epoch FROM max(till) - max(since))::float8, 0)
FROM span LEFT JOIN import_items ON collection = %(collection)s AND import_id = %(import_id)s
                                AND settled_at > since AND settled_at <= till
"""

_BATCH = 5_000
"""Items changed by one statement."""


class ImportItems:
    """Items of the imports of one collection."""

    _transaction: Transaction

    async def counts(self, import_id: str) -> ImportCounts:
        """Count the items by what became of them."""
        rows = await self._transaction.fetch(_COUNTS, {"import_id": storable(import_id)})
        numbers = dict.fromkeys(ItemStatus, 0)
        reasons: dict[ItemReason, int] = {}
        for status, reason, number in rows:
            numbers[ItemStatus(status)] += number
            if reason is not None and status in {ItemStatus.SKIPPED, ItemStatus.FAILED}:
                reasons[ItemReason(reason)] = reasons.get(ItemReason(reason), 0) + number
        return ImportCounts(
            waiting=numbers[ItemStatus.WAITING],
            indexed=numbers[ItemStatus.INDEXED],
            skipped=numbers[ItemStatus.SKIPPED],
            failed=numbers[ItemStatus.FAILED],
            reasons=tuple(sorted(reasons.items(), key=lambda pair: (-pair[1], pair[0]))),
        )

    async def items(
        self,
        import_id: str,
        after: int,
        limit: int,
        status: ItemStatus | None = None,
        reason: ItemReason | None = None,
    ) -> Sequence[ImportItem]:
        """Return a page of items."""
        wanted: dict[str, object] = {
            "import_id": storable(import_id),
            "after": after,
            "limit": limit,
        }
        if reason is None:
            query = _ITEMS if status is None else _ITEMS_OF_STATUS[status]
        else:
            wanted["reason"] = reason.value
            query = _ITEMS_OF_REASON if status is None else _ITEMS_OF_STATUS_AND_REASON[status]
        return [item_of(row) for row in await self._transaction.fetch(query, wanted)]

    async def item(self, import_id: str, position: int) -> ImportItem | None:
        """Return one item."""
        wanted = {"import_id": storable(import_id), "position": position}
        rows = await self._transaction.fetch(_ITEM, wanted)
        return item_of(rows[0]) if rows else None

    async def retry(self, import_id: str, reasons: Sequence[ItemReason]) -> int:
        """Let failed items wait again."""
        wanted = {
            "import_id": storable(import_id),
            "reasons": [reason.value for reason in reasons],
            "limit": _BATCH,
        }
        count, after, changed = 0, 0, _BATCH
        while changed == _BATCH:
            [(changed, after)] = await self._transaction.fetch(_RETRY, {**wanted, "after": after})
            count += changed
        return count

    async def settled_within(self, import_id: str, window: timedelta) -> tuple[int, float]:
        """Return how many items workers settled lately, and in how many seconds."""
        wanted = {"import_id": storable(import_id), "window": window}
        [(count, seconds)] = await self._transaction.fetch(_SETTLED, wanted)
        return int(count), max(0.0, float(seconds))

"""The processes that work on imports."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from adapters.records.postgres.transaction import Transaction, storable
from app.domain.imports import ImportWorker
from app.ports.import_records import LEASE_SECONDS

# On the clock of the database, whatever that of the worker's machine says.
_BEAT = """
INSERT INTO import_workers AS known (collection, worker_id, host, pid, since, beat_at)
VALUES (%(collection)s, %(worker)s, %(host)s, %(pid)s, now(), now())
ON CONFLICT (collection, worker_id) DO UPDATE SET beat_at = now()
"""

# One that was not heard of for long has nothing in hand any more.
_FORGET_DEAD = """
DELETE FROM import_workers
WHERE collection = %(collection)s AND beat_at < now() - 20 * %(lease)s::interval
"""

_LEAVE = """
DELETE FROM import_workers WHERE collection = %(collection)s AND worker_id = %(worker)s
"""

_RETURN_ITEMS = """
UPDATE import_items SET leased_by = NULL
WHERE leased_by = %(worker)s AND collection = %(collection)s
"""

_KEEP_ONLY = """
UPDATE import_items SET leased_by = NULL
WHERE leased_by = %(worker)s AND collection = %(collection)s
  AND NOT EXISTS (
      SELECT FROM unnest(%(import_ids)s::text[], %(positions)s::bigint[])
          AS held (import_id, position)
      WHERE held.import_id = import_items.import_id AND held.position = import_items.position)
"""

_WORKERS = """
SELECT worker_id, host, pid, since, beat_at, (
    SELECT count(*) FROM import_items
    WHERE leased_by = worker_id AND import_items.collection = import_workers.collection)
FROM import_workers
WHERE collection = %(collection)s AND beat_at > now() - %(lease)s::interval
ORDER BY since, worker_id
"""


class ImportWorkers:
    """Workers on one collection."""

    _transaction: Transaction

    async def beat(self, worker: ImportWorker) -> None:
        """Put a worker on record, or say that it lives."""
        await self._transaction.write(_FORGET_DEAD, {"lease": _LEASE})
        parameters = {
            "worker": UUID(worker.worker_id),
            "host": storable(worker.host),
            "pid": worker.pid,
        }
        await self._transaction.write(_BEAT, parameters)

    async def keep_only(self, worker_id: str, in_hand: Sequence[tuple[str, int]]) -> None:
        """Return a worker's items besides these."""
        parameters = {
            "worker": UUID(worker_id),
            "import_ids": [storable(import_id) for import_id, _ in in_hand],
            "positions": [position for _, position in in_hand],
        }
        await self._transaction.write(_KEEP_ONLY, parameters)

    async def leave(self, worker_id: str) -> None:
        """Forget a worker; its items return."""
        await self._transaction.write(_RETURN_ITEMS, {"worker": UUID(worker_id)})
        await self._transaction.write(_LEAVE, {"worker": UUID(worker_id)})

    async def workers(self) -> Sequence[ImportWorker]:
        """Return the workers whose heart beats."""
        rows = await self._transaction.fetch(_WORKERS, {"lease": _LEASE})
        return [ImportWorker(str(row[0]), *row[1:]) for row in rows]


_LEASE = timedelta(seconds=LEASE_SECONDS)

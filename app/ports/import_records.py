"""Imports on record: their items, leased to workers, and the workers themselves."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

from app.domain.imports import (
    Estimate,
    Import,
    ImportCounts,
    ImportItem,
    ImportState,
    ImportWorker,
    ItemOutcome,
    ItemReason,
    ItemStatus,
    NewItem,
)


class ImportRecords(Protocol):
    """Imports into one collection; at most one of them is open (running or paused)."""

    async def add(self, new: Import) -> bool:
        """Put an import on record; False when another one is open."""
        ...

    async def get(self, import_id: str) -> Import | None:
        """Return an import."""
        ...

    async def get_locked(self, import_id: str) -> Import | None:
        """Return an import and keep other units that ask so from it until this one ends."""
        ...

    async def page(self, after: str | None, limit: int) -> Sequence[Import]:
        """Return imports, newest first, after the import with id `after`."""
        ...

    async def open_one(self) -> Import | None:
        """Return the import that is running or paused."""
        ...

    async def set_state(
        self, import_id: str, state: ImportState, trouble: str | None, at: datetime
    ) -> None:
        """Change the state; `at` is when it ended, where the state is an end.

        Raises ImportRunningError where another import is open and this one would be too.
        """
        ...

    async def set_estimate(self, import_id: str, estimate: Estimate) -> None:
        """Keep what a dry run foretells."""
        ...

    async def add_page(
        self, listed: Import, items: Sequence[NewItem], after: str | None, model: str
    ) -> int | None:
        """Put a listed page on record with its cursor; return how many items wait because of it.

        `listed` is the import as it was when the page was asked for: None, and nothing is written,
        when another worker listed meanwhile. `after` None ends the listing. What the records know
        is settled here in one statement: removed ids are `tombstoned`; in the mode MISSING those
        on record as indexed with `model`, whole, are `already_indexed`. An id that the import has
        already is counted as a duplicate.
        """
        ...

    async def counts(self, import_id: str) -> ImportCounts:
        """Count the items."""
        ...

    async def lease(self, import_id: str, worker_id: str, limit: int) -> Sequence[ImportItem]:
        """Give the worker up to so many items that have been due for longest, in their order.

        Others skip them (SKIP LOCKED) while this worker's heart beats (`LEASE_SECONDS`). What it
        has in hand is not given to it again, and nothing of an import that is not running.
        """
        ...

    async def settle(self, import_id: str, worker_id: str, outcomes: Sequence[ItemOutcome]) -> None:
        """Write what came of leased items and end their leases; items leased by others stay."""
        ...

    async def due(self, import_id: str) -> int:
        """Return how many items could be leased now; MOST_DUE where there are more."""
        ...

    async def finish(self, import_id: str, at: datetime) -> bool:
        """End a running import that is listed and has nothing waiting; say whether it did."""
        ...

    async def items(
        self,
        import_id: str,
        after: int,
        limit: int,
        status: ItemStatus | None = None,
        reason: ItemReason | None = None,
    ) -> Sequence[ImportItem]:
        """Return items in their order, after position `after`.

        By `reason` alone only skipped and failed ones, as `counts` has them.
        """
        ...

    async def item(self, import_id: str, position: int) -> ImportItem | None:
        """Return one item."""
        ...

    async def retry(self, import_id: str, reasons: Sequence[ItemReason]) -> int:
        """Let failed items wait again, all or those of these reasons; return how many.

        Entries without a usable id stay failed. The import must be open again afterwards: see
        `set_state`.
        """
        ...

    async def settled_within(self, import_id: str, window: timedelta) -> tuple[int, float]:
        """Return how many items were settled by workers lately, and in how many seconds.

        The seconds are the window, or less when the first of them is younger.
        """
        ...

    async def beat(self, worker: ImportWorker) -> None:
        """Put a worker on record, or say that it lives."""
        ...

    async def keep_only(self, worker_id: str, in_hand: Sequence[tuple[str, int]]) -> None:
        """Return a worker's items besides these, given by import and position.

        An item whose lease or outcome was lost on its way is in nobody's hand, and its worker's
        heart beats.
        """
        ...

    async def leave(self, worker_id: str) -> None:
        """Forget a worker; its items return."""
        ...

    async def workers(self) -> Sequence[ImportWorker]:
        """Return the workers whose heart beats, and how many items each has in hand."""
        ...

    async def forget_before(self, at: datetime, limit: int) -> int:
        """Delete up to so many items, then imports, that ended before a time; return how many."""
        ...


LEASE_SECONDS = 20.0
"""A worker that was not heard of for so long has lost its items."""

BEAT_SECONDS = 4.0
"""How often a worker says that it lives."""

MOST_DUE = 2048
"""Items that are counted of those that could be leased: enough for whoever asks."""

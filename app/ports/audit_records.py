"""The audit, as the records keep it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from app.domain.audit import AuditEntry
from app.domain.audit_record import AuditRecord


class AuditRecords(Protocol):
    """The append-only audit of the whole deployment, each record chained to the one before."""

    async def append(self, entry: AuditEntry) -> None:
        """Write an entry, with the commit: it is read from the next unit on."""
        ...

    async def page(self, after: int, limit: int) -> Sequence[AuditRecord]:
        """Return records of every collection, oldest first, after number `after`."""
        ...

    async def newest(self) -> int:
        """Return the number of the last record; 0 when there is none."""
        ...

    async def of_search(self, search_id: str) -> Sequence[AuditRecord]:
        """Return the records that name a search, lists of searches too, oldest first.

        The queue of reviews, which shows nothing of a search, is no such list.
        """
        ...

    async def askers_of(self, search_id: str) -> Sequence[str]:
        """Return who made a search, and then for whom: people, or the key that named nobody."""
        ...

    async def seen_by(self, search_id: str, photo_sha256: str) -> Sequence[str]:
        """Return who was shown scores and names of a search, or what others made of it.

        Whoever searched the same photo has seen as much. People, or the key that named nobody.
        """
        ...

    async def between(self, since: datetime, until: datetime) -> tuple[int, int] | None:
        """Return the first and the last number of those from `since` to before `until`.

        Between them may be some of other times: records are numbered as they are committed.
        """
        ...

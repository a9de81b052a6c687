"""Blocked people; they belong to the whole service, not to a collection."""

from collections.abc import Sequence

from typing_extensions import override

from adapters.records.postgres.transaction import Transaction, storable
from app.domain.sign_in import BlockedPerson
from app.ports.block_records import BlockRecords

_FIND = """
SELECT issuer, subject, blocked_at, blocked_by FROM blocked_people
WHERE issuer = %(issuer)s AND subject = %(subject)s
"""

_ALL = """
SELECT issuer, subject, blocked_at, blocked_by FROM blocked_people
ORDER BY blocked_at, issuer, subject
"""

_ADD = """
INSERT INTO blocked_people (issuer, subject, blocked_at, blocked_by)
VALUES (%(issuer)s, %(subject)s, %(blocked_at)s, %(blocked_by)s)
ON CONFLICT (issuer, subject) DO UPDATE SET issuer = blocked_people.issuer
RETURNING issuer, subject, blocked_at, blocked_by
"""

_REMOVE = """
DELETE FROM blocked_people WHERE issuer = %(issuer)s AND subject = %(subject)s
RETURNING issuer, subject, blocked_at, blocked_by
"""


class PostgresBlocks(BlockRecords):
    """Keeps who is blocked, one row a person."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    @override
    async def find(self, issuer: str, subject: str) -> BlockedPerson | None:
        rows = await self._transaction.fetch(_FIND, _named(issuer, subject))
        return BlockedPerson(*rows[0]) if rows else None

    @override
    async def all(self) -> Sequence[BlockedPerson]:
        return [BlockedPerson(*row) for row in await self._transaction.fetch(_ALL)]

    @override
    async def add(self, blocked: BlockedPerson) -> BlockedPerson:
        about = {"blocked_at": blocked.blocked_at, "blocked_by": storable(blocked.blocked_by)}
        named = _named(blocked.issuer, blocked.subject)
        [row] = await self._transaction.fetch(_ADD, {**named, **about})
        return BlockedPerson(*row)

    @override
    async def remove(self, issuer: str, subject: str) -> BlockedPerson | None:
        rows = await self._transaction.fetch(_REMOVE, _named(issuer, subject))
        return BlockedPerson(*rows[0]) if rows else None


def _named(issuer: str, subject: str) -> dict[str, object]:
    return {"issuer": storable(issuer), "subject": storable(subject)}

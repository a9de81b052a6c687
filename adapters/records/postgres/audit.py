"""The audit: appended to, never changed, each record chained to the one before (triggers do it)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from typing_extensions import override

from adapters.records.postgres.arrays import text_array
from adapters.records.postgres.transaction import Transaction, storable
from app.domain.audit import AuditEntry
from app.domain.audit_record import AuditRecord, Origin, canonical, moment
from app.ports.audit_records import AuditRecords

# All entries of a unit in one statement: an import commits many photos at once. Number and hash
# are the trigger's, which holds the chain from here to the commit.
_APPEND = """
INSERT INTO audit (record)
SELECT record::json FROM unnest(%(records)s::text[]) WITH ORDINALITY AS given (record, place)
ORDER BY place
"""

_PAGE = """
SELECT number, record::text, encode(hash, 'hex') FROM audit
WHERE number > %(after)s ORDER BY number LIMIT %(limit)s
"""

_ABOUT = """(record ->> 'search_id') COLLATE "C" = %(search_id)s"""
_LISTED = """
(record ->> 'action' = 'view_search' AND record -> 'details' -> 'search_ids' IS NOT NULL
 AND (record -> 'details' -> 'search_ids')::jsonb ? %(search_id)s)
"""

_OF_SEARCH = f"""
SELECT number, record::text, encode(hash, 'hex') FROM audit
WHERE {_ABOUT} OR {_LISTED}
ORDER BY number
"""  # noqa: S608 - only our own words

_ASKERS = f"""
SELECT coalesce(record ->> 'on_behalf_of', record ->> 'actor'), record ->> 'requested_by'
FROM audit WHERE {_ABOUT} AND record ->> 'action' = 'search' ORDER BY number
"""  # noqa: S608 - only our own words

# Each condition has its index; a person is told once, however often they looked.
_SEEN_BY = f"""
SELECT DISTINCT coalesce(record ->> 'on_behalf_of', record ->> 'actor') FROM audit
WHERE record ->> 'outcome' = 'answered' AND (
    ({_ABOUT} AND (record ->> 'action' IN ('search', 'view_search', 'disclose')
                   OR record -> 'details' ->> 'blind' = 'false'))
    OR {_LISTED}
    OR (record ->> 'action' = 'search'
        AND (record ->> 'photo_sha256') COLLATE "C" = %(photo_sha256)s))
"""  # noqa: S608 - only our own words

_NEWEST = "SELECT coalesce(max(number), 0) FROM audit"

# By the index of times: without OFFSET the least number would be sought from the first on.
_BETWEEN = """
SELECT min(number), max(number) FROM (
    SELECT number FROM audit
    WHERE number > 0
      AND (record ->> 'at') COLLATE "C" >= %(since)s AND (record ->> 'at') COLLATE "C" < %(until)s
    OFFSET 0) AS found
"""


class PostgresAudit(AuditRecords):
    """Records are numbered, without gaps, in the order of commit: a reader misses no late one.

    Each says what the agency relied on to use the face engine (`terms_reference`).
    """

    def __init__(
        self, transaction: Transaction, origin: Origin, terms_reference: str | None
    ) -> None:
        self._transaction = transaction
        self._origin = origin
        self._terms_reference = terms_reference
        self._records: list[str] = []

    @override
    async def append(self, entry: AuditEntry) -> None:
        self._transaction.may_write()
        told = replace(entry, terms_reference=self._terms_reference)
        self._records.append(canonical(told, self._origin))

    async def write_records(self) -> None:
        """Write what was appended, as the unit's last statement: it takes the chain's lock."""
        if self._records:
            await self._transaction.write(_APPEND, {"records": text_array(self._records)})
            self._records.clear()

    @override
    async def page(self, after: int, limit: int) -> Sequence[AuditRecord]:
        rows = await self._transaction.fetch(_PAGE, {"after": after, "limit": limit})
        return [AuditRecord(*row) for row in rows]

    @override
    async def newest(self) -> int:
        [(number,)] = await self._transaction.fetch(_NEWEST)
        return int(number)

    @override
    async def of_search(self, search_id: str) -> Sequence[AuditRecord]:
        rows = await self._transaction.fetch(_OF_SEARCH, {"search_id": storable(search_id)})
        return [AuditRecord(*row) for row in rows]

    @override
    async def askers_of(self, search_id: str) -> Sequence[str]:
        rows = await self._transaction.fetch(_ASKERS, {"search_id": storable(search_id)})
        return [str(one) for one in (*(row[0] for row in rows), *(row[1] for row in rows)) if one]

    @override
    async def seen_by(self, search_id: str, photo_sha256: str) -> Sequence[str]:
        wanted = {"search_id": storable(search_id), "photo_sha256": photo_sha256}
        rows = await self._transaction.fetch(_SEEN_BY, wanted)
        return [str(person) for (person,) in rows if person]

    @override
    async def between(self, since: datetime, until: datetime) -> tuple[int, int] | None:
        times = {"since": moment(since), "until": moment(until)}
        [(first, last)] = await self._transaction.fetch(_BETWEEN, times)
        return None if first is None else (first, last)

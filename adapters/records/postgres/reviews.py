"""Reviews of searches, sealed; entries are only ever added, until all go with the search."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from typing_extensions import override

from adapters.records.postgres.documents import adapter_of
from adapters.records.postgres.sealing import Seal
from adapters.records.postgres.transaction import Row, Transaction, storable
from app.domain.review import Review, ReviewEntry, ReviewState
from app.ports.review_records import ReviewPage, ReviewRecords

_REVIEW: Final = adapter_of(Review)
_ENTRY: Final = adapter_of(ReviewEntry)

_LOCK = """
SELECT pg_advisory_xact_lock(
    hashtextextended('review:' || %(collection)s || '/' || %(search_id)s, 0))
"""

_SELECT = """
SELECT search_id, sealed, ARRAY(
    SELECT entry.sealed FROM review_entries AS entry
    WHERE entry.collection = %(collection)s AND entry.search_id = reviews.search_id
    ORDER BY entry.number)
FROM reviews WHERE collection = %(collection)s
"""

_GET = _SELECT + "AND search_id = %(search_id)s"

_OPEN = """
INSERT INTO reviews (collection, search_id, opened_at, case_number, state, closed_at, sealed)
VALUES (%(collection)s, %(search_id)s, %(opened_at)s, %(case_number)s, %(state)s, NULL, %(sealed)b)
ON CONFLICT (collection, search_id) DO NOTHING
"""

_APPEND = """
INSERT INTO review_entries (collection, search_id, number, sealed)
VALUES (%(collection)s, %(search_id)s, %(number)s, %(sealed)b)
"""

_STAND = """
UPDATE reviews SET state = %(state)s, closed_at = %(closed_at)s
WHERE collection = %(collection)s AND search_id = %(search_id)s
"""

_FORGET_ENTRIES = """
DELETE FROM review_entries WHERE collection = %(collection)s AND search_id = %(search_id)s
"""
_FORGET = "DELETE FROM reviews WHERE collection = %(collection)s AND search_id = %(search_id)s"

_AFTER = """
  AND (%(after)s::text IS NULL OR (opened_at, search_id) > (
      SELECT opened_at, search_id FROM reviews
      WHERE collection = %(collection)s AND search_id = %(after)s))
  AND (%(case_number)s::text IS NULL OR case_number = %(case_number)s)
ORDER BY opened_at, search_id LIMIT %(limit)s
"""

_PAGE_OPEN = _SELECT + "AND closed_at IS NULL" + _AFTER
_PAGE_OF_STATE = _SELECT + "AND state = %(state)s" + _AFTER


class PostgresReviews(ReviewRecords):
    """State, times and case number can be asked for; everything else is sealed."""

    def __init__(self, transaction: Transaction, seal: Seal) -> None:
        self._transaction = transaction
        self._seal = seal

    @override
    async def get(self, search_id: str) -> Review | None:
        rows = await self._transaction.fetch(_GET, {"search_id": storable(search_id)})
        return self._opened(*rows[0]) if rows else None

    @override
    async def get_locked(self, search_id: str) -> Review | None:
        # Read by a later statement than the lock's, as with photos.
        await self._transaction.write(_LOCK, {"search_id": storable(search_id)})
        return await self.get(search_id)

    @override
    async def open(self, review: Review, state: ReviewState) -> None:
        content = _REVIEW.dump_json(replace(review, entries=()))
        parameters = {
            "search_id": review.search_id,
            "opened_at": review.opened_at,
            "case_number": storable(review.case_number),
            "state": str(state),
            "sealed": self._seal.sealed(content, _place(review.search_id)),
        }
        await self._transaction.write(_OPEN, parameters)

    @override
    async def append(
        self, search_id: str, entry: ReviewEntry, state: ReviewState, closed_at: datetime | None
    ) -> None:
        content = _ENTRY.dump_json(entry)
        added = {
            "search_id": search_id,
            "number": entry.number,
            "sealed": self._seal.sealed(content, _place(search_id, entry.number)),
        }
        await self._transaction.write(_APPEND, added)
        stands = {"search_id": search_id, "state": str(state), "closed_at": closed_at}
        await self._transaction.write(_STAND, stands)

    @override
    async def forget(self, search_id: str) -> None:
        for statement in (_FORGET_ENTRIES, _FORGET):
            await self._transaction.write(statement, {"search_id": storable(search_id)})

    @override
    async def page(self, wanted: ReviewPage) -> Sequence[Review]:
        parameters: dict[str, object] = {
            "after": storable(wanted.after),
            "case_number": storable(wanted.case_number),
            "limit": wanted.limit,
        }
        query = _PAGE_OPEN
        if wanted.state is not None:
            query, parameters["state"] = _PAGE_OF_STATE, str(wanted.state)
        rows: list[Row] = await self._transaction.fetch(query, parameters)
        return [self._opened(*row) for row in rows]

    def _opened(self, search_id: str, sealed: bytes, entries: Sequence[bytes]) -> Review:
        review = _REVIEW.validate_json(self._seal.opened(sealed, _place(search_id)))
        read = [
            _ENTRY.validate_json(self._seal.opened(one, _place(search_id, number)))
            for number, one in enumerate(entries, 1)
        ]
        return replace(review, entries=tuple(read))


def _place(search_id: str, number: int = 0) -> str:
    return f"review/{search_id}/{number}"

"""Searches as they were answered, sealed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from typing_extensions import override

from adapters.records.postgres.documents import adapter_of
from adapters.records.postgres.sealing import Seal
from adapters.records.postgres.transaction import Transaction, storable
from app.domain.search import SearchAnswer
from app.ports.search_records import PastSearch, SearchRecords

_ANSWER: Final = adapter_of(SearchAnswer)

_ADD = """
INSERT INTO searches (collection, search_id, searched_at, case_number, sealed)
VALUES (%(collection)s, %(search_id)s, %(searched_at)s, %(case_number)s, %(sealed)b)
"""

_GET = """
SELECT search_id, sealed FROM searches
WHERE collection = %(collection)s AND search_id = %(search_id)s
"""

_PAGE = """
SELECT search_id, sealed FROM searches
WHERE collection = %(collection)s
  AND (%(after)s::text IS NULL OR (searched_at, search_id) < (
      SELECT searched_at, search_id FROM searches
      WHERE collection = %(collection)s AND search_id = %(after)s))
ORDER BY searched_at DESC, search_id DESC LIMIT %(limit)s
"""

_COLLECTIONS = "SELECT DISTINCT collection FROM searches ORDER BY 1"

_OLDER = """
SELECT search_id, searched_at FROM searches
WHERE collection = %(collection)s AND searched_at < %(before)s
  AND (%(after)s::text IS NULL OR (searched_at, search_id) > (%(at)s::timestamptz, %(after)s))
ORDER BY searched_at, search_id LIMIT %(limit)s
"""

_COUNT = """
SELECT count(*) FROM searches WHERE collection = %(collection)s AND case_number = %(case_number)s
"""

_FORGET = """
DELETE FROM searches WHERE (collection, search_id) IN (
    SELECT collection, search_id FROM searches
    WHERE collection = %(collection)s AND search_id = %(search_id)s FOR UPDATE SKIP LOCKED)
RETURNING true
"""

_PAGE_OF_CASE = _PAGE.replace("WHERE", "WHERE case_number = %(case_number)s AND", 1)


class PostgresSearches(SearchRecords):
    """Id, time and case number can be asked for; everything else is sealed."""

    def __init__(self, transaction: Transaction, seal: Seal) -> None:
        self._transaction = transaction
        self._seal = seal

    @override
    async def add(self, answer: SearchAnswer) -> None:
        content = _ANSWER.dump_json(answer)
        parameters = {
            "search_id": answer.search_id,
            "searched_at": answer.searched_at,
            "case_number": storable(answer.context.case_number),
            "sealed": self._seal.sealed(content, _place(answer.search_id)),
        }
        await self._transaction.write(_ADD, parameters)

    @override
    async def get(self, search_id: str) -> SearchAnswer | None:
        rows = await self._transaction.fetch(_GET, {"search_id": storable(search_id)})
        return self._opened(*rows[0]) if rows else None

    @override
    async def page(
        self, case_number: str | None, after: str | None, limit: int
    ) -> Sequence[SearchAnswer]:
        wanted: dict[str, object] = {"after": storable(after), "limit": limit}
        if case_number is None:
            rows = await self._transaction.fetch(_PAGE, wanted)
        else:
            wanted["case_number"] = storable(case_number)
            rows = await self._transaction.fetch(_PAGE_OF_CASE, wanted)
        return [self._opened(*row) for row in rows]

    @override
    async def older(
        self, before: datetime, after: tuple[datetime, str] | None, limit: int
    ) -> Sequence[PastSearch]:
        at, last = after or (None, None)
        wanted = {"before": before, "at": at, "after": storable(last), "limit": limit}
        return [PastSearch(*row) for row in await self._transaction.fetch(_OLDER, wanted)]

    @override
    async def collections(self) -> Sequence[str]:
        return [row[0] for row in await self._transaction.fetch(_COLLECTIONS)]

    @override
    async def count(self, case_number: str) -> int:
        wanted = {"case_number": storable(case_number)}
        [(number,)] = await self._transaction.fetch(_COUNT, wanted)
        return int(number)

    @override
    async def forget(self, search_id: str) -> bool:
        return bool(await self._transaction.fetch(_FORGET, {"search_id": storable(search_id)}))

    def _opened(self, search_id: str, sealed: bytes) -> SearchAnswer:
        return _ANSWER.validate_json(self._seal.opened(sealed, _place(search_id)))


def _place(search_id: str) -> str:
    return f"search/{search_id}"

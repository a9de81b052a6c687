"""Preservation holds."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from typing_extensions import override

from adapters.records.postgres.transaction import Transaction, storable
from app.domain.hold import Hold, HoldKind, HoldRelease, HoldRequest
from app.ports.hold_records import HoldRecords

_COLUMNS = (
    "hold_id, kind, value, reason, authority_reference, placed_at, placed_by, on_behalf_of, "
    "released_at, released_by, released_on_behalf_of, release_reason"
)

_KEY = "hashtextextended('holds:' || %(collection)s, 0)"
_KEEP_OUT = f"SELECT pg_advisory_xact_lock_shared({_KEY})"
_WAIT = f"SELECT pg_advisory_xact_lock({_KEY})"

_IN_FORCE = f"""
SELECT {_COLUMNS}, ARRAY(
    SELECT held.external_image_id FROM held_photos AS held
    WHERE held.collection = %(collection)s AND held.hold_id = holds.hold_id), ARRAY(
    SELECT number FROM same_person(%(collection)s, value) AS number
    WHERE kind = 'person' AND number <> value)
FROM holds WHERE collection = %(collection)s AND released_at IS NULL
ORDER BY placed_at, hold_id
"""  # noqa: S608 - a constant of ours

_GET = f"""
SELECT {_COLUMNS} FROM holds WHERE collection = %(collection)s AND hold_id = %(hold_id)s FOR UPDATE
"""  # noqa: S608 - a constant of ours

_ADD = """
INSERT INTO holds (collection, hold_id, kind, value, reason, authority_reference, placed_at,
                   placed_by, on_behalf_of)
VALUES (%(collection)s, %(hold_id)s, %(kind)s, %(value)s, %(reason)s, %(authority_reference)s,
        %(placed_at)s, %(placed_by)s, %(on_behalf_of)s)
"""

_ADD_PHOTOS = """
WITH theirs AS (SELECT ARRAY(SELECT same_person(%(collection)s, %(value)s)) AS numbers)
INSERT INTO held_photos (collection, hold_id, external_image_id)
SELECT collection, %(hold_id)s, external_image_id FROM theirs CROSS JOIN photos
WHERE collection = %(collection)s AND status <> 'removed'
  AND (person_id = ANY(numbers) OR person_id IS NULL AND other_person_ids && numbers)
"""

_RELEASE = """
UPDATE holds SET released_at = %(at)s, released_by = %(by)s,
                 released_on_behalf_of = %(on_behalf_of)s, release_reason = %(reason)s
WHERE collection = %(collection)s AND hold_id = %(hold_id)s AND released_at IS NULL
"""

_PAGE = f"""
SELECT {_COLUMNS} FROM holds
WHERE collection = %(collection)s AND (NOT %(in_force)s OR released_at IS NULL)
  AND (%(after)s::text IS NULL OR (placed_at, hold_id) < (
      SELECT placed_at, hold_id FROM holds
      WHERE collection = %(collection)s AND hold_id = %(after)s))
ORDER BY placed_at DESC, hold_id DESC LIMIT %(limit)s
"""  # noqa: S608 - a constant of ours


class PostgresHolds(HoldRecords):
    """Who destroys shares a lock, which whoever places a hold has alone."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    @override
    async def in_force(self) -> Sequence[Hold]:
        if self._transaction.holds_locks:
            await self._transaction.write(_KEEP_OUT)
        rows = await self._transaction.fetch(_IN_FORCE)
        return [
            replace(_hold_of(row), photos=frozenset(photos), other_person_ids=frozenset(others))
            for *row, photos, others in rows
        ]

    @override
    async def add(self, hold: Hold) -> None:
        await self._transaction.write(_WAIT)
        parameters = {
            "hold_id": hold.hold_id,
            "kind": hold.asked.kind.value,
            "value": storable(hold.asked.value),
            "reason": storable(hold.asked.reason),
            "authority_reference": storable(hold.asked.authority_reference),
            "placed_at": hold.placed_at,
            "placed_by": storable(hold.placed_by),
            "on_behalf_of": storable(hold.on_behalf_of),
        }
        await self._transaction.write(_ADD, parameters)
        if hold.asked.kind is HoldKind.PERSON:
            theirs = {"hold_id": hold.hold_id, "value": parameters["value"]}
            await self._transaction.write(_ADD_PHOTOS, theirs)

    @override
    async def get_locked(self, hold_id: str) -> Hold | None:
        rows = await self._transaction.fetch(_GET, {"hold_id": storable(hold_id)})
        return _hold_of(rows[0]) if rows else None

    @override
    async def release(self, hold_id: str, release: HoldRelease) -> None:
        parameters = {
            "hold_id": storable(hold_id),
            "at": release.at,
            "by": storable(release.by),
            "on_behalf_of": storable(release.on_behalf_of),
            "reason": storable(release.reason),
        }
        await self._transaction.write(_RELEASE, parameters)

    @override
    async def page(self, after: str | None, limit: int, *, in_force: bool) -> Sequence[Hold]:
        wanted = {"after": storable(after), "limit": limit, "in_force": in_force}
        return [_hold_of(row) for row in await self._transaction.fetch(_PAGE, wanted)]


def _hold_of(row: Sequence[Any]) -> Hold:
    hold_id, kind, value, reason, reference, placed_at, placed_by, on_behalf_of, *released = row
    asked = HoldRequest(HoldKind(kind), value, reason, reference)
    release = HoldRelease(*released) if released[0] else None
    return Hold(hold_id, asked, placed_at, placed_by, on_behalf_of, release)

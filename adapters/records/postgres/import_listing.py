"""The pages of a listing, as they become items."""

from collections.abc import Sequence

from adapters.records.postgres.import_rows import columns_of_items
from adapters.records.postgres.rows import FACES, MODEL, STATUS
from adapters.records.postgres.served import COUNTS
from adapters.records.postgres.transaction import Transaction, storable
from app.domain.imports import Import, ImportMode, NewItem

# Whoever listed the page after this one meanwhile has counted one page more.
_LISTING = """
SELECT listed FROM imports
WHERE collection = %(collection)s AND import_id = %(import_id)s AND state = 'running'
  AND NOT is_listed AND pages = %(pages)s
FOR UPDATE
"""

# Each face is asked for by itself: joined to the entries, all faces would be read for each of them
# while there are few and the planner has no measure of them.
_ADD_ITEMS = f"""
WITH page AS (
    SELECT * FROM unnest(%(ids)s::text[], %(locations)s::text[], %(views)s::text[],
                         %(taken_at)s::timestamptz[], %(booking_numbers)s::text[],
                         %(statuses)s::text[], %(reasons)s::text[], %(details)s::text[])
        WITH ORDINALITY AS page (external_image_id, location, view, taken_at, booking_number,
                                 status, reason, detail, n)
), known AS MATERIALIZED (
    SELECT page.*, CASE
        WHEN page.status <> 'waiting' THEN NULL
        WHEN photos.status = 'removed' THEN 'tombstoned'
        WHEN %(only_missing)s AND photos.status = 'indexed' AND photos.model = %(model)s
             AND photos.photo_key IS NOT NULL AND (
                 SELECT coalesce(bool_and(coalesce((
                     SELECT {COUNTS} FROM faces WHERE collection = %(collection)s
                     AND face_id = (told ->> 'face_id')::uuid), false)), true)
                 FROM jsonb_array_elements(photos.faces) AS told)
            THEN 'already_indexed'
        END AS found
    FROM page LEFT JOIN LATERAL (
        SELECT {STATUS} AS status, {MODEL} AS model, {FACES} AS faces, photo_key FROM photos
        WHERE photos.collection = %(collection)s
          AND photos.external_image_id = page.external_image_id
    ) AS photos ON true
), added AS (
    INSERT INTO import_items (collection, import_id, position, external_image_id, location, view,
                              taken_at, booking_number, status, reason, detail)
    SELECT %(collection)s, %(import_id)s, %(listed)s + n, external_image_id, location, view,
           taken_at, booking_number, CASE WHEN found IS NULL THEN status ELSE 'skipped' END,
           coalesce(found, reason), detail
    FROM known ORDER BY n
    ON CONFLICT (collection, import_id, external_image_id) DO NOTHING
    RETURNING status
)
SELECT count(*), count(*) FILTER (WHERE status = 'waiting') FROM added
"""  # noqa: S608 - a constant of ours

# Another file under an id that is taken is not the same entry come again: it is told, by itself.
_ADD_DOUBLES = """
INSERT INTO import_items (collection, import_id, position, location, view, taken_at,
                          booking_number, status, reason, detail)
SELECT %(collection)s, %(import_id)s, %(listed)s + n, page.location, page.view, page.taken_at,
       page.booking_number, 'skipped', 'duplicate_id',
       format('%%s is also the id of %%s.', page.external_image_id, taken.location)
FROM unnest(%(ids)s::text[], %(locations)s::text[], %(views)s::text[], %(taken_at)s::timestamptz[],
            %(booking_numbers)s::text[])
         WITH ORDINALITY AS page (external_image_id, location, view, taken_at, booking_number, n)
CROSS JOIN LATERAL (
    SELECT location, position FROM import_items AS item
    WHERE item.collection = %(collection)s AND item.import_id = %(import_id)s
      AND item.external_image_id = page.external_image_id LIMIT 1
) AS taken
WHERE taken.position <> %(listed)s + n AND taken.location <> page.location
ORDER BY n
"""

_LISTED = """
UPDATE imports SET cursor = %(after)s, pages = pages + 1, listed = listed + %(entries)s,
    duplicates = duplicates + %(entries)s - %(added)s, is_listed = %(after)s::text IS NULL
WHERE collection = %(collection)s AND import_id = %(import_id)s
"""

# Of a table that grows by thousands of rows a second the planner knows nothing for a minute, and
# would read all of them to find the few that a worker has in hand. Some thousand rows are measure
# enough, and are read in time from a slow disk too.
_MEASURE = ("SET LOCAL default_statistics_target = 10", "ANALYZE (SKIP_LOCKED) import_items")

_BATCH = 5_000
"""Items put on record by one statement, which must be done within the time of one answer."""


class ImportListing:
    """Listings of the imports of one collection."""

    _transaction: Transaction

    async def add_page(
        self, listed: Import, items: Sequence[NewItem], after: str | None, model: str
    ) -> int | None:
        """Put a page on record with its cursor; return how many items wait because of it.

        What is settled here has no time at which it was settled: that is told of workers only.
        """
        which: dict[str, object] = {"import_id": storable(listed.import_id)}
        rows = await self._transaction.fetch(_LISTING, {"pages": listed.pages, **which})
        if not rows:
            return None
        added, waiting = 0, 0
        for start in range(0, len(items), _BATCH):
            some = items[start : start + _BATCH]
            parameters = {**which, "model": model, **columns_of_items(some)}
            parameters["listed"] = rows[0][0] + start
            parameters["only_missing"] = listed.options.mode is ImportMode.MISSING
            [counted] = await self._transaction.fetch(_ADD_ITEMS, parameters)
            added, waiting = added + counted[0], waiting + counted[1]
            if counted[0] < len(some):
                await self._transaction.write(_ADD_DOUBLES, parameters)
        page = {"after": storable(after), "entries": len(items), "added": added}
        await self._transaction.write(_LISTED, {**which, **page})
        if added and _is_power_of_two(listed.pages + 1):
            for statement in _MEASURE:
                await self._transaction.write(statement)
        return waiting


def _is_power_of_two(number: int) -> bool:
    return number.bit_count() == 1

"""Booking numbers that must not be told."""

from collections.abc import Sequence

from typing_extensions import override

from adapters.records.postgres.arrays import text_array
from adapters.records.postgres.everywhere import COLLECTIONS
from adapters.records.postgres.transaction import Transaction, storable
from app.ports.booking_number_records import BookingNumberRecords

# By the renumberings that the JMS told or answers, a stay is known by all its numbers; one without
# a number of now has those from before. They are gathered into an array before photos are looked
# for by it, so that these are found by their index.
_HIDDEN = f"""
WITH RECURSIVE known AS {COLLECTIONS},
named (asked, number) AS (
    SELECT asked, asked COLLATE "C" FROM unnest(%(numbers)s::text[]) AS asked
    UNION
    SELECT asked, same.number FROM named CROSS JOIN LATERAL (
        SELECT old FROM former_numbers
        WHERE collection = %(collection)s AND numbered = 'booking_number' AND new = named.number
        UNION ALL
        SELECT new FROM former_numbers
        WHERE collection = %(collection)s AND numbered = 'booking_number' AND old = named.number
        UNION ALL
        SELECT booking_number FROM known JOIN photos USING (collection)
        WHERE previous_booking_numbers @> ARRAY[named.number] AND booking_number IS NOT NULL
    ) AS same (number)
), told AS (
    SELECT booking_number AS number, record_status = 'active' AS is_shown
    FROM known JOIN photos USING (collection)
    WHERE booking_number = ANY(ARRAY(SELECT number FROM named)) AND status <> 'removed'
    UNION ALL
    SELECT number, record_status = 'active'
    FROM known JOIN photos USING (collection) CROSS JOIN unnest(previous_booking_numbers) AS number
    WHERE previous_booking_numbers && ARRAY(SELECT number FROM named)
      AND booking_number IS NULL AND status <> 'removed'
), gone AS MATERIALIZED (
    SELECT collection, booking_number AS number, external_image_id
    FROM known JOIN hidden_bookings USING (collection)
    WHERE booking_number = ANY(ARRAY(SELECT number FROM named))
), hidden (number) AS (
    SELECT number FROM told WHERE NOT is_shown
    UNION ALL
    SELECT number FROM gone WHERE NOT EXISTS (
        SELECT FROM photos WHERE photos.collection = gone.collection
          AND photos.external_image_id = gone.external_image_id
          AND status <> 'removed' AND record_status = 'active')
)
SELECT asked FROM named WHERE number = asked AND EXISTS (
    SELECT FROM told WHERE told.number = asked AND NOT is_shown)
UNION
SELECT asked FROM named JOIN hidden USING (number)
WHERE NOT EXISTS (SELECT FROM told WHERE told.number = asked AND is_shown)
UNION
SELECT asked FROM named JOIN jms_events ON about->'booking_numbers' ? number
WHERE collection = %(collection)s AND about->>'record_status' IS NOT NULL
  AND NOT EXISTS (
    SELECT FROM named AS same JOIN told USING (number) WHERE same.asked = named.asked AND is_shown)
"""  # noqa: S608 - a constant of ours

_HIDE = """
INSERT INTO hidden_bookings (collection, booking_number, external_image_id)
SELECT collection, number, external_image_id
FROM photos CROSS JOIN unnest(previous_booking_numbers || booking_number) AS number
WHERE collection = %(collection)s AND external_image_id = ANY(%(ids)s::text[])
  AND number IS NOT NULL
ON CONFLICT DO NOTHING
"""


class PostgresBookingNumbers(BookingNumberRecords):
    """Photos and events say most of it; a row says what neither says any more."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    @override
    async def hidden(self, numbers: Sequence[str]) -> frozenset[str]:
        if not numbers:
            return frozenset()
        stored = {storable(one): one for one in numbers}
        wanted = {"numbers": text_array(stored)}
        return frozenset(stored[row[0]] for row in await self._transaction.fetch(_HIDDEN, wanted))

    @override
    async def hide(self, external_image_ids: Sequence[str]) -> None:
        await self._transaction.write(_HIDE, {"ids": text_array(external_image_ids)})

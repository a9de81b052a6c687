"""What the JMS last said of each photo."""

from collections.abc import Mapping, Sequence

from typing_extensions import override

from adapters.records.postgres.arrays import text_array
from adapters.records.postgres.rows import STANDING, standing_of
from adapters.records.postgres.transaction import Transaction, storable
from app.domain.record import Standing
from app.ports.photo_records import Standings

_OF = f"""
SELECT external_image_id, {STANDING} FROM photos
WHERE collection = %(collection)s AND external_image_id = ANY(%(ids)s) AND status <> 'removed'
"""  # noqa: S608 - a constant of ours

# Rows are locked in the order of their ids, so that two searches with the same candidates wait
# for one another instead of deadlocking.
_REMEMBER = """
WITH said AS (
    SELECT * FROM unnest(%(ids)s::text[], %(people)s::text[], %(statuses)s::text[],
                         %(as_of)s::timestamptz[], %(taken_at)s::timestamptz[],
                         %(booking_numbers)s::text[], %(other_people)s::text[],
                         %(previous_bookings)s::text[])
             AS said (external_image_id, person_id, record_status, as_of, taken_at, booking_number,
                      other_people, previous_bookings)
), locked AS (
    SELECT photos.external_image_id FROM photos JOIN said USING (external_image_id)
    WHERE collection = %(collection)s
    ORDER BY photos.external_image_id FOR NO KEY UPDATE OF photos
)
UPDATE photos SET person_id = said.person_id, record_status = said.record_status,
                  standing_as_of = said.as_of, taken_at = said.taken_at,
                  booking_number = said.booking_number,
                  other_person_ids = said.other_people::text[],
                  previous_booking_numbers = said.previous_bookings::text[]
FROM said JOIN locked USING (external_image_id)
WHERE photos.collection = %(collection)s
  AND photos.external_image_id = said.external_image_id AND photos.status <> 'removed'
  AND (photos.standing_as_of IS NULL OR photos.standing_as_of <= said.as_of)
"""


class PostgresStandings(Standings):
    """Standings are columns of their photos."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    @override
    async def of(self, external_image_ids: Sequence[str]) -> Mapping[str, Standing]:
        rows = await self._transaction.fetch(_OF, {"ids": list(external_image_ids)})
        return {row[0]: standing_of(row[1:]) for row in rows}

    @override
    async def remember(self, standings: Mapping[str, Standing]) -> None:
        said = {photo: told for photo, told in standings.items() if told.as_of is not None}
        if not said:
            return
        parameters = {
            "ids": list(said),
            "people": [storable(told.person_id) for told in said.values()],
            "statuses": [told.status.value for told in said.values()],
            "as_of": [told.as_of for told in said.values()],
            "taken_at": [told.taken_at for told in said.values()],
            "booking_numbers": [storable(told.booking_number) for told in said.values()],
            "other_people": [_array(told.other_person_ids) for told in said.values()],
            "previous_bookings": [_array(told.previous_booking_numbers) for told in said.values()],
        }
        await self._transaction.write(_REMEMBER, parameters)


def _array(numbers: Sequence[str]) -> str | None:
    """Return the literal of an array, which is none where nothing is in it."""
    return text_array(storable(one) for one in numbers) if numbers else None

"""Photos put on record, several with one statement."""

import json

from typing_extensions import override

from adapters.records.postgres.rows import columns_of
from adapters.records.postgres.transaction import KeptBack, Transaction
from app.domain.record import PhotoRecord

# What the JMS said later, or at all, outlives a record written without asking it: a photo known
# to be sealed stays sealed. Only a tombstone forgets. Rows are locked in the order of their ids, as
# by `Standings.remember`.
_PUT = """
INSERT INTO photos AS known (collection, external_image_id, status, view, sha256, photo_key,
    width, height, faces, engine, model, changed_at, reason,
    person_id, record_status, standing_as_of, taken_at, booking_number, other_person_ids,
    previous_booking_numbers)
SELECT %(collection)s, external_image_id, status, view, sha256, photo_key,
    width, height, faces::jsonb, engine, model, changed_at, reason,
    person_id, record_status, standing_as_of, taken_at, booking_number, other_person_ids,
    previous_booking_numbers
FROM jsonb_to_recordset(%(photos)s::jsonb) AS (
    external_image_id text, status text, view text, sha256 text, photo_key text,
    width integer, height integer, faces text, engine text, model text, changed_at timestamptz,
    reason text, person_id text, record_status text, standing_as_of timestamptz,
    taken_at timestamptz, booking_number text, other_person_ids text[],
    previous_booking_numbers text[])
ORDER BY external_image_id COLLATE "C"
ON CONFLICT (collection, external_image_id) DO UPDATE SET
    (status, view, sha256, photo_key, width, height, faces, engine, model, changed_at, reason) =
    (EXCLUDED.status, EXCLUDED.view, EXCLUDED.sha256, EXCLUDED.photo_key, EXCLUDED.width,
     EXCLUDED.height, EXCLUDED.faces, EXCLUDED.engine, EXCLUDED.model, EXCLUDED.changed_at,
     EXCLUDED.reason),
    next_model = NULL, next_faces = NULL,
    (person_id, record_status, standing_as_of, taken_at, booking_number, other_person_ids,
     previous_booking_numbers) = (
        SELECT told.person_id, told.record_status, told.as_of, told.taken_at, told.booking_number,
               told.other_person_ids, told.previous_booking_numbers
        FROM (VALUES
            (known.person_id, known.record_status, known.standing_as_of, known.taken_at,
             known.booking_number, known.other_person_ids, known.previous_booking_numbers, true),
            (EXCLUDED.person_id, EXCLUDED.record_status, EXCLUDED.standing_as_of,
             EXCLUDED.taken_at, EXCLUDED.booking_number, EXCLUDED.other_person_ids,
             EXCLUDED.previous_booking_numbers, false)
        ) AS told (person_id, record_status, as_of, taken_at, booking_number, other_person_ids,
                   previous_booking_numbers, earlier)
        WHERE earlier = (known.status <> 'removed' AND EXCLUDED.status <> 'removed'
                         AND known.standing_as_of IS NOT NULL
                         AND (EXCLUDED.standing_as_of < known.standing_as_of) IS NOT FALSE))
"""

_FEW = 8
"""Photos that surely fit a socket's buffer."""


class PhotoPuts(KeptBack):
    """Photos that are kept back until the unit's next statement: an import puts many at once."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._photos: dict[str, PhotoRecord] = {}

    async def put(self, record: PhotoRecord) -> None:
        """Put a photo on record; one that is put again is written twice, in this order."""
        if record.external_image_id in self._photos:
            await self.write()
        self._photos[record.external_image_id] = record

    @override
    async def write(self) -> None:
        if not self._photos:
            return
        photos, self._photos = list(self._photos.values()), {}
        told = json.dumps([columns_of(record) for record in photos])
        await self._transaction.write(_PUT, {"photos": told})
        if len(photos) > _FEW:
            await self._transaction.settle()

"""The statements about which photos a number stands for."""

from typing import Final

from adapters.records.postgres.everywhere import COLLECTIONS

# What is named leads from each number to those that it became, and a photo's own id back to those
# that it was: such a photo may wait for it, or a client of Rekognition has it by that one still.
# A photo may have no number of now, where the JMS answered none that may be kept: then those from
# before are all that it has.
_NAMED: Final = f"""
WITH RECURSIVE known AS {COLLECTIONS},
named (numbered, told, number) AS (
    SELECT numbered, number COLLATE "C", number COLLATE "C"
    FROM unnest(%(kinds)s::text[], %(numbers)s::text[]) AS told (numbered, number)
    UNION
    SELECT named.numbered, told, other.number FROM named CROSS JOIN LATERAL (
        SELECT new FROM former_numbers AS former
        WHERE collection = %(collection)s AND former.numbered = named.numbered
          AND old = named.number
        UNION ALL
        SELECT old FROM former_numbers AS former
        WHERE collection = %(collection)s AND former.numbered = named.numbered
          AND new = named.number AND named.numbered = 'external_image_id'
        UNION ALL
        SELECT person_id FROM known JOIN photos USING (collection)
        WHERE other_person_ids @> ARRAY[named.number] AND named.numbered = 'person_id'
          AND status <> 'removed' AND person_id IS NOT NULL
        UNION ALL
        SELECT booking_number FROM known JOIN photos USING (collection)
        WHERE previous_booking_numbers @> ARRAY[named.number]
          AND named.numbered = 'booking_number'
          AND status <> 'removed' AND booking_number IS NOT NULL
    ) AS other (number)
),
found AS (
    SELECT numbered, told, photo.* FROM named CROSS JOIN known CROSS JOIN LATERAL (
        SELECT external_image_id, standing_as_of FROM photos
        WHERE photos.collection = known.collection AND external_image_id = named.number
          AND named.numbered = 'external_image_id' AND status <> 'removed'
        UNION ALL
        SELECT external_image_id, standing_as_of FROM photos
        WHERE photos.collection = known.collection AND person_id = named.number
          AND named.numbered = 'person_id' AND status <> 'removed'
        UNION ALL
        SELECT external_image_id, standing_as_of FROM photos
        WHERE photos.collection = known.collection AND booking_number = named.number
          AND named.numbered = 'booking_number' AND status <> 'removed'
    ) AS photo
    UNION ALL
    SELECT numbered, told, photo.* FROM named CROSS JOIN LATERAL (
        SELECT external_image_id, standing_as_of FROM known JOIN photos USING (collection)
        WHERE other_person_ids @> ARRAY[named.number] AND named.numbered = 'person_id'
          AND status <> 'removed' AND person_id IS NULL
        UNION ALL
        SELECT external_image_id, standing_as_of FROM known JOIN photos USING (collection)
        WHERE previous_booking_numbers @> ARRAY[named.number]
          AND named.numbered = 'booking_number'
          AND status <> 'removed' AND booking_number IS NULL
    ) AS photo
)
"""  # noqa: S608 - a constant of ours

MEANT: Final = f"""{_NAMED}
SELECT ARRAY(SELECT DISTINCT external_image_id FROM found ORDER BY 1),
       ARRAY(SELECT DISTINCT number FROM named WHERE numbered = 'external_image_id' ORDER BY 1),
       (SELECT count(*) FROM (
           SELECT numbered, told FROM named EXCEPT SELECT numbered, told FROM found) AS unknown)
"""  # noqa: S608 - a constant of ours

# The last time that each was hidden, one by one: joined at once, all that ever was would be read.
NEWCOMERS: Final = f"""{_NAMED}
SELECT DISTINCT external_image_id FROM found
WHERE numbered <> 'external_image_id'
  AND (standing_as_of IS NULL OR standing_as_of < %(believed_at)s)
  AND coalesce(%(received_at)s::timestamptz > (
    SELECT max(coalesce(ended_at, 'infinity')) FROM withheld
    WHERE withheld.collection = %(collection)s
      AND withheld.external_image_id = found.external_image_id), true)
ORDER BY 1
"""  # noqa: S608 - a constant of ours

# The newest word counts: these are no other number any more, and no circle is believed.
DISBELIEVE: Final = """
WITH RECURSIVE later (number) AS (
    SELECT %(new)s::text COLLATE "C"
    UNION
    SELECT following.new FROM later CROSS JOIN LATERAL (
        SELECT new FROM former_numbers
        WHERE collection = %(collection)s AND numbered = %(numbered)s AND old = later.number
          AND believed_at IS NOT NULL
        ORDER BY believed_at DESC LIMIT 1) AS following
)
UPDATE former_numbers SET believed_at = NULL
WHERE collection = %(collection)s AND numbered = %(numbered)s AND believed_at IS NOT NULL
  AND old = ANY(%(old)s::text[] || (
    SELECT %(new)s::text FROM later WHERE number = ANY(%(old)s::text[]) LIMIT 1))
"""
REMEMBER: Final = """
INSERT INTO former_numbers (collection, numbered, old, new, believed_at)
SELECT DISTINCT %(collection)s, %(numbered)s, old, %(new)s, %(believed_at)s::timestamptz
FROM unnest(%(old)s::text[]) AS old
ORDER BY old
ON CONFLICT (collection, numbered, old, new) DO UPDATE SET believed_at = EXCLUDED.believed_at
"""

_RENUMBER: Final = f"""
WITH meant AS (
    SELECT photos.collection, photos.external_image_id
    FROM {COLLECTIONS} AS known JOIN photos USING (collection)
    WHERE ({{column}} = ANY(%(old)s::text[])
           OR {{column}} IS NULL AND {{former}} && %(old)s::text[])
      AND status <> 'removed'
    ORDER BY photos.collection, photos.external_image_id FOR NO KEY UPDATE OF photos
)
UPDATE photos SET {{column}} = %(new)s FROM meant
WHERE photos.collection = meant.collection
  AND photos.external_image_id = meant.external_image_id
"""  # noqa: S608 - a constant of ours
RENUMBER_PEOPLE: Final = _RENUMBER.format(column="person_id", former="other_person_ids")
RENUMBER_BOOKINGS: Final = _RENUMBER.format(
    column="booking_number", former="previous_booking_numbers"
)

"""Holds on people are on every number that means them, whichever they were placed by."""

from alembic import op

revision = "0018"
down_revision = "0017"

# Events lead both ways: who was merged is one person by either number.
_BY_EVENTS = """
CREATE FUNCTION called_by_events(held_in text, asked text[]) RETURNS SETOF text
LANGUAGE sql STABLE AS $$
WITH RECURSIVE named (number) AS (
    SELECT unnest(asked) COLLATE "C"
    UNION
    SELECT other.number FROM named CROSS JOIN LATERAL (
        SELECT new FROM former_numbers
        WHERE collection = held_in AND numbered = 'person_id' AND old = named.number
        UNION ALL
        SELECT old FROM former_numbers
        WHERE collection = held_in AND numbered = 'person_id' AND new = named.number
    ) AS other (number)
)
SELECT number FROM named
$$;
"""

# What the JMS answers of a photo leads on alone, from a number to those that replaced it, as a seal
# does: a filler such as 0 among the other ids of everybody would make all of them one person.
_SAME_PERSON = """
CREATE FUNCTION same_person(held_in text, asked text) RETURNS SETOF text LANGUAGE sql STABLE AS $$
WITH RECURSIVE known AS (SELECT collection FROM collections UNION SELECT held_in),
named (number) AS (
    SELECT asked COLLATE "C"
    UNION
    SELECT other.number FROM named CROSS JOIN LATERAL (
        SELECT called_by_events(held_in, ARRAY[named.number])
        UNION ALL
        SELECT person_id FROM known JOIN photos USING (collection)
        WHERE other_person_ids @> ARRAY[named.number]
          AND status <> 'removed' AND person_id IS NOT NULL
    ) AS other (number)
)
SELECT number FROM named
$$;
"""

# A photo that changes says itself whose it was: one look at the events, whatever else is on record.
_HELD = """
DROP TRIGGER photos_stay_held ON photos;
CREATE OR REPLACE FUNCTION keep_held_photo() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM holds WHERE kind = 'person' AND released_at IS NULL) THEN
        INSERT INTO held_photos (collection, hold_id, external_image_id)
        SELECT OLD.collection, hold_id, OLD.external_image_id FROM holds
        WHERE collection = OLD.collection AND kind = 'person' AND released_at IS NULL
          AND value = ANY(ARRAY(SELECT called_by_events(
              OLD.collection, array_append(OLD.other_person_ids, OLD.person_id))))
        ON CONFLICT DO NOTHING;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER photos_stay_held AFTER UPDATE ON photos FOR EACH ROW
    WHEN (OLD.person_id IS DISTINCT FROM NEW.person_id
          OR OLD.other_person_ids IS DISTINCT FROM NEW.other_person_ids)
    EXECUTE FUNCTION keep_held_photo();
"""

# Holds that were placed before are on these too.
_HELD_BEFORE = """
INSERT INTO held_photos (collection, hold_id, external_image_id)
SELECT photos.collection, hold_id, external_image_id
FROM holds CROSS JOIN LATERAL (
    SELECT ARRAY(SELECT same_person(holds.collection, value)) AS numbers) AS theirs
JOIN photos ON photos.collection = holds.collection AND (person_id = ANY(numbers)
    OR person_id IS NULL AND other_person_ids && numbers)
WHERE kind = 'person' AND released_at IS NULL AND status <> 'removed'
ON CONFLICT DO NOTHING;
"""


def upgrade() -> None:
    """Say who is one person, and keep by it what is held."""
    for part in (_BY_EVENTS, _SAME_PERSON, _HELD, _HELD_BEFORE):
        op.execute(part)

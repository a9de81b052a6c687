"""Holds on people are on every number that means them, whichever they were placed by."""

from alembic import op

revision = "0018"
down_revision = "0017"

# Events lead both ways: who was merged is one person by either number. What the JMS answers of a
# photo leads from a number to those that replaced it, and back by one step only: a filler such as
# 0 among the other ids of everybody would make all of them one person.
_SAME_PERSON = """
CREATE FUNCTION same_person(held_in text, asked text) RETURNS SETOF text LANGUAGE sql STABLE AS $$
WITH RECURSIVE known AS (SELECT collection FROM collections UNION SELECT held_in),
named (number, is_back) AS (
    SELECT asked COLLATE "C", false
    UNION
    SELECT other.number, other.is_back FROM named CROSS JOIN LATERAL (
        SELECT new, is_back FROM known JOIN former_numbers USING (collection)
        WHERE numbered = 'person_id' AND old = named.number
        UNION ALL
        SELECT old, is_back FROM known JOIN former_numbers USING (collection)
        WHERE numbered = 'person_id' AND new = named.number
        UNION ALL
        SELECT person_id, false FROM known JOIN photos USING (collection)
        WHERE other_person_ids @> ARRAY[named.number] AND NOT is_back
          AND status <> 'removed' AND person_id IS NOT NULL
        UNION ALL
        SELECT unnest(other_person_ids), true FROM known JOIN photos USING (collection)
        WHERE person_id = named.number AND NOT is_back AND status <> 'removed'
    ) AS other (number, is_back)
)
SELECT DISTINCT number FROM named
$$;
"""

# The same read backwards, by which numbers a hold would be on this one: one look a photo that
# changes, however many holds there are. The step back, which is the last there, is the first here.
_MEANING = """
CREATE FUNCTION people_meaning(held_in text, asked text) RETURNS SETOF text
LANGUAGE sql STABLE AS $$
WITH RECURSIVE known AS (SELECT collection FROM collections UNION SELECT held_in),
named (number, is_back) AS (
    SELECT asked COLLATE "C", is_back FROM (VALUES (false), (true)) AS either (is_back)
    UNION
    SELECT other.number, other.is_back FROM named CROSS JOIN LATERAL (
        SELECT new, is_back FROM known JOIN former_numbers USING (collection)
        WHERE numbered = 'person_id' AND old = named.number
        UNION ALL
        SELECT old, is_back FROM known JOIN former_numbers USING (collection)
        WHERE numbered = 'person_id' AND new = named.number
        UNION ALL
        SELECT unnest(other_person_ids), false FROM known JOIN photos USING (collection)
        WHERE person_id = named.number AND NOT is_back AND status <> 'removed'
        UNION ALL
        SELECT person_id, false FROM known JOIN photos USING (collection)
        WHERE other_person_ids @> ARRAY[named.number] AND is_back
          AND status <> 'removed' AND person_id IS NOT NULL
    ) AS other (number, is_back)
)
SELECT number FROM named WHERE NOT is_back
$$;
"""

# Before the photo changes or goes, while it still says whose it is. Others of that person may be
# known to be theirs by this photo alone, so all of them stay.
_HELD = """
DROP TRIGGER photos_stay_held ON photos;
CREATE OR REPLACE FUNCTION keep_held_photo() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM holds WHERE kind = 'person' AND released_at IS NULL) THEN
        INSERT INTO held_photos (collection, hold_id, external_image_id)
        SELECT collection, hold_id, external_image_id FROM holds JOIN photos USING (collection)
        WHERE kind = 'person' AND released_at IS NULL
          AND value = ANY(ARRAY(SELECT people_meaning(OLD.collection, OLD.person_id)))
          AND person_id = OLD.person_id AND status <> 'removed'
        ON CONFLICT DO NOTHING;
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;
CREATE TRIGGER photos_stay_held BEFORE UPDATE OF person_id, other_person_ids ON photos FOR EACH ROW
    WHEN (OLD.person_id IS NOT NULL
          AND (OLD.person_id IS DISTINCT FROM NEW.person_id
               OR NOT coalesce(OLD.other_person_ids <@ NEW.other_person_ids,
                               OLD.other_person_ids IS NULL)))
    EXECUTE FUNCTION keep_held_photo();
CREATE TRIGGER photos_go_held BEFORE DELETE ON photos FOR EACH ROW
    WHEN (OLD.person_id IS NOT NULL AND OLD.other_person_ids IS NOT NULL)
    EXECUTE FUNCTION keep_held_photo();
"""

# Holds that were placed before are on these too.
_HELD_BEFORE = """
INSERT INTO held_photos (collection, hold_id, external_image_id)
SELECT DISTINCT photos.collection, hold_id, external_image_id
FROM holds CROSS JOIN LATERAL same_person(holds.collection, value) AS number
JOIN photos ON photos.collection = holds.collection AND person_id = number
WHERE kind = 'person' AND released_at IS NULL AND status <> 'removed'
ON CONFLICT DO NOTHING;
"""


def upgrade() -> None:
    """Say who is one person, and keep by it what is held."""
    for part in (_SAME_PERSON, _MEANING, _HELD, _HELD_BEFORE):
        op.execute(part)

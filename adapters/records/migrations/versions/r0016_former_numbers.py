"""Numbers from before a merge or renumbering, so that whoever is sealed by one is hidden.

`former_numbers` has what events told, for good; what the JMS answers of a photo's person and
booking is beside their numbers of now. And who said that a photo is sealed, which is not always
the event that hides it.
"""

from alembic import op

revision = "0016"
down_revision = "0015"

_FORMER_NUMBERS = """
CREATE TABLE former_numbers (
    collection text COLLATE "C" NOT NULL,
    numbered   text NOT NULL,
    old        text COLLATE "C" NOT NULL,
    new        text COLLATE "C" NOT NULL,
    PRIMARY KEY (collection, numbered, old, new)
);
CREATE INDEX former_numbers_by_new ON former_numbers (collection, numbered, new);
"""

# Without the list of what is to come into the index: each look reads all of it.
_OF_PHOTOS = """
ALTER TABLE photos ADD COLUMN other_person_ids text[] COLLATE "C",
                   ADD COLUMN previous_booking_numbers text[] COLLATE "C";
CREATE INDEX photos_by_other_person ON photos USING gin (other_person_ids)
    WITH (fastupdate = off) WHERE other_person_ids IS NOT NULL;
CREATE INDEX photos_by_previous_booking ON photos USING gin (previous_booking_numbers)
    WITH (fastupdate = off) WHERE previous_booking_numbers IS NOT NULL;
"""

_WITHHELD_BEFORE = """
CREATE INDEX withheld_of_photo ON withheld (collection, external_image_id);
"""

# An event names what changed in one of three lists, and nothing in the others.
_TOLD_BEFORE = """
INSERT INTO former_numbers (collection, numbered, old, new)
SELECT DISTINCT collection, about->>'numbered', old, about->>'to'
FROM jms_events CROSS JOIN LATERAL jsonb_array_elements_text(
    about->'external_image_ids' || (about->'person_ids') || (about->'booking_numbers')) AS old
WHERE about->>'numbered' IS NOT NULL AND about->>'to' IS NOT NULL AND old <> about->>'to';
"""


# As in 0014, and what was read is no event's word.
_SAID_BY = """
ALTER TABLE withheld ADD COLUMN said_by text COLLATE "C";
UPDATE withheld SET said_by = event_id WHERE event_id IS NOT NULL;
CREATE OR REPLACE FUNCTION note_withheld() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE said timestamptz := coalesce(NEW.standing_as_of, now());
BEGIN
    IF NEW.status = 'removed' THEN
        UPDATE withheld SET state = 'removed', ended_at = NEW.changed_at
        WHERE collection = NEW.collection AND external_image_id = NEW.external_image_id
          AND ended_at IS NULL;
    ELSIF NEW.record_status = 'active' THEN
        UPDATE withheld SET state = 'shown', ended_at = said
        WHERE collection = NEW.collection AND external_image_id = NEW.external_image_id
          AND ended_at IS NULL;
    ELSE
        INSERT INTO withheld
            (collection, external_image_id, record_status, hidden_at, believed_at, read_at)
        VALUES (NEW.collection, NEW.external_image_id, NEW.record_status, said, said, said)
        ON CONFLICT (collection, external_image_id) WHERE ended_at IS NULL
        DO UPDATE SET
            record_status = EXCLUDED.record_status, said_by = NULL,
            hidden_at = greatest(withheld.hidden_at, said),
            believed_at = greatest(withheld.believed_at, said), read_at = said
        WHERE withheld.record_status <> EXCLUDED.record_status;
    END IF;
    RETURN NULL;
END $$;
"""


def upgrade() -> None:
    """Make the table, the columns and what finds them, and take in what events told before."""
    for part in (_FORMER_NUMBERS, _OF_PHOTOS, _WITHHELD_BEFORE, _TOLD_BEFORE, _SAID_BY):
        op.execute(part)

"""Numbers from before a merge or renumbering, so that whoever is sealed by one is hidden.

`former_numbers` has what events told, for good; what the JMS answers of a photo's person and
booking is beside their numbers of now.
"""

from alembic import op

revision = "0017"
down_revision = "0016"

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


def upgrade() -> None:
    """Make the table, the column and what finds them, and take in what events told before."""
    for part in (_FORMER_NUMBERS, _OF_PHOTOS, _WITHHELD_BEFORE, _TOLD_BEFORE):
        op.execute(part)

"""What an event told of a number is believed over answers of a JMS that may be behind.

A trigger, so that no way of writing a photo forgets it: the person and the booking that the JMS
said are those that they became, while the event is believed.
"""

from alembic import op

revision = "0019"
down_revision = "0018"

# `believed_at`: as in `withheld`; null where it is not believed over any answer.
_BELIEVED = """
ALTER TABLE former_numbers ADD COLUMN believed_at timestamptz;
CREATE INDEX former_numbers_believed ON former_numbers (numbered, old, believed_at)
    WHERE believed_at IS NOT NULL;
"""

# One look at the index a step, whatever the planner knows of the table. What leads in a circle, as
# two calls may tell at once, has no last one: then the number stays as it is.
_LAST = """
CREATE FUNCTION last_number(kind text, number text, as_of timestamptz) RETURNS text
LANGUAGE plpgsql STABLE AS $$
DECLARE
    last text := number;
    following text;
    seen text[] := ARRAY[number];
BEGIN
    LOOP
        SELECT new INTO following FROM former_numbers
        WHERE numbered = kind AND old = last AND believed_at > as_of
        ORDER BY believed_at DESC LIMIT 1;
        IF NOT FOUND THEN
            RETURN last;
        ELSIF following = ANY(seen) THEN
            RETURN number;
        END IF;
        last := following;
        seen := seen || following;
    END LOOP;
END $$;
"""

_KEPT = """
CREATE FUNCTION keep_numbers() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE said timestamptz := NEW.standing_as_of;
BEGIN
    NEW.person_id := last_number('person_id', NEW.person_id, said);
    IF NEW.person_id IS NULL AND NEW.other_person_ids IS NOT NULL THEN
        NEW.person_id := (
            SELECT max(nullif(last_number('person_id', other, said), other))
            FROM unnest(NEW.other_person_ids) AS other);
    END IF;
    NEW.booking_number := last_number('booking_number', NEW.booking_number, said);
    IF NEW.booking_number IS NULL AND NEW.previous_booking_numbers IS NOT NULL THEN
        NEW.booking_number := (
            SELECT max(nullif(last_number('booking_number', previous, said), previous))
            FROM unnest(NEW.previous_booking_numbers) AS previous);
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER photos_keep_their_numbers
    BEFORE INSERT OR UPDATE OF person_id, booking_number ON photos FOR EACH ROW
    WHEN (NEW.status <> 'removed' AND NEW.standing_as_of IS NOT NULL)
    EXECUTE FUNCTION keep_numbers();
"""


def upgrade() -> None:
    """Make the column, its index and the trigger; what was told before is not believed anew."""
    for part in (_BELIEVED, _LAST, _KEPT):
        op.execute(part)

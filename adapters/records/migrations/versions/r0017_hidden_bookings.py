"""Booking numbers that must not be told though no photo on record says so any more.

A trigger, so that no way of removing or renumbering a hidden photo forgets its number.
"""

from alembic import op

revision = "0017"
down_revision = "0016"

_HIDDEN = """
CREATE TABLE hidden_bookings (
    collection        text COLLATE "C" NOT NULL,
    booking_number    text COLLATE "C" NOT NULL,
    external_image_id text COLLATE "C" NOT NULL,
    PRIMARY KEY (collection, booking_number, external_image_id)
);
"""

_KEPT = """
CREATE FUNCTION keep_hidden_booking() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO hidden_bookings
    SELECT OLD.collection, number, OLD.external_image_id
    FROM unnest(OLD.previous_booking_numbers || OLD.booking_number) AS number
    WHERE number IS NOT NULL
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
CREATE TRIGGER hidden_photos_leave_their_number AFTER UPDATE ON photos FOR EACH ROW
    WHEN (OLD.status <> 'removed'
          AND (OLD.booking_number, OLD.previous_booking_numbers)
              IS DISTINCT FROM (NEW.booking_number, NEW.previous_booking_numbers)
          AND (OLD.record_status <> 'active' OR NEW.record_status <> 'active'))
    EXECUTE FUNCTION keep_hidden_booking();
CREATE TRIGGER hidden_photos_go_without_their_number AFTER DELETE ON photos FOR EACH ROW
    WHEN (OLD.status <> 'removed' AND OLD.record_status <> 'active')
    EXECUTE FUNCTION keep_hidden_booking();
"""

# Without a pending list, which a search would have to read through.
_EVENTS = """
CREATE INDEX jms_events_by_booking ON jms_events USING gin ((about -> 'booking_numbers'))
    WITH (fastupdate = off);
"""

# Of photos that were removed by another name, no number is left.
_REMOVED_BEFORE = """
INSERT INTO hidden_bookings (collection, booking_number, external_image_id)
SELECT DISTINCT collection, value, external_image_id
FROM removals JOIN removal_photos USING (collection, removal_id)
WHERE subject = 'booking_number' AND reason NOT IN ('error', 'retention', 'other');
"""


def upgrade() -> None:
    """Make the table, its triggers and the way to events of a number; take in past removals."""
    for part in (_HIDDEN, _KEPT, _EVENTS, _REMOVED_BEFORE):
        op.execute(part)

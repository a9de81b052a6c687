"""Booking numbers that must not be told though no photo on record says so any more.

A trigger, so that no way of removing or renumbering a hidden photo forgets its number.
"""

from alembic import op

revision = "0016"
down_revision = "0015"

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
    INSERT INTO hidden_bookings VALUES (OLD.collection, OLD.booking_number, OLD.external_image_id)
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
CREATE TRIGGER hidden_photos_leave_their_number AFTER UPDATE ON photos FOR EACH ROW
    WHEN (OLD.status <> 'removed' AND OLD.booking_number IS NOT NULL
          AND OLD.booking_number IS DISTINCT FROM NEW.booking_number
          AND (OLD.record_status <> 'active' OR NEW.record_status <> 'active'))
    EXECUTE FUNCTION keep_hidden_booking();
CREATE TRIGGER hidden_photos_go_without_their_number AFTER DELETE ON photos FOR EACH ROW
    WHEN (OLD.status <> 'removed' AND OLD.booking_number IS NOT NULL
          AND OLD.record_status <> 'active')
    EXECUTE FUNCTION keep_hidden_booking();
"""

# Without a pending list, which a search would have to read through.
_EVENTS = """
CREATE INDEX jms_events_by_booking ON jms_events USING gin ((about -> 'booking_numbers'))
    WITH (fastupdate = off);
"""


def upgrade() -> None:
    """Make the table and its triggers, and the way to find what events say of a number."""
    for part in (_HIDDEN, _KEPT, _EVENTS):
        op.execute(part)

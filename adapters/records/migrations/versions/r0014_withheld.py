"""What the JMS said must not be shown: hidden at once, removed after a second word.

Triggers, so that no way of writing a photo forgets it: a photo that is not active leaves a row;
while the row is open, no older word and none that came too soon after shows the photo again; what
is shown again or removed ends the row; another status begins its time anew.
"""

from alembic import op

revision = "0014"
down_revision = "0013"

# `believed_at`: what the JMS was asked before then may be behind what it told by itself.
# `counted_at`: since then it counts among those that were hidden in its day.
_WITHHELD = """
CREATE TABLE withheld (
    collection        text COLLATE "C" NOT NULL,
    withheld_id       bigint GENERATED ALWAYS AS IDENTITY,
    external_image_id text COLLATE "C" NOT NULL,
    record_status     text NOT NULL,
    state             text NOT NULL DEFAULT 'waiting',
    event_id          text COLLATE "C",
    hidden_at         timestamptz NOT NULL,
    believed_at       timestamptz NOT NULL,
    confirmed_at      timestamptz,
    read_at           timestamptz NOT NULL,
    counted_at        timestamptz,
    misses            integer NOT NULL DEFAULT 0,
    hold_id           text,
    removal_id        text,
    ended_at          timestamptz,
    told              text,
    PRIMARY KEY (collection, withheld_id)
);
CREATE UNIQUE INDEX withheld_open ON withheld (collection, external_image_id)
    WHERE ended_at IS NULL;
CREATE INDEX withheld_to_read ON withheld (collection, read_at) WHERE ended_at IS NULL;
CREATE INDEX withheld_by_time ON withheld (collection, hidden_at);
CREATE INDEX withheld_by_state ON withheld (collection, state) WHERE ended_at IS NULL;
CREATE INDEX withheld_by_event ON withheld (collection, external_image_id)
    WHERE ended_at IS NULL AND event_id IS NOT NULL;
CREATE INDEX withheld_by_photo ON withheld (external_image_id) WHERE ended_at IS NULL;
CREATE INDEX withheld_by_count ON withheld (collection, counted_at) WHERE ended_at IS NULL;
CREATE INDEX withheld_to_tell ON withheld (collection) WHERE told IS DISTINCT FROM state;
"""

_EVENTS = """
CREATE TABLE jms_events (
    collection  text COLLATE "C" NOT NULL,
    event_id    text COLLATE "C" NOT NULL,
    type        text NOT NULL,
    sha256      text NOT NULL,
    occurred_at timestamptz NOT NULL,
    received_at timestamptz NOT NULL,
    photos      integer NOT NULL,
    unknown     integer NOT NULL,
    about       jsonb NOT NULL,
    followed_at timestamptz,
    PRIMARY KEY (collection, event_id)
);
CREATE INDEX jms_events_to_follow ON jms_events (collection, received_at)
    WHERE followed_at IS NULL;
"""

_STAYS = """
CREATE FUNCTION keep_withheld() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE kept record;
BEGIN
    SELECT record_status, hidden_at INTO kept FROM withheld
    WHERE external_image_id = NEW.external_image_id AND ended_at IS NULL
      AND (collection = NEW.collection OR event_id IS NOT NULL)
      AND (NEW.standing_as_of IS NULL OR NEW.standing_as_of < believed_at)
    ORDER BY collection = NEW.collection DESC LIMIT 1;
    IF FOUND THEN
        NEW.record_status := kept.record_status;
        -- Of a photo on record that is written without one, the standing there stays as it is.
        IF TG_OP = 'UPDATE' OR NOT EXISTS (
            SELECT FROM photos WHERE collection = NEW.collection
              AND external_image_id = NEW.external_image_id)
        THEN
            NEW.standing_as_of := coalesce(NEW.standing_as_of, kept.hidden_at);
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER photos_stay_withheld BEFORE INSERT OR UPDATE ON photos FOR EACH ROW
    WHEN (NEW.record_status = 'active' AND NEW.status <> 'removed')
    EXECUTE FUNCTION keep_withheld();
"""

_NOTED = """
CREATE FUNCTION note_withheld() RETURNS trigger LANGUAGE plpgsql AS $$
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
            record_status = EXCLUDED.record_status,
            hidden_at = greatest(withheld.hidden_at, said),
            believed_at = greatest(withheld.believed_at, said), read_at = said
        WHERE withheld.record_status <> EXCLUDED.record_status;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER photos_come_withheld AFTER INSERT ON photos FOR EACH ROW
    WHEN (NEW.record_status <> 'active' AND NEW.status <> 'removed')
    EXECUTE FUNCTION note_withheld();
CREATE TRIGGER photos_turn_withheld AFTER UPDATE ON photos FOR EACH ROW
    WHEN (OLD.record_status <> NEW.record_status OR OLD.status <> NEW.status)
    EXECUTE FUNCTION note_withheld();
"""

_ANEW = """
CREATE FUNCTION begin_withheld_anew() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.state := 'waiting';
    NEW.told := NULL;
    NEW.counted_at := NULL;
    NEW.confirmed_at := NULL;
    NEW.misses := 0;
    RETURN NEW;
END $$;
CREATE TRIGGER withheld_begins_anew BEFORE UPDATE ON withheld FOR EACH ROW
    WHEN (OLD.record_status <> NEW.record_status)
    EXECUTE FUNCTION begin_withheld_anew();
"""

# What was hidden before is in line too; so many at once ask before any of them is removed.
_BEFORE = """
INSERT INTO withheld (collection, external_image_id, record_status, hidden_at, believed_at, read_at)
SELECT collection, external_image_id, record_status, now(), now(), now()
FROM photos WHERE record_status <> 'active' AND status <> 'removed';
"""


def upgrade() -> None:
    """Make the tables and triggers, and take in what is hidden already."""
    for part in (_WITHHELD, _EVENTS, _STAYS, _NOTED, _ANEW, _BEFORE):
        op.execute(part)

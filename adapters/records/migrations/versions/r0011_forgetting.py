"""Kept probes, preservation holds, removals with their receipts, and the last booking numbers.

First answers name their photos, so that they can be deleted with them; NULL are those from before,
which are all deleted then. They live for a day.
"""

from alembic import op

revision = "0011"
down_revision = "0010"

_KNOWN = """
ALTER TABLE photos ADD COLUMN booking_number text COLLATE "C";
CREATE INDEX photos_by_booking ON photos (collection, booking_number)
    WHERE booking_number IS NOT NULL;
ALTER TABLE answers ADD COLUMN external_image_ids text[];
"""

_PROBES = """
CREATE TABLE probes (
    collection       text COLLATE "C" NOT NULL,
    search_id        text COLLATE "C" NOT NULL,
    photo_key        text COLLATE "C" NOT NULL,
    kept_at          timestamptz NOT NULL,
    review_open      boolean NOT NULL DEFAULT false,
    review_closed_at timestamptz,
    destroyed_at     timestamptz,
    destroyed_for    text,
    PRIMARY KEY (collection, search_id)
);
CREATE INDEX probes_by_age ON probes (collection, kept_at, search_id) WHERE destroyed_at IS NULL;
CREATE INDEX probes_by_search ON probes (search_id);
CREATE INDEX probes_by_sha256 ON probes (right(photo_key, 64)) WHERE destroyed_at IS NULL;
CREATE TABLE purges (
    collection text COLLATE "C" PRIMARY KEY,
    begun_at   timestamptz NOT NULL,
    ended_at   timestamptz
);
"""

_HOLDS = """
CREATE TABLE holds (
    collection            text COLLATE "C" NOT NULL,
    hold_id               text COLLATE "C" NOT NULL,
    kind                  text NOT NULL,
    value                 text COLLATE "C" NOT NULL,
    reason                text NOT NULL,
    authority_reference   text NOT NULL,
    placed_at             timestamptz NOT NULL,
    placed_by             text NOT NULL,
    on_behalf_of          text,
    released_at           timestamptz,
    released_by           text,
    released_on_behalf_of text,
    release_reason        text,
    PRIMARY KEY (collection, hold_id)
);
"""

# A hold on a person stays on photos that the JMS says are another person's since: a trigger, so
# that no way of writing a photo forgets it.
_HELD = """
CREATE TABLE held_photos (
    collection        text COLLATE "C" NOT NULL,
    hold_id           text COLLATE "C" NOT NULL,
    external_image_id text COLLATE "C" NOT NULL,
    PRIMARY KEY (collection, hold_id, external_image_id)
);
CREATE FUNCTION keep_held_photo() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO held_photos (collection, hold_id, external_image_id)
    SELECT OLD.collection, hold_id, OLD.external_image_id FROM holds
    WHERE collection = OLD.collection AND kind = 'person' AND value = OLD.person_id
      AND released_at IS NULL
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
CREATE TRIGGER photos_stay_held AFTER UPDATE OF person_id ON photos FOR EACH ROW
    WHEN (OLD.person_id IS NOT NULL AND OLD.person_id IS DISTINCT FROM NEW.person_id)
    EXECUTE FUNCTION keep_held_photo();
"""

_REMOVALS = """
CREATE TABLE removals (
    collection          text COLLATE "C" NOT NULL,
    removal_id          text COLLATE "C" NOT NULL,
    subject             text NOT NULL,
    value               text COLLATE "C" NOT NULL,
    reason              text NOT NULL,
    authority_reference text,
    asked_at            timestamptz NOT NULL,
    asked_by            text COLLATE "C" NOT NULL,
    on_behalf_of        text,
    idempotency_key     text COLLATE "C",
    photos              integer NOT NULL,
    unknown_bookings    bigint,
    state               text NOT NULL,
    checks              jsonb NOT NULL DEFAULT '[]',
    proved_at           timestamptz,
    receipt             text,
    tries               integer NOT NULL DEFAULT 0,
    dropped             text[] NOT NULL DEFAULT '{}',
    try_at              timestamptz NOT NULL,
    PRIMARY KEY (collection, removal_id)
);
CREATE UNIQUE INDEX removals_by_key ON removals (collection, asked_by, idempotency_key)
    WHERE idempotency_key IS NOT NULL;
CREATE INDEX removals_by_time ON removals (collection, asked_at, removal_id);
CREATE INDEX removals_by_subject ON removals (collection, subject, value, asked_at);
CREATE INDEX removals_to_prove ON removals (collection, try_at) WHERE state <> 'proved';
CREATE TABLE removal_photos (
    collection        text COLLATE "C" NOT NULL,
    removal_id        text COLLATE "C" NOT NULL,
    external_image_id text COLLATE "C" NOT NULL,
    sha256            text,
    photo_key         text COLLATE "C",
    face_ids          text[] NOT NULL DEFAULT '{}',
    engine            text,
    model             text,
    removed_at        timestamptz,
    PRIMARY KEY (collection, removal_id, external_image_id)
);
"""


def upgrade() -> None:
    """Make the tables, and widen two."""
    for part in (_KNOWN, _PROBES, _HOLDS, _HELD, _REMOVALS):
        op.execute(part)

"""Photos, faces, searches, audit, intents, first answers and keys.

Ids compare bytewise (COLLATE "C"), so that pages have one order on every server.
"""

from alembic import op

revision = "0001"
down_revision = None

_PHOTOS = """
CREATE TABLE photos (
    collection        text COLLATE "C" NOT NULL,
    external_image_id text COLLATE "C" NOT NULL,
    status            text NOT NULL,
    view              text NOT NULL,
    sha256            text,
    photo_key         text COLLATE "C",
    width             integer,
    height            integer,
    faces             jsonb NOT NULL,
    engine            text,
    model             text,
    changed_at        timestamptz NOT NULL,
    reason            text,
    person_id         text COLLATE "C",
    record_status     text NOT NULL,
    standing_as_of    timestamptz,
    taken_at          timestamptz,
    PRIMARY KEY (collection, external_image_id)
) WITH (fillfactor = 85);
CREATE INDEX photos_by_person ON photos (collection, person_id) WHERE person_id IS NOT NULL;
CREATE INDEX photos_by_key ON photos USING hash (photo_key);
"""

# A face that counts no more keeps its row, without a template, so that followers learn of it.
_FACES = """
CREATE TABLE galleries (
    collection  text COLLATE "C" PRIMARY KEY,
    last_change bigint NOT NULL,
    faces       bigint NOT NULL
) WITH (fillfactor = 10);
CREATE TABLE faces (
    collection        text COLLATE "C" NOT NULL,
    face_id           uuid NOT NULL,
    external_image_id text COLLATE "C" NOT NULL,
    model             text,
    template          bytea STORAGE PLAIN,
    is_current        boolean NOT NULL,
    change            bigint NOT NULL,
    PRIMARY KEY (collection, face_id)
);
CREATE UNIQUE INDEX faces_by_change ON faces (collection, change);
CREATE INDEX faces_by_photo ON faces (collection, external_image_id) WHERE is_current;
"""

_SEARCHES = """
CREATE TABLE searches (
    collection  text COLLATE "C" NOT NULL,
    search_id   text COLLATE "C" NOT NULL,
    searched_at timestamptz NOT NULL,
    case_number text,
    sealed      bytea NOT NULL,
    PRIMARY KEY (collection, search_id)
);
CREATE INDEX searches_by_time ON searches (collection, searched_at, search_id);
CREATE INDEX searches_by_case ON searches (collection, case_number, searched_at, search_id)
    WHERE case_number IS NOT NULL;
"""

_AUDIT = """
CREATE TABLE audit (
    number            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    collection        text COLLATE "C" NOT NULL,
    at                timestamptz NOT NULL,
    action            text NOT NULL,
    actor             text NOT NULL,
    address           text,
    request_id        text NOT NULL,
    on_behalf_of      text,
    outcome           text NOT NULL,
    external_image_id text,
    search_id         text,
    case_number       text,
    purpose           text,
    photo_sha256      text,
    engine            text,
    model             text,
    gallery_faces     bigint,
    details           jsonb NOT NULL
);
CREATE INDEX audit_by_collection ON audit (collection, number);
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'the audit is append-only'; END $$;
CREATE TRIGGER audit_is_append_only BEFORE UPDATE OR DELETE ON audit
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_is_never_emptied BEFORE TRUNCATE ON audit
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""

_REST = """
CREATE TABLE intents (
    collection        text COLLATE "C" NOT NULL,
    intent_id         text COLLATE "C" NOT NULL,
    kind              text NOT NULL,
    external_image_id text COLLATE "C" NOT NULL,
    photo_key         text COLLATE "C",
    face_ids          text[] NOT NULL,
    opened_at         timestamptz NOT NULL,
    PRIMARY KEY (collection, intent_id)
);
CREATE INDEX intents_by_key ON intents USING hash (photo_key);
CREATE TABLE answers (
    collection      text COLLATE "C" NOT NULL,
    caller          text COLLATE "C" NOT NULL,
    idempotency_key text COLLATE "C" NOT NULL,
    request_sha256  text NOT NULL,
    kind            text NOT NULL,
    sealed          bytea NOT NULL,
    added_at        timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (collection, caller, idempotency_key)
);
CREATE INDEX answers_by_age ON answers (added_at);
CREATE TABLE api_keys (
    prefix     text COLLATE "C" PRIMARY KEY,
    name       text NOT NULL,
    sha256     text NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz,
    revoked_at timestamptz
);
"""


def upgrade() -> None:
    """Make everything."""
    for part in (_PHOTOS, _FACES, _SEARCHES, _AUDIT, _REST):
        op.execute(part)

"""Reviews of searches, and the audit's records found by their search.

Entries are added and never changed; they go only where their search does, in one transaction. What
they say is sealed, as searches are; where a review stands can be asked for.
"""

from alembic import op

revision = "0012"
down_revision = "0011"

_REVIEWS = """
CREATE TABLE reviews (
    collection  text COLLATE "C" NOT NULL,
    search_id   text COLLATE "C" NOT NULL,
    opened_at   timestamptz NOT NULL,
    case_number text,
    state       text NOT NULL,
    closed_at   timestamptz,
    sealed      bytea NOT NULL,
    PRIMARY KEY (collection, search_id)
);
CREATE INDEX reviews_open ON reviews (collection, opened_at, search_id) WHERE closed_at IS NULL;
CREATE INDEX reviews_by_state ON reviews (collection, state, opened_at, search_id);
CREATE TABLE review_entries (
    collection text COLLATE "C" NOT NULL,
    search_id  text COLLATE "C" NOT NULL,
    number     integer NOT NULL CHECK (number > 0),
    sealed     bytea NOT NULL,
    PRIMARY KEY (collection, search_id, number)
);
CREATE FUNCTION refuse_review_change() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'entries of reviews are added, never changed'; END $$;
CREATE TRIGGER review_entries_stay BEFORE UPDATE ON review_entries
    FOR EACH ROW EXECUTE FUNCTION refuse_review_change();
CREATE TRIGGER review_entries_are_not_emptied BEFORE TRUNCATE ON review_entries
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_review_change();
CREATE FUNCTION refuse_review_loss() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM searches
               WHERE collection = OLD.collection AND search_id = OLD.search_id) THEN
        RAISE EXCEPTION 'entries of reviews are added, never changed; they go with their search';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER review_entries_go_with_their_search AFTER DELETE ON review_entries
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse_review_loss();
"""

# A look at a list names its searches in its details; the queue of reviews shows nothing of them.
_AUDIT = """
CREATE INDEX audit_by_search ON audit (((record ->> 'search_id') COLLATE "C"))
    WHERE record ->> 'search_id' IS NOT NULL;
CREATE INDEX audit_by_listed_search ON audit
    USING gin (((record -> 'details' -> 'search_ids')::jsonb))
    WHERE record ->> 'action' = 'view_search'
      AND record -> 'details' -> 'search_ids' IS NOT NULL;
CREATE INDEX audit_by_searched_photo ON audit (((record ->> 'photo_sha256') COLLATE "C"))
    WHERE record ->> 'action' = 'search';
"""


def upgrade() -> None:
    """Make the tables and indexes."""
    for part in (_REVIEWS, _AUDIT):
        op.execute(part)

"""Imports, their items and the workers on them."""

from alembic import op

revision = "0005"
down_revision = "0004"

# At most one import of a collection is open.
_IMPORTS = """
CREATE TABLE imports (
    collection  text COLLATE "C" NOT NULL,
    import_id   text COLLATE "C" NOT NULL,
    number      bigint GENERATED ALWAYS AS IDENTITY,
    options     jsonb NOT NULL,
    state       text NOT NULL,
    trouble     text,
    started_by  text NOT NULL,
    started_at  timestamptz NOT NULL,
    resumed_at  timestamptz NOT NULL DEFAULT now(),
    ended_at    timestamptz,
    cursor      text,
    pages       integer NOT NULL DEFAULT 0,
    is_listed   boolean NOT NULL DEFAULT false,
    listed      bigint NOT NULL DEFAULT 0,
    duplicates  bigint NOT NULL DEFAULT 0,
    scheduled   boolean NOT NULL DEFAULT false,
    estimate    jsonb,
    PRIMARY KEY (collection, import_id)
);
CREATE UNIQUE INDEX imports_one_open ON imports (collection) WHERE state IN ('running', 'paused');
CREATE INDEX imports_by_number ON imports (collection, number);
"""

# The next lease is found by an index of what waits, in the order in which it is due, so that what
# is due later is not even looked at; it must not fill with what waited once. Counting by status and
# reason reads an index alone, which also pages through one status. An entry without a usable id has
# no id.
_ITEMS = """
CREATE TABLE import_items (
    collection        text COLLATE "C" NOT NULL,
    import_id         text COLLATE "C" NOT NULL,
    position          bigint NOT NULL,
    external_image_id text COLLATE "C",
    location          text NOT NULL,
    view              text NOT NULL,
    taken_at          timestamptz,
    booking_number    text,
    status            text NOT NULL,
    reason            text,
    detail            text,
    attempts          smallint NOT NULL DEFAULT 0,
    due_at            timestamptz NOT NULL DEFAULT now(),
    leased_by         uuid,
    settled_at        timestamptz,
    PRIMARY KEY (collection, import_id, position)
) WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.05);
CREATE UNIQUE INDEX import_items_by_id
    ON import_items (collection, import_id, external_image_id);
CREATE INDEX import_items_waiting ON import_items (collection, import_id, due_at, position)
    INCLUDE (leased_by) WHERE status = 'waiting';
CREATE INDEX import_items_leased ON import_items (leased_by) WHERE leased_by IS NOT NULL;
CREATE INDEX import_items_by_status
    ON import_items (collection, import_id, status, position, reason);
CREATE INDEX import_items_settled ON import_items (collection, import_id, settled_at)
    WHERE settled_at IS NOT NULL;
"""

_WORKERS = """
CREATE TABLE import_workers (
    collection text COLLATE "C" NOT NULL,
    worker_id  uuid NOT NULL,
    host       text NOT NULL,
    pid        integer NOT NULL,
    since      timestamptz NOT NULL,
    beat_at    timestamptz NOT NULL,
    PRIMARY KEY (collection, worker_id)
) WITH (fillfactor = 10);
"""


def upgrade() -> None:
    """Make the tables."""
    for part in (_IMPORTS, _ITEMS, _WORKERS):
        op.execute(part)

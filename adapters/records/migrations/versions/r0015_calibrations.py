"""Calibrations of galleries: what was measured, kept for good; the newest of a model counts.

A row without a document says that the one before it counts no more.
"""

from alembic import op

revision = "0015"
down_revision = "0014"

_CALIBRATIONS = """
CREATE TABLE calibrations (
    collection text COLLATE "C" NOT NULL,
    number     bigint GENERATED ALWAYS AS IDENTITY,
    model      text NOT NULL,
    at         timestamptz NOT NULL,
    document   jsonb,
    PRIMARY KEY (collection, number)
);
CREATE INDEX calibrations_by_model ON calibrations (collection, model, number);
CREATE FUNCTION refuse_calibration_change() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'calibrations are added, never changed'; END $$;
CREATE TRIGGER calibrations_stay BEFORE UPDATE OR DELETE ON calibrations
    FOR EACH ROW EXECUTE FUNCTION refuse_calibration_change();
CREATE TRIGGER calibrations_are_not_emptied BEFORE TRUNCATE ON calibrations
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_calibration_change();
"""


def upgrade() -> None:
    """Make the table, which is only ever added to."""
    op.execute(_CALIBRATIONS)

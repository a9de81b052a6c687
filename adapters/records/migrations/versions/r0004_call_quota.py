"""Quotas of calls to services of others, as learned, and the timelines that processes share."""

from alembic import op

revision = "0004"
down_revision = "0003"

# One row is written several times a second, and found by its key alone.
_CALL_QUOTAS = """
CREATE TABLE call_quotas (
    scope      text COLLATE "C" NOT NULL,
    operation  text COLLATE "C" NOT NULL,
    version    bigint NOT NULL,
    quota      double precision,
    admitted   bigint NOT NULL,
    throttled  bigint NOT NULL,
    rate       jsonb NOT NULL,
    PRIMARY KEY (scope, operation)
) WITH (fillfactor = 10);
"""


def upgrade() -> None:
    """Make the table."""
    op.execute(_CALL_QUOTAS)

"""Who is kept out, whatever their identity provider says."""

from alembic import op

revision = "0013"
down_revision = "0012"

_BLOCKED = """
CREATE TABLE blocked_people (
    issuer text NOT NULL,
    subject text NOT NULL,
    blocked_at timestamptz NOT NULL,
    blocked_by text NOT NULL,
    PRIMARY KEY (issuer, subject)
);
"""


def upgrade() -> None:
    """Make the table."""
    op.execute(_BLOCKED)

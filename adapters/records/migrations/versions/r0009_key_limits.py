"""What limits a key: calls a minute, networks, training; and when it was used last."""

from alembic import op

revision = "0009"
down_revision = "0008"

_KEYS = """
ALTER TABLE api_keys
    ADD COLUMN calls_a_minute integer CHECK (calls_a_minute > 0),
    ADD COLUMN networks text[] NOT NULL DEFAULT '{}',
    ADD COLUMN trained_until date,
    ADD COLUMN last_used_at timestamptz;
"""


def upgrade() -> None:
    """Widen the table."""
    op.execute(_KEYS)

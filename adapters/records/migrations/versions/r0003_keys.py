"""What keys are for, keys that sign requests, and the provider's terms in the audit."""

from alembic import op

revision = "0003"
down_revision = "0002"

# Keys that were given out before scopes were known may do what they could do: everything.
_KEYS = """
ALTER TABLE api_keys
    ADD COLUMN scopes text[] NOT NULL
        DEFAULT '{search,index,import,review,audit,admin}',
    ADD COLUMN purpose text,
    ADD COLUMN case_number text,
    ADD COLUMN sealed_secret bytea,
    ALTER COLUMN sha256 DROP NOT NULL,
    ADD CONSTRAINT api_keys_are_of_one_kind CHECK (num_nonnulls(sha256, sealed_secret) = 1);
"""

_AUDIT = "ALTER TABLE audit ADD COLUMN terms_reference text"


def upgrade() -> None:
    """Widen both tables."""
    for part in (_KEYS, _AUDIT):
        op.execute(part)

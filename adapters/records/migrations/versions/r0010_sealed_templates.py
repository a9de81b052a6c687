"""Templates are sealed, by keys of one store; what an earlier program left in the clear is known.

A table that has held templates in the clear has them between its rows too, whoever deleted them.
"""

from alembic import op

revision = "0010"
down_revision = "0009"

_SEALED = """
ALTER TABLE faces ADD is_sealed boolean NOT NULL DEFAULT false;
CREATE INDEX faces_in_the_clear ON faces (collection, face_id)
    WHERE template IS NOT NULL AND NOT is_sealed;
CREATE TABLE key_check (
    is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only),
    sealed  bytea NOT NULL
);
CREATE TABLE in_the_clear (what text PRIMARY KEY);
INSERT INTO in_the_clear SELECT 'templates' WHERE EXISTS (SELECT FROM faces);
INSERT INTO in_the_clear SELECT 'photos' WHERE EXISTS (
    SELECT FROM photos WHERE photo_key IS NOT NULL);
"""


def upgrade() -> None:
    """Add the column, and say what there is to seal."""
    op.execute(_SEALED)

"""A change of the model: the next model's faces beside those that are served, and one switch.

A face counts when its model is the collection's; a photo's next faces are described beside it.
"""

from alembic import op

revision = "0007"
down_revision = "0006"

# `forgetting` are models that are left: their faces go in small steps.
_COLUMNS = """
ALTER TABLE collections
    ADD next_model text,
    ADD forgetting text[] NOT NULL DEFAULT '{}';
ALTER TABLE galleries ADD beside bigint NOT NULL DEFAULT 0;
ALTER TABLE photos
    ADD next_model text,
    ADD next_faces jsonb;
CREATE INDEX faces_without_model ON faces (collection) WHERE is_current AND model IS NULL;
"""

# Until now faces of a model that was given up were hidden, but counted.
_RECOUNT = """
UPDATE galleries SET faces = (
    SELECT count(*) FROM faces
    WHERE faces.collection = galleries.collection AND is_current
      AND coalesce(faces.model = collections.model, true))
FROM collections WHERE collections.collection = galleries.collection;
"""

# A face that was made before a switch and comes after it would never be found.
_REFUSE = """
CREATE FUNCTION refuse_model(model text) RETURNS text LANGUAGE plpgsql AS
    $$ BEGIN
        RAISE EXCEPTION 'the collection is not of the model %', model USING ERRCODE = 'CND01';
    END $$;
"""


def upgrade() -> None:
    """Add the columns, count anew, and make what refuses."""
    for part in (_COLUMNS, _RECOUNT, _REFUSE):
        op.execute(part)

"""Collections and their users; faces that tell of themselves, without their photos.

How often the users changed is kept in `galleries`, whose rows stay: an id that is used again goes
on counting, so that no follower takes a new collection for the one it knew.
"""

from alembic import op

revision = "0002"
down_revision = "0001"

_FACES = """
ALTER TABLE faces
    ADD image_id uuid,
    ADD is_named boolean NOT NULL DEFAULT true,
    ADD face     jsonb,
    ADD user_id  text COLLATE "C";
UPDATE faces SET image_id = left(photos.sha256, 32)::uuid, face = told -> 'face'
FROM photos CROSS JOIN jsonb_array_elements(photos.faces) AS told
WHERE faces.collection = photos.collection AND faces.is_current
  AND faces.external_image_id = photos.external_image_id
  AND faces.face_id = (told ->> 'face_id')::uuid;
UPDATE faces SET external_image_id = '' WHERE NOT is_current;
CREATE INDEX faces_by_user ON faces (collection, user_id, face_id)
    WHERE is_current AND user_id IS NOT NULL;
ALTER TABLE galleries ADD users_version bigint NOT NULL DEFAULT 1;
"""

_COLLECTIONS = """
CREATE TABLE collections (
    collection text COLLATE "C" PRIMARY KEY,
    model      text NOT NULL,
    created_at timestamptz NOT NULL,
    tags       jsonb NOT NULL DEFAULT '{}'
);
CREATE TABLE users (
    collection text COLLATE "C" NOT NULL,
    user_id    text COLLATE "C" NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (collection, user_id)
);
"""

# The model of the newest face; where photos were only ever skipped, that of the last index call.
_KNOWN = """
INSERT INTO collections (collection, model, created_at)
SELECT collection, model, now() FROM (
    SELECT known.collection, coalesce(
        (SELECT model FROM faces WHERE faces.collection = known.collection AND model IS NOT NULL
         ORDER BY is_current DESC, change DESC LIMIT 1),
        (SELECT model FROM audit WHERE audit.collection = known.collection AND model IS NOT NULL
         ORDER BY number DESC LIMIT 1)) AS model
    FROM (SELECT collection FROM photos UNION SELECT collection FROM galleries) AS known
) AS collections WHERE model IS NOT NULL;
"""


def upgrade() -> None:
    """Add the columns and tables, and fill them from what is there."""
    for part in (_FACES, _COLLECTIONS, _KNOWN):
        op.execute(part)

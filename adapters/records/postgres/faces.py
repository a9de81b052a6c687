"""Which faces count, and the change numbers by which galleries follow them."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from typing_extensions import override

from adapters.records.postgres.rows import STANDING, standing_of
from adapters.records.postgres.transaction import Transaction
from app.domain.record import CurrentFace, PhotoRecord
from app.ports.records import FaceRecords

_CURRENT = f"""
SELECT face_id, external_image_id, {STANDING}
FROM faces JOIN photos USING (collection, external_image_id)
WHERE faces.collection = %(collection)s AND is_current AND face_id = ANY(%(face_ids)s)
"""  # noqa: S608 - a constant of ours

_COUNT = "SELECT faces FROM galleries WHERE collection = %(collection)s"

_CHANGE = """
WITH gone AS (
    SELECT face_id, row_number() OVER () AS n FROM faces
    WHERE collection = %(collection)s AND is_current
      AND external_image_id = ANY(%(photos)s) AND face_id <> ALL(%(face_ids)s::uuid[])
), fresh AS (
    SELECT * FROM unnest(%(face_ids)s::uuid[], %(owners)s::text[], %(models)s::text[],
                         %(templates)b::bytea[])
             WITH ORDINALITY AS fresh (face_id, external_image_id, model, template, n)
), counted AS (
    SELECT (SELECT count(*) FROM gone) AS gone, cardinality(%(face_ids)s::uuid[]) AS fresh,
           (SELECT count(*) FROM faces WHERE collection = %(collection)s AND is_current
                                         AND face_id = ANY(%(face_ids)s::uuid[])) AS kept
), numbered AS (
    INSERT INTO galleries AS gallery (collection, last_change, faces)
    SELECT %(collection)s, gone + fresh, fresh - kept - gone FROM counted
    ON CONFLICT (collection) DO UPDATE SET
        last_change = gallery.last_change + EXCLUDED.last_change,
        faces = gallery.faces + EXCLUDED.faces
    RETURNING last_change
), removed AS (
    UPDATE faces SET is_current = false, template = NULL,
                     change = numbered.last_change - counted.fresh - gone.n + 1
    FROM gone, counted, numbered
    WHERE faces.collection = %(collection)s AND faces.face_id = gone.face_id
)
INSERT INTO faces (collection, face_id, external_image_id, model, template, is_current, change)
SELECT %(collection)s, face_id, external_image_id, model, template, true, last_change - n + 1
FROM fresh, numbered
ON CONFLICT (collection, face_id) DO UPDATE SET
    external_image_id = EXCLUDED.external_image_id, model = EXCLUDED.model,
    template = EXCLUDED.template, is_current = true, change = EXCLUDED.change
"""


class PostgresFaces(FaceRecords):
    """Reads the current faces; what a unit changes is kept back until its commit, or a read."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._changed: dict[str, tuple[PhotoRecord, Mapping[str, bytes]]] = {}

    def change(self, record: PhotoRecord, templates: Mapping[str, bytes]) -> None:
        """Let the record's faces replace those of its photo, at the end of the unit."""
        self._changed[record.external_image_id] = (record, templates)

    async def write_changes(self) -> None:
        """Write and number what was kept back, under the commit lock."""
        if not self._changed:
            return
        fresh = {
            face.face_id: (record.external_image_id, record.model, templates.get(face.face_id))
            for record, templates in self._changed.values()
            for face in record.faces
        }
        await self._transaction.take_commit_lock()
        await self._transaction.write(
            _CHANGE,
            {
                "photos": list(self._changed),
                "face_ids": [UUID(face_id) for face_id in fresh],
                "owners": [owner for owner, _, _ in fresh.values()],
                "models": [model for _, model, _ in fresh.values()],
                "templates": [template for _, _, template in fresh.values()],
            },
        )
        self._changed.clear()

    @override
    async def current(self, face_ids: Sequence[str]) -> Mapping[str, CurrentFace]:
        await self.write_changes()
        wanted = [UUID(face_id) for face_id in face_ids]
        rows = await self._transaction.fetch(_CURRENT, {"face_ids": wanted})
        faces = (CurrentFace(str(row[0]), row[1], standing_of(row[2:])) for row in rows)
        return {face.face_id: face for face in faces}

    @override
    async def count(self) -> int:
        await self.write_changes()
        rows = await self._transaction.fetch(_COUNT)
        return int(rows[0][0]) if rows else 0

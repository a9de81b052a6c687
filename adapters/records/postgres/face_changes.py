"""What a unit changes in the current faces, and the numbers by which galleries follow."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from adapters.records.postgres.rows import json_of_face
from adapters.records.postgres.transaction import Transaction, storable
from app.domain.collection import CollectionFace, image_id_of
from app.domain.record import PhotoRecord

# A face that is current already keeps its user; one that counts no more keeps only what tells
# followers that it went.
_CHANGE = """
WITH gone AS (
    SELECT face_id, user_id, row_number() OVER () AS n FROM (
        SELECT face_id, user_id FROM faces
        WHERE collection = %(collection)s AND is_current
          AND external_image_id = ANY(%(photos)s::text[])
        UNION ALL
        SELECT face_id, user_id FROM faces
        WHERE collection = %(collection)s AND is_current AND face_id = ANY(%(removed)s::uuid[])
          AND external_image_id <> ALL(%(photos)s::text[])
    ) AS old WHERE face_id <> ALL(%(face_ids)s::uuid[])
), fresh AS (
    SELECT * FROM unnest(%(face_ids)s::uuid[], %(owners)s::text[], %(image_ids)s::uuid[],
                         %(are_named)s::boolean[], %(faces)s::text[], %(models)s::text[],
                         %(templates)b::bytea[])
             WITH ORDINALITY AS fresh (face_id, external_image_id, image_id, is_named, face,
                                       model, template, n)
), counted AS (
    SELECT (SELECT count(*) FROM gone) AS gone, cardinality(%(face_ids)s::uuid[]) AS fresh,
           (SELECT count(*) FROM faces WHERE collection = %(collection)s AND is_current
                                         AND face_id = ANY(%(face_ids)s::uuid[])) AS kept,
           EXISTS (SELECT FROM gone WHERE user_id IS NOT NULL)::integer AS users_changed
), numbered AS (
    INSERT INTO galleries AS gallery (collection, last_change, faces, users_version)
    SELECT %(collection)s, gone + fresh, fresh - kept - gone, 1 + users_changed FROM counted
    ON CONFLICT (collection) DO UPDATE SET
        last_change = gallery.last_change + EXCLUDED.last_change,
        faces = gallery.faces + EXCLUDED.faces,
        users_version = gallery.users_version + EXCLUDED.users_version - 1
    RETURNING last_change
), removed AS (
    UPDATE faces SET is_current = false, external_image_id = '', image_id = NULL, face = NULL,
                     template = NULL, user_id = NULL,
                     change = numbered.last_change - counted.fresh - gone.n + 1
    FROM gone, counted, numbered
    WHERE faces.collection = %(collection)s AND faces.face_id = gone.face_id
)
INSERT INTO faces (collection, face_id, external_image_id, image_id, is_named, face, model,
                   template, is_current, change)
SELECT %(collection)s, face_id, external_image_id, image_id, is_named, face::jsonb, model,
       template, true, last_change - n + 1
FROM fresh, numbered
ON CONFLICT (collection, face_id) DO UPDATE SET
    external_image_id = EXCLUDED.external_image_id, image_id = EXCLUDED.image_id,
    is_named = EXCLUDED.is_named, face = EXCLUDED.face, model = EXCLUDED.model,
    template = EXCLUDED.template, is_current = true, change = EXCLUDED.change
"""

_FEW = 10
"""Faces that surely fit a socket's buffer."""


@dataclass(frozen=True, slots=True)
class _Fresh:
    """A face that is to be current."""

    external_image_id: str
    image_id: UUID | None
    is_named: bool
    face: str
    model: str | None
    template: bytes | None


class FaceChanges:
    """What is kept back until the unit's commit, or until it reads faces; the last word counts."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._photos: set[str] = set()
        self._removed: set[str] = set()
        self._fresh: dict[str, _Fresh] = {}

    def replace(self, record: PhotoRecord, templates: Mapping[str, bytes]) -> None:
        """Let the record's faces replace those of its photo."""
        owner = record.external_image_id
        self._photos.add(owner)
        self._fresh = {
            face_id: fresh
            for face_id, fresh in self._fresh.items()
            if fresh.external_image_id != owner
        }
        image_id = None if record.sha256 is None else UUID(image_id_of(record.sha256))
        for told in record.faces:
            face, template = json_of_face(told.face), templates.get(told.face_id)
            self._fresh[told.face_id] = _Fresh(owner, image_id, True, face, record.model, template)  # noqa: FBT003 - a column

    def add(self, faces: Iterable[CollectionFace], templates: Mapping[str, bytes]) -> None:
        """Let faces be current beside those there are."""
        for told in faces:
            self._fresh[told.face_id] = _Fresh(
                told.external_image_id,
                UUID(told.image_id),
                told.is_named,
                json_of_face(told.face),
                told.model,
                templates.get(told.face_id),
            )

    def remove(self, face_ids: Sequence[str]) -> None:
        """Let faces be current no more."""
        self._removed.update(face_ids)
        for face_id in face_ids:
            self._fresh.pop(face_id, None)

    def forget(self) -> None:
        """Change nothing after all."""
        self._photos, self._removed, self._fresh = set(), set(), {}

    async def write(self) -> None:
        """Write and number what was kept back, under the commit lock."""
        if not (self._photos or self._removed or self._fresh):
            return
        await self._transaction.take_commit_lock()
        await self._transaction.write(_CHANGE, self._parameters())
        if len(self._fresh) + len(self._removed) > _FEW:
            await self._transaction.settle()
        self.forget()

    def _parameters(self) -> Mapping[str, object]:
        fresh = self._fresh.values()
        return {
            "photos": [storable(owner) for owner in self._photos],
            "removed": [UUID(face_id) for face_id in self._removed],
            "face_ids": [UUID(face_id) for face_id in self._fresh],
            "owners": [storable(face.external_image_id) for face in fresh],
            "image_ids": [face.image_id for face in fresh],
            "are_named": [face.is_named for face in fresh],
            "faces": [face.face for face in fresh],
            "models": [face.model for face in fresh],
            "templates": [face.template for face in fresh],
        }

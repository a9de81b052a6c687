"""What a unit changes in the current faces, and the numbers by which galleries follow."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from adapters.records.postgres.arrays import plain_array, text_array
from adapters.records.postgres.rows import json_of_face
from adapters.records.postgres.template_seal import TemplateSeal
from adapters.records.postgres.transaction import Transaction, storable
from app.domain.collection import CollectionFace, image_id_of
from app.domain.record import PhotoRecord

# A face that is current already keeps its user; one that counts no more keeps only what tells
# followers that it went. Where a face that is served goes by its id, what stands beside it on its
# photo goes too. Counted are the faces that are served, and those of the next model. Each face is
# asked for by itself: a plan that is made while there are few reads all of them otherwise, under
# the commit lock, until somebody takes measure. Whoever lets a face go names it in an intent, so
# that its key is destroyed; of those that nobody sees, the ones beside it, this leaves an intent.
_CHANGE = """
WITH serving AS (
    SELECT max(model) AS served, max(next_model) AS next FROM collections
    WHERE collection = %(collection)s
), fresh AS (
    SELECT * FROM unnest(%(face_ids)s::uuid[], %(owners)s::text[], %(image_ids)s::uuid[],
                         %(are_named)s::boolean[], %(faces)s::text[], %(models)s::text[],
                         %(templates)b::bytea[], %(are_beside)s::boolean[])
             WITH ORDINALITY AS fresh (face_id, external_image_id, image_id, is_named, face,
                                       model, template, is_beside, n)
), refused AS (
    SELECT count(refuse_model(model)) AS n FROM fresh, serving
    WHERE NOT coalesce(model = CASE WHEN is_beside THEN next ELSE served END, NOT is_beside)
), named AS (
    SELECT old.* FROM unnest(%(removed)s::uuid[]) AS removed (id) CROSS JOIN LATERAL (
        SELECT face_id, external_image_id, user_id, model, is_current FROM faces
        WHERE collection = %(collection)s AND face_id = id LIMIT 1
    ) AS old WHERE is_current AND external_image_id <> ALL(%(photos)s::text[])
), gone AS (
    SELECT face_id, external_image_id, user_id, model, row_number() OVER () AS n FROM (
        SELECT face_id, external_image_id, user_id, model FROM faces
        WHERE collection = %(collection)s AND is_current
          AND external_image_id = ANY(%(photos)s::text[])
        UNION
        SELECT face_id, external_image_id, user_id, model FROM named
        UNION
        SELECT face_id, external_image_id, user_id, model FROM faces
        WHERE collection = %(collection)s AND is_current
          AND model = (SELECT next FROM serving)
          AND external_image_id = ANY(%(beside)s::text[] || ARRAY(
              SELECT external_image_id FROM named, serving
              WHERE coalesce(model = served, true)))
    ) AS old WHERE face_id <> ALL(%(face_ids)s::uuid[])
), changed AS (
    SELECT model, 1 AS more FROM fresh UNION ALL SELECT model, -1 FROM gone UNION ALL
    SELECT model, -1 FROM unnest(%(face_ids)s::uuid[]) AS fresh (id) CROSS JOIN LATERAL (
        SELECT model, is_current FROM faces
        WHERE collection = %(collection)s AND face_id = id LIMIT 1
    ) AS old WHERE is_current
), counted AS (
    SELECT (SELECT count(*) FROM gone) AS gone, cardinality(%(face_ids)s::uuid[]) AS fresh,
           coalesce(sum(more) FILTER (WHERE coalesce(model = served, true)), 0) AS more,
           coalesce(sum(more) FILTER (WHERE model = next), 0) AS more_beside,
           EXISTS (SELECT FROM gone WHERE user_id IS NOT NULL)::integer AS users_changed
    FROM changed, serving
), numbered AS (
    INSERT INTO galleries AS gallery (collection, last_change, faces, beside, users_version)
    SELECT %(collection)s, gone + fresh, more, more_beside, 1 + users_changed
    FROM counted, refused WHERE n = 0
    ON CONFLICT (collection) DO UPDATE SET
        last_change = gallery.last_change + EXCLUDED.last_change,
        faces = gallery.faces + EXCLUDED.faces,
        beside = gallery.beside + EXCLUDED.beside,
        users_version = gallery.users_version + EXCLUDED.users_version - 1
    RETURNING last_change
), left_to_discard AS (
    INSERT INTO intents
        (collection, intent_id, kind, external_image_id, photo_key, face_ids, opened_at)
    SELECT %(collection)s, gen_random_uuid()::text, 'discard', external_image_id, NULL,
           array_agg(face_id::text), now()
    FROM gone, serving, numbered
    WHERE %(leaves_intents)s AND NOT coalesce(gone.model = served, true)
    GROUP BY external_image_id
), removed AS (
    UPDATE faces SET is_current = false, external_image_id = '', image_id = NULL, face = NULL,
                     template = NULL, is_sealed = false, user_id = NULL,
                     change = numbered.last_change - counted.fresh - gone.n + 1
    FROM gone, counted, numbered
    WHERE faces.collection = %(collection)s AND faces.face_id = gone.face_id
)
INSERT INTO faces (collection, face_id, external_image_id, image_id, is_named, face, model,
                   template, is_sealed, is_current, change)
SELECT %(collection)s, face_id, external_image_id, image_id, is_named, face::jsonb, model,
       template, template IS NOT NULL, true, last_change - n + 1
FROM fresh, numbered
ON CONFLICT (collection, face_id) DO UPDATE SET
    external_image_id = EXCLUDED.external_image_id, image_id = EXCLUDED.image_id,
    is_named = EXCLUDED.is_named, face = EXCLUDED.face, model = EXCLUDED.model,
    template = EXCLUDED.template, is_sealed = EXCLUDED.is_sealed, is_current = true,
    change = EXCLUDED.change
"""

# Shared by all who put templates, from before their keys are made until their commit; who looks for
# keys that no face needs takes it alone.
KEYS_LOCK: Final = (
    "SELECT pg_advisory_xact_lock_shared(hashtextextended('keys:' || %(collection)s, 0))"
)
_KEYS_LOCK_ALONE = KEYS_LOCK.replace("_shared", "")

_FEW = 10
"""Faces that surely fit a socket's buffer."""


@dataclass(frozen=True, slots=True)
class _Fresh:
    """A face that is to be current."""

    external_image_id: str
    image_id: str | None
    is_named: bool
    face: str
    model: str | None
    template: bytes | None
    is_beside: bool = False  # of the next model


class FaceChanges:
    """What is kept back until the unit's commit, or until it reads faces; the last word counts."""

    def __init__(self, transaction: Transaction, seal: TemplateSeal) -> None:
        self._transaction = transaction
        self._seal = seal
        self._leaves_intents = True
        self._photos: set[str] = set()
        self._beside: set[str] = set()
        self._removed: set[str] = set()
        self._fresh: dict[str, _Fresh] = {}

    def replace(self, record: PhotoRecord, templates: Mapping[str, bytes]) -> None:
        """Let the record's faces replace those of its photo, of whichever model."""
        owner = record.external_image_id
        self._photos.add(owner)
        self._fresh = {
            face_id: fresh
            for face_id, fresh in self._fresh.items()
            if fresh.external_image_id != owner
        }
        self._take(record, templates, is_beside=False)

    def put_beside(self, record: PhotoRecord, templates: Mapping[str, bytes]) -> None:
        """Let the record's faces, of the next model, replace the next ones of its photo."""
        owner = record.external_image_id
        self._beside.add(owner)
        self._fresh = {
            face_id: fresh
            for face_id, fresh in self._fresh.items()
            if not (fresh.is_beside and fresh.external_image_id == owner)
        }
        self._take(record, templates, is_beside=True)

    def _take(
        self, record: PhotoRecord, templates: Mapping[str, bytes], *, is_beside: bool
    ) -> None:
        image_id = None if record.sha256 is None else image_id_of(record.sha256)
        for told in record.faces:
            self._fresh[told.face_id] = _Fresh(
                external_image_id=record.external_image_id,
                image_id=image_id,
                is_named=True,
                face=json_of_face(told.face),
                model=record.model,
                template=templates.get(told.face_id),
                is_beside=is_beside,
            )

    def add(self, faces: Iterable[CollectionFace], templates: Mapping[str, bytes]) -> None:
        """Let faces be current beside those there are."""
        for told in faces:
            self._fresh[told.face_id] = _Fresh(
                told.external_image_id,
                told.image_id,
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

    def remove_left(self, face_ids: Sequence[str]) -> None:
        """Let faces be current no more whose keys the caller destroys: this leaves no intent."""
        self.remove(face_ids)
        self._leaves_intents = False

    async def keep_out(self) -> None:
        """Let no other unit put faces until this one ends."""
        await self._transaction.fetch(_KEYS_LOCK_ALONE)

    def forget(self) -> None:
        """Change nothing after all."""
        self._photos, self._beside, self._removed, self._fresh = set(), set(), set(), {}
        self._leaves_intents = True

    async def write(self) -> None:
        """Write and number what was kept back, under the commit lock.

        The keys of the templates are made before it is taken, for others wait for it.
        """
        if not (self._photos or self._beside or self._removed or self._fresh):
            return
        sealed = await self._sealed()
        await self._transaction.take_commit_lock()
        await self._transaction.write(_CHANGE, self._parameters(sealed))
        if len(self._fresh) + len(self._removed) > _FEW:
            await self._transaction.settle()
        self.forget()

    async def _sealed(self) -> Mapping[str, bytes]:
        templates = {
            face_id: fresh.template
            for face_id, fresh in self._fresh.items()
            if fresh.template is not None
        }
        if not templates:
            return {}
        await self._transaction.fetch(KEYS_LOCK)
        return await self._seal.sealed(templates)

    def _parameters(self, sealed: Mapping[str, bytes]) -> Mapping[str, object]:
        fresh = self._fresh.values()
        return {
            "photos": text_array(map(storable, self._photos)),
            "beside": text_array(map(storable, self._beside)),
            "removed": text_array(self._removed),
            "face_ids": text_array(self._fresh),
            "owners": text_array(storable(face.external_image_id) for face in fresh),
            "image_ids": text_array(face.image_id for face in fresh),
            "are_named": plain_array(face.is_named for face in fresh),
            "faces": text_array(face.face for face in fresh),
            "models": text_array(face.model for face in fresh),
            "templates": [sealed.get(face_id) for face_id in self._fresh],
            "are_beside": plain_array(face.is_beside for face in fresh),
            "leaves_intents": self._leaves_intents,
        }

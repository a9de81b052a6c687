"""An engine that holds faces itself against the faces that count."""

from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.domain.verification import Finding, Found, Part, Tally
from app.ports.face_engine import FaceEngine, HeldFace
from app.ports.verification_records import VerificationRecords
from app.services.verify.spool import Spool
from app.services.verify.streams import faces_on_record, in_batches, kept

_NOT_HELD = "the engine does not hold it"
_UNCOUNTED = "the engine holds it and no record counts it"

FRESH = timedelta(minutes=1)
"""A service of others may list a face only some time after it took it."""


@dataclass(frozen=True, slots=True)
class CompareEngine:
    """The faces that count go to a list on disk first; then the engine's strike them off.

    So what is committed meanwhile is in the engine's list, and not missing there.
    """

    checked: VerificationRecords
    engine: FaceEngine
    tally: Tally
    fresh: timedelta = FRESH

    async def __call__(self) -> AsyncGenerator[Found]:
        """Yield faces that only one side has."""
        with Spool.opened() as counted:
            began = self.tally.began_at
            async for faces in in_batches(faces_on_record(self.checked)):
                counted.add((face.face_id, face.external_image_id) for face in faces)
            async for found in kept(self._uncounted(counted), self._still_uncounted):
                yield found
            async for batch in in_batches(counted.items(unseen=True)):
                for found in await self._not_held(batch, began):
                    yield found

    async def _uncounted(self, counted: Spool) -> AsyncIterator[HeldFace]:
        after = None
        while True:
            page = await self.engine.faces(after)
            self.tally.looked_at[Part.ENGINE] += len(page.items)
            unknown = set(counted.see([face.face_id for face in page.items]))
            for face in page.items:
                if face.face_id in unknown:
                    yield face
            if page.next is None:
                return
            after = page.next

    async def _still_uncounted(self, suspects: Sequence[HeldFace]) -> Sequence[Found]:
        """Leave out what an intent is about before it is asked again what counts."""
        ids = [face.external_image_id for face in suspects]
        under_way = await self.checked.under_way(ids)
        left = [face for face in suspects if face.external_image_id not in under_way]
        current = await self.checked.faces_of([face.face_id for face in left])
        return [
            Found(Finding.ORPHANED_FACE, _UNCOUNTED, face.external_image_id, face_id=face.face_id)
            for face in left
            if face.face_id not in current
        ]

    async def _not_held(
        self, suspects: Sequence[tuple[str, str]], began: datetime
    ) -> Sequence[Found]:
        current = await self.checked.faces_of([face_id for face_id, _ in suspects])
        photos = await self.checked.photos_of([name for _, name in suspects])
        found: list[Found] = []
        for face_id, name in suspects:
            photo = photos.get(name)
            if face_id not in current or (photo and photo.changed_at > began - self.fresh):
                continue
            key = photo.photo_key if photo else None
            found.append(Found(Finding.MISSING_FACE, _NOT_HELD, name, key, face_id))
        return found

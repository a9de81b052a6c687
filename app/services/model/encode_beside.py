"""Use case: keep a photo's face of the next model beside the one that is served."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from app.domain.errors import (
    ModelSwitchedError,
    NoFaceError,
    NoModelChangeError,
    NotIndexedError,
    PhotoMissingError,
    SeveralFacesError,
)
from app.domain.face import Box, Enrolled, Face, largest_first, overlap
from app.domain.record import FaceRecord, IndexStatus, PhotoRecord
from app.ports.face_engine import FaceEngine
from app.ports.photo_store import PhotoStore
from app.ports.records import Records, Unit
from app.services.indexing import is_whole
from app.services.turns import Turns

_SAME = 0.3
"""Boxes that overlap less are of different faces."""


class BesideOutcome(StrEnum):
    """What one call changed."""

    ADDED = "added"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class EncodeBeside:
    """Read a stored photo with the next model; what is served meanwhile stays as it is.

    `engine` is that of the next model; None where no change is under way.
    """

    engine: FaceEngine | None
    records: Records
    store: PhotoStore
    turns: Turns = field(default_factory=Turns)

    async def __call__(self, external_image_id: str) -> BesideOutcome:
        """Keep the face that was enrolled before, whatever other faces the photo shows.

        Raises NoModelChangeError, NotIndexedError (it was removed or is not searchable),
        PhotoMissingError (its photo was not kept), and what the engine, the store and the records
        raise; NoFaceError also when the face on record is not found in the photo again.
        """
        async with self.turns.of(external_image_id):
            while True:
                engine, model = await self._next()
                record = await self._record(external_image_id)
                if record.next_model == model:
                    return BesideOutcome.UNCHANGED
                enrolled = await _enrolled(engine, await self._photo(record), record)
                if await self._is_kept(record, enrolled):
                    return BesideOutcome.ADDED

    async def _next(self) -> tuple[FaceEngine, str]:
        """Return the next engine and its model, as long as the collection changes to it."""
        if self.engine is None:
            raise NoModelChangeError
        model = (await self.engine.describe()).model
        async with self.records.view() as view:
            standing = await view.models.standing()
        if standing is None or standing.next != model:
            raise NoModelChangeError
        return self.engine, model

    async def _record(self, external_image_id: str) -> PhotoRecord:
        async with self.records.view() as view:
            record = await view.photos.get(external_image_id)
        if record is None or record.status is not IndexStatus.INDEXED or not record.faces:
            raise NotIndexedError
        return record

    async def _photo(self, record: PhotoRecord) -> bytes:
        photo = await self.store.get(record.photo_key) if record.photo_key else None
        if photo is None:
            raise PhotoMissingError(
                "The face was indexed without its photo being kept, so it cannot be read again."
                if record.photo_key is None
                else "The photo is no longer in the photo store."
            )
        return photo

    async def _is_kept(self, record: PhotoRecord, enrolled: Enrolled) -> bool:
        """Commit; False when the photo was replaced, or the model switched, meanwhile."""
        kept = enrolled.kept
        templates = {kept.face_id: kept.template} if kept.template is not None else {}
        faces = (FaceRecord(kept.face_id, kept.face),)
        try:
            async with self.records.unit() as unit:
                await unit.photos.get_locked(record.external_image_id)
                await _check_still_counted(unit, record)
                return await unit.photos.put_beside(record, enrolled.model, faces, templates)
        except ModelSwitchedError:
            return False


async def _check_still_counted(unit: Unit, record: PhotoRecord) -> None:
    """Raise NotIndexedError for a face that was deleted alone; no switch may bring it back."""
    known = await unit.photos.get(record.external_image_id)
    if known is None or known.sha256 != record.sha256:
        return  # it was replaced
    if not await is_whole(unit, known):
        raise NotIndexedError


async def _enrolled(engine: FaceEngine, photo: bytes, record: PhotoRecord) -> Enrolled:
    """Enrol the face on record; a photo of one person alone is read only once."""
    wanted = record.faces[0].face.box
    try:
        enrolled = await engine.enrol(photo, record.external_image_id, None)
    except SeveralFacesError as several:
        return await engine.enrol(photo, record.external_image_id, _place_of(several.faces, wanted))
    faces = largest_first([enrolled.kept.face, *(one.face for one in enrolled.refused)])
    place = _place_of(faces, wanted)
    if faces[place] == enrolled.kept.face:
        return enrolled
    return await engine.enrol(photo, record.external_image_id, place)


def _place_of(faces: Sequence[Face], wanted: Box) -> int:
    """Return which face is the one at this place; NoFaceError when none is."""
    place = max(range(len(faces)), key=lambda n: overlap(faces[n].box, wanted))
    if overlap(faces[place].box, wanted) < _SAME:
        raise NoFaceError("The face that was indexed was not found in the photo again.")
    return place

"""The faces that count against the records: each indexed photo by its own, once, of one model."""

from collections.abc import AsyncGenerator, Iterator
from dataclasses import dataclass, replace

from app.domain.collection import image_id_of
from app.domain.face import Box
from app.domain.model_change import OTHER_MODEL
from app.domain.record import IndexStatus
from app.domain.verification import CheckedFace, CheckedPhoto, Finding, Found, Models, Part, Tally
from app.ports.verification_records import VerificationRecords
from app.services.verify.streams import faces_on_record, photos_on_record

_SAME_PLACE = 0.5
"""Of `common_share`: from here on two faces are one."""


@dataclass(frozen=True, slots=True)
class CompareFaces:
    """Each record with the faces under its id, then each face with its record."""

    checked: VerificationRecords
    tally: Tally
    models: Models
    needs_templates: bool  # the engine gets its faces from the records

    async def __call__(self) -> AsyncGenerator[Found]:
        """Yield missing, double, orphaned and foreign faces."""
        async for photo in photos_on_record(self.checked, with_faces=True):
            counted = [face for face in photo.current if face.model not in self.models.passing]
            for found in self._of_photo(replace(photo, current=tuple(counted))):
                yield found
        async for face in faces_on_record(self.checked):
            self.tally.looked_at[Part.FACES] += 1
            if face.model in self.models.passing:
                continue
            for found in self._without_photo(face):
                yield found

    def _of_photo(self, photo: CheckedPhoto) -> Iterator[Found]:
        if photo.status is IndexStatus.INDEXED:
            yield from _missing(photo)
        if photo.reason == OTHER_MODEL:
            detail = f"its face is of {photo.model}, not of {self.models.served}"
            name, key = photo.external_image_id, photo.photo_key
            yield Found(Finding.WRONG_MODEL, detail, name, key)
        yield from _unnamed(photo)
        for face in photo.current:
            yield from self._of_face(face)

    def _without_photo(self, face: CheckedFace) -> Iterator[Found]:
        """Look at a face that has no record; one whose caller gave no id needs none."""
        if face.status is IndexStatus.REMOVED:
            yield _found(Finding.ORPHANED_FACE, "its photo was removed", face)
        elif face.status is None and face.is_named:
            yield _found(Finding.ORPHANED_FACE, "no record counts it", face)
        elif face.status is None:
            yield from self._of_face(face)

    def _of_face(self, face: CheckedFace) -> Iterator[Found]:
        if self.needs_templates and not face.has_template:
            yield _found(Finding.MISSING_FACE, "its template is missing", face)
        if self.models.served not in {None, face.model}:
            detail = f"it is of {face.model}, not of {self.models.served}"
            yield _found(Finding.WRONG_MODEL, detail, face)


def _missing(photo: CheckedPhoto) -> Iterator[Found]:
    """Find no face of a photo that is indexed.

    A client of the Rekognition calls may delete one of several faces that came that way.
    """
    current = {face.face_id for face in photo.current}
    gone = [face.face_id for face in photo.named if face.face_id not in current]
    name, key = photo.external_image_id, photo.photo_key
    if not photo.named:
        yield Found(Finding.MISSING_FACE, "the record names no face", name, key)
    elif key is not None or not current:
        for face_id in gone:
            yield Found(Finding.MISSING_FACE, "the face does not count", name, key, face_id)


def _unnamed(photo: CheckedPhoto) -> Iterator[Found]:
    """Find faces that the record does not name: doubles, and those that clients added."""
    named = {face.face_id: face.box for face in photo.named}
    places = [named[face.face_id] for face in photo.current if face.face_id in named]
    image_id = image_id_of(photo.sha256) if photo.sha256 else None
    for face in photo.current:
        if photo.status is IndexStatus.INDEXED and face.face_id in named:
            continue
        same_picture = face.image_id is None or face.image_id == image_id
        if same_picture and any(_are_one(face.box, place) for place in places):
            yield _found(Finding.DOUBLE_FACE, "the same face of the same picture again", face)
        else:
            yield _found(Finding.BESIDE_FACE, "the record does not name it", face)


def _are_one(one: Box | None, other: Box | None) -> bool:
    if one is None or other is None:
        return True
    return common_share(one, other) >= _SAME_PLACE


def common_share(one: Box, other: Box) -> float:
    """Return the share of two boxes' area together that is common to both (0 to 1)."""
    width = min(one.left + one.width, other.left + other.width) - max(one.left, other.left)
    height = min(one.top + one.height, other.top + other.height) - max(one.top, other.top)
    common = max(width, 0.0) * max(height, 0.0)
    together = one.area + other.area - common
    return common / together if together > 0 else 0.0


def _found(finding: Finding, detail: str, face: CheckedFace) -> Found:
    return Found(finding, detail, face.external_image_id, face_id=face.face_id)

"""Rows of photos and faces, to and from the domain's objects."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from pydantic import ConfigDict, TypeAdapter

from adapters.records.postgres.documents import adapter_of
from adapters.records.postgres.served import SERVED
from adapters.records.postgres.transaction import storable
from app.domain.booking import RecordStatus
from app.domain.collection import CollectionFace
from app.domain.face import Face, PhotoSize
from app.domain.model_change import OTHER_MODEL
from app.domain.photo import View
from app.domain.record import FaceRecord, IndexStatus, PhotoRecord, Standing

STANDING: Final = (
    "person_id, record_status, standing_as_of, taken_at, booking_number, other_person_ids, "
    "previous_booking_numbers"
)
# A photo may be described for two models; the one that is served is told. Where neither is, the
# photo is stored and not searchable.
_IS_SWITCHED: Final = f"next_model = {SERVED}"
_IS_LEFT: Final = (
    f"status = 'indexed' AND model <> {SERVED} AND next_model IS DISTINCT FROM {SERVED}"
)
STATUS: Final = f"CASE WHEN {_IS_LEFT} THEN 'skipped' ELSE status END"
MODEL: Final = f"CASE WHEN {_IS_SWITCHED} THEN next_model ELSE model END"
FACES: Final = f"CASE WHEN {_IS_SWITCHED} THEN next_faces ELSE faces END"
REASON: Final = f"CASE WHEN {_IS_LEFT} THEN '{OTHER_MODEL}' ELSE reason END"
NAMED: Final = f"CASE WHEN {_IS_LEFT} THEN '[]' ELSE {FACES} END"
"""The faces that a photo's record names."""

PHOTO: Final = (
    f"external_image_id, {STATUS}, view, sha256, photo_key, width, height, "
    f"({NAMED})::text, engine, {MODEL}, changed_at, {REASON}, "
    f"nullif(next_model, {SERVED}), {STANDING}"
)
FACE: Final = (
    f"face_id, image_id, external_image_id, is_named, face::text, faces.model, user_id, {STANDING}"
)

_FACE: Final = adapter_of(Face)
_FACES: Final = TypeAdapter(tuple[FaceRecord, ...], config=ConfigDict(hide_input_in_errors=True))


def standing_of(row: Sequence[Any]) -> Standing:
    """Return the standing in the columns STANDING, which are empty where there is no photo."""
    person_id, status, as_of, taken_at, booking_number, others, previous = row
    known = RecordStatus(status or RecordStatus.ACTIVE)
    numbers = (tuple(others or ()), tuple(previous or ()))
    return Standing(person_id, known, as_of, taken_at, booking_number, *numbers)


def face_of(row: Sequence[Any]) -> CollectionFace:
    """Return the face in the columns FACE."""
    face_id, image_id, external_image_id, is_named, face, model, user_id = row[:7]
    return CollectionFace(
        face_id=str(face_id),
        image_id=str(image_id),
        external_image_id=external_image_id,
        is_named=is_named,
        face=_FACE.validate_json(face),
        model=model,
        user_id=user_id,
        standing=standing_of(row[7:]),
    )


def json_of_face(face: Face) -> str:
    """Return the face as it is stored."""
    return _FACE.dump_json(face).decode()


def json_of_faces(faces: tuple[FaceRecord, ...]) -> str:
    """Return a photo's faces as they are stored."""
    return _FACES.dump_json(faces).decode()


def record_of(row: Sequence[Any]) -> PhotoRecord:
    """Return the record in the columns PHOTO."""
    return PhotoRecord(
        external_image_id=row[0],
        status=IndexStatus(row[1]),
        view=View(row[2]),
        sha256=row[3],
        photo_key=row[4],
        size=None if row[5] is None else PhotoSize(row[5], row[6]),
        faces=_FACES.validate_json(row[7]),
        engine=row[8],
        model=row[9],
        changed_at=row[10],
        reason=row[11],
        next_model=row[12],
        standing=standing_of(row[13:]),
    )


def columns_of(record: PhotoRecord) -> Mapping[str, object]:
    """Return what writes a record, as JSON has it."""
    return {
        "external_image_id": record.external_image_id,
        "status": record.status.value,
        "view": record.view.value,
        "sha256": record.sha256,
        "photo_key": record.photo_key,
        "width": record.size and record.size.width,
        "height": record.size and record.size.height,
        "faces": json_of_faces(record.faces),
        "engine": record.engine,
        "model": record.model,
        "changed_at": record.changed_at.isoformat(),
        "reason": record.reason,
        "person_id": record.standing.person_id,
        "record_status": record.standing.status.value,
        "standing_as_of": record.standing.as_of and record.standing.as_of.isoformat(),
        "taken_at": record.standing.taken_at and record.standing.taken_at.isoformat(),
        "booking_number": storable(record.standing.booking_number),
        "other_person_ids": _array(record.standing.other_person_ids),
        "previous_booking_numbers": _array(record.standing.previous_booking_numbers),
    }


def _array(numbers: Sequence[str]) -> Sequence[str | None] | None:
    return [storable(one) for one in numbers] or None

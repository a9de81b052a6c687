"""What verifying reads of photos and faces, from the rows of its statements."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from app.domain.booking import RecordStatus
from app.domain.face import Box
from app.domain.imports import ItemReason, ItemStatus
from app.domain.photo import View
from app.domain.record import IndexStatus
from app.domain.verification import CheckedFace, CheckedPhoto, NamedFace

_IS_IN: Final = {ItemReason.ALREADY_INDEXED, ItemReason.UNCHANGED}
"""An import that said so found the photo on record: no reason for it to be missing now."""


def reason_of(status: str, reason: str | None) -> str | None:
    """Return why a photo is not in; None of one that was."""
    match ItemStatus(status):
        case ItemStatus.WAITING:
            return "waiting"
        case ItemStatus.INDEXED:
            return None
        case ItemStatus.SKIPPED | ItemStatus.FAILED:
            return None if reason in _IS_IN else reason or status


def checked_face_of(row: Sequence[Any]) -> CheckedFace:
    """Return a face and what is said of its photo."""
    face_id, external_image_id, is_named, model, has_template, status, is_sealed = row
    return CheckedFace(
        str(face_id),
        external_image_id,
        is_named,
        model,
        has_template,
        status and IndexStatus(status),
        is_sealed=is_sealed,
    )


def checked_photo_of(row: Sequence[Any]) -> CheckedPhoto:
    """Return the record, and its faces where the row has them."""
    external_image_id, status = row[0], IndexStatus(row[1])
    named, current = row[9:] or ((), ())
    return CheckedPhoto(
        external_image_id=external_image_id,
        status=status,
        view=View(row[2]),
        sha256=row[3],
        photo_key=row[4],
        model=row[5],
        changed_at=row[6],
        reason=row[7],
        record_status=RecordStatus(row[8]),
        named=tuple(NamedFace(face_id, _box_of(box)) for face_id, box in named),
        current=tuple(
            CheckedFace(
                face_id,
                external_image_id,
                is_named,
                model,
                has_template,
                status,
                image_id,
                _box_of(box),
            )
            for face_id, is_named, model, has_template, image_id, box in current
        ),
    )


def _box_of(told: Mapping[str, float] | None) -> Box | None:
    return Box(**told) if told else None

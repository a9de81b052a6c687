"""Which faces of a photo are enrolled, under which ids, and why the others are not."""

from collections.abc import Sequence
from uuid import UUID, uuid5

from adapters.face_engine.local.reading import PhotoRead
from app.domain.face import EnrolledFace, Face, RefusalReason, RefusedFace
from app.domain.photo import sha256_of

_FACES = UUID("7d6f2a8c-53f4-4c0b-9a55-0c2f6c1e8b31")
_BOX_DIGITS = 4


class FaceIds:
    """Gives the faces of one photo their ids: the same photo under the same id has the same."""

    def __init__(self, model: str, external_image_id: str | None, photo: bytes) -> None:
        self._photo = f"{model}\n{external_image_id or ''}\n{sha256_of(photo)}"

    def of(self, face: Face) -> str:
        """Return the id of one face, told from the others by its place."""
        box = face.box
        sides = (box.left, box.top, box.width, box.height)
        place = " ".join(f"{side:.{_BOX_DIGITS}f}" for side in sides)
        return str(uuid5(_FACES, f"{self._photo}\n{place}"))


def refused_beside(read: PhotoRead, chosen: int) -> tuple[RefusedFace, ...]:
    """Return the faces beside the one that is enrolled."""
    return tuple(
        RefusedFace(face, (RefusalReason.EXCEEDS_MAX_FACES, *reasons))
        for number, (face, reasons) in enumerate(zip(read.faces, read.reasons, strict=True))
        if number != chosen
    )


def sorted_out(
    read: PhotoRead, templates: Sequence[bytes], ids: FaceIds, most: int, *, filtered: bool
) -> tuple[tuple[EnrolledFace, ...], tuple[RefusedFace, ...]]:
    """Keep the largest faces that are good enough, and say why each of the others is not kept."""
    kept, refused = dict[str, EnrolledFace](), list[RefusedFace]()
    for face, reasons, template in zip(read.faces, read.reasons, templates, strict=True):
        face_id = ids.of(face)
        if face_id in kept:
            continue  # two looks that ended on one face
        if filtered and reasons:
            refused.append(RefusedFace(face, reasons))
        elif len(kept) == most:
            refused.append(RefusedFace(face, (RefusalReason.EXCEEDS_MAX_FACES, *reasons)))
        else:
            kept[face_id] = EnrolledFace(face_id, face, template)
    return tuple(kept.values()), tuple(refused)

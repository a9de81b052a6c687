"""What may be wrong with an id, a photo or the faces in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.domain.errors.base import CandidError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.domain.face import Face, RefusedFace


class InvalidExternalImageIdError(CandidError):
    """The id cannot be the join between photo, face and booking."""

    code = "invalid_external_image_id"
    text = (
        "external_image_id must match [a-zA-Z0-9_.\\-:]{1,255} and not consist of dots only; "
        "encode other ids before sending them."
    )


class NoFaceError(CandidError):
    """The photo holds no face."""

    code = "no_face"
    text = "No face was found. Send a photo in which one face is upright, lit and unobstructed."


class SeveralFacesError(CandidError):
    """It is not clear which of several faces is the booked person's."""

    code = "several_faces"

    def __init__(self, faces: Sequence[Face]) -> None:
        super().__init__(
            f"{len(faces)} faces were found and none is clearly the largest; choose one with "
            f"face=0 to face={len(faces) - 1} (largest first), or crop the photo."
        )
        self.faces = tuple(faces)


class FaceIndexError(CandidError):
    """The chosen face does not exist."""

    code = "face_index"

    def __init__(self, wanted: int, count: int) -> None:
        super().__init__(f"face={wanted} was asked for, but the photo has {count} face(s), from 0.")


class DerivationError(CandidError):
    """What is said of how a probe was made cannot be so."""

    code = "derivation_refused"

    def __init__(self, why: str) -> None:
        super().__init__(f"derivation: {why} Send the steps as they were done, or leave it out.")


class FaceRefusedError(CandidError):
    """The face is not good enough to be enrolled."""

    code = "face_refused"

    def __init__(self, refused: Sequence[RefusedFace]) -> None:
        reasons = sorted({reason for face in refused for reason in face.reasons})
        super().__init__(f"The face cannot be enrolled: {', '.join(reasons)}. Send a better photo.")
        self.refused = tuple(refused)


class PhotoUnreadableError(CandidError):
    """The bytes are of a known format but cannot be decoded."""

    code = "photo_unreadable"
    text = "The photo cannot be decoded: it is damaged or cut short. Export it again."


class UnsupportedPhotoError(CandidError):
    """The bytes are of no format that is read here."""

    code = "unsupported_photo"
    text = "The file is not a photo that can be read here; send JPEG, PNG, WebP, GIF, TIFF or BMP."


class PhotoTooLargeError(CandidError):
    """The photo is larger than the stated limit."""

    code = "photo_too_large"


class PhotoTooCostlyError(CandidError):
    """Reading the photo took more memory or time than one photo may."""

    code = "photo_too_costly"
    text = (
        "Reading the photo took more time or memory than one photo may. Export it again, smaller."
    )

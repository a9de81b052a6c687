"""Faces in a photo: where they are, how good they are, and which one is meant."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.domain.errors import FaceIndexError, NoFaceError, SeveralFacesError

DOMINANCE = 4.0
"""A face is the booked person's without asking when its area is this many times the next one's."""


class RefusalReason(StrEnum):
    """Why a face was not enrolled; the names are Amazon Rekognition's."""

    EXCEEDS_MAX_FACES = "EXCEEDS_MAX_FACES"
    EXTREME_POSE = "EXTREME_POSE"
    LOW_BRIGHTNESS = "LOW_BRIGHTNESS"
    LOW_SHARPNESS = "LOW_SHARPNESS"
    LOW_CONFIDENCE = "LOW_CONFIDENCE"
    SMALL_BOUNDING_BOX = "SMALL_BOUNDING_BOX"
    LOW_FACE_QUALITY = "LOW_FACE_QUALITY"


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in ratios (0 to 1) of the upright photo's width and height; may overhang it."""

    left: float
    top: float
    width: float
    height: float

    @property
    def area(self) -> float:
        """The share of the photo's area that the box would cover."""
        return self.width * self.height


@dataclass(frozen=True, slots=True)
class Point:
    """A place in the upright photo, in ratios of its width and height."""

    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Quality:
    """What can be said of a face as a picture; None where the engine does not say."""

    size: int  # pixels of the box's shorter side in the photo as it was sent
    confidence: float  # 0 to 100: how sure the detector is that this is a face
    sharpness: float | None = None  # 0 to 100
    brightness: float | None = None  # 0 to 100
    yaw: float | None = None  # degrees, positive to the picture's right
    pitch: float | None = None  # degrees, positive up
    roll: float | None = None  # degrees, positive clockwise


@dataclass(frozen=True, slots=True)
class Face:
    """One face found in a photo; landmarks are left eye, right eye, nose, mouth (picture sides)."""

    box: Box
    quality: Quality
    landmarks: tuple[Point, ...] = ()


@dataclass(frozen=True, slots=True)
class EnrolledFace:
    """A face the engine can now find; `template` is for the records to keep, if it gives one."""

    face_id: str  # UUID, lower case
    face: Face
    template: bytes | None = None


@dataclass(frozen=True, slots=True)
class RefusedFace:
    """A face the engine saw and did not enrol."""

    face: Face
    reasons: tuple[RefusalReason, ...]


@dataclass(frozen=True, slots=True)
class PhotoSize:
    """Pixels of the upright photo."""

    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Detected:
    """The faces of a photo, largest first."""

    size: PhotoSize
    faces: tuple[Face, ...]


@dataclass(frozen=True, slots=True)
class Enrolled:
    """What came of enrolling a photo: the one face kept and those refused beside it."""

    size: PhotoSize
    kept: EnrolledFace
    refused: tuple[RefusedFace, ...]
    model: str
    submitted: str | None = None  # how what the engine got differs from the photo's own bytes


def overlap(one: Box, other: Box) -> float:
    """Return how far two boxes are the same: 0 where they do not meet, 1 where they are equal."""
    width = min(one.left + one.width, other.left + other.width) - max(one.left, other.left)
    height = min(one.top + one.height, other.top + other.height) - max(one.top, other.top)
    common = max(width, 0.0) * max(height, 0.0)
    covered = one.area + other.area - common
    return common / covered if covered > 0 else 0.0


def largest_first(faces: Sequence[Face]) -> tuple[Face, ...]:
    """Order faces as every answer lists them; equal areas from left to right."""
    return tuple(sorted(faces, key=lambda face: (-face.box.area, face.box.left)))


def face_to_enrol(faces: Sequence[Face], wanted: int | None) -> int:
    """Return the index of the booked person's face among `faces`, which are largest first.

    Raises NoFaceError, SeveralFacesError (no face is dominant and none was chosen) and
    FaceIndexError (the chosen face does not exist).
    """
    if wanted is None and len(faces) > 1 and faces[0].box.area < DOMINANCE * faces[1].box.area:
        raise SeveralFacesError(faces)
    return face_to_search(faces, wanted)


def face_to_search(faces: Sequence[Face], wanted: int | None) -> int:
    """Return the index of the probe's face: the chosen one, else the largest.

    Raises NoFaceError and FaceIndexError.
    """
    if not faces:
        raise NoFaceError
    if wanted is not None and not 0 <= wanted < len(faces):
        raise FaceIndexError(wanted, len(faces))
    return wanted or 0

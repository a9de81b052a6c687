"""What calls about collections answer. Similarities are on the scale that Rekognition's are."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.domain.collection import Collection, CollectionFace, User
from app.domain.face import Face, RefusedFace


@dataclass(frozen=True, slots=True)
class CollectionFacts:
    """A collection and how much it holds."""

    collection: Collection
    faces: int
    users: int


@dataclass(frozen=True, slots=True)
class IndexedFaces:
    """The faces of a photo that are searchable now, and those that are not; largest first."""

    kept: tuple[CollectionFace, ...]
    refused: tuple[RefusedFace, ...]
    model: str


@dataclass(frozen=True, slots=True)
class ListedFaces:
    """A page of faces, in the order of their ids."""

    faces: Sequence[CollectionFace]
    model: str


@dataclass(frozen=True, slots=True)
class UndeletedFace:
    """A face that was not deleted: FACE_NOT_FOUND or ASSOCIATED_TO_AN_EXISTING_USER."""

    face_id: str
    user_id: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class DeletedFaces:
    """Which of some faces were deleted."""

    face_ids: tuple[str, ...]
    refused: tuple[UndeletedFace, ...]


@dataclass(frozen=True, slots=True)
class FaceMatch:
    """A face that resembles what was searched: a lead for human review."""

    face: CollectionFace
    similarity: float


@dataclass(frozen=True, slots=True)
class FaceMatches:
    """The face of the probe that was searched (None: an enrolled one), and what resembles it."""

    searched: Face | None
    matches: tuple[FaceMatch, ...]  # strongest first
    model: str


@dataclass(frozen=True, slots=True)
class ComparedFaces:
    """The largest face of one photo, and those of another that resemble it or do not."""

    source: Face
    matches: tuple[tuple[Face, float], ...]  # strongest first
    unmatched: tuple[Face, ...]


@dataclass(frozen=True, slots=True)
class FoundUser:
    """A user who resembles what was searched: a lead for human review."""

    user: User
    similarity: float


@dataclass(frozen=True, slots=True)
class FoundUsers:
    """The probe's faces, of which the first was searched, and the users who resemble it."""

    faces: tuple[Face, ...]
    matches: tuple[FoundUser, ...]  # strongest first
    model: str

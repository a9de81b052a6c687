"""Face collections: separate galleries, each of one face model, and users made of their faces."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from app.domain.face import Face
from app.domain.record import Standing

MOST_FACES_OF_USER = 100
"""Faces that one user may have, as in Amazon Rekognition."""


@dataclass(frozen=True, slots=True)
class Collection:
    """A gallery of its own; its faces compare with no other's and are all of one model."""

    collection_id: str
    model: str
    created_at: datetime
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CollectionFace:
    """A current face of a collection, with what its photo is known by."""

    face_id: str
    image_id: str  # UUID, the same for the same bytes
    external_image_id: str  # the image id where the caller gave none
    is_named: bool  # whether the caller gave an external_image_id
    face: Face
    model: str
    user_id: str | None = None
    standing: Standing = field(default_factory=Standing)


@dataclass(frozen=True, slots=True)
class User:
    """A person of a collection who is searched by several faces at once."""

    user_id: str
    faces: int


@dataclass(frozen=True, slots=True)
class UserFace:
    """A current face of a user: all that is needed to say whether the user may be shown."""

    external_image_id: str
    is_named: bool
    standing: Standing


class AssociationRefusal(StrEnum):
    """Why a face was not made a user's or not taken from one; the names are Rekognition's."""

    FACE_NOT_FOUND = "FACE_NOT_FOUND"
    ASSOCIATED_TO_A_DIFFERENT_USER = "ASSOCIATED_TO_A_DIFFERENT_USER"
    LOW_MATCH_CONFIDENCE = "LOW_MATCH_CONFIDENCE"


@dataclass(frozen=True, slots=True)
class RefusedAssociation:
    """A face that was not made a user's, or not taken from one."""

    face_id: str
    reason: AssociationRefusal
    user_id: str | None = None  # the different user
    similarity: float | None = None  # of the face with the user, on the engine's scale


@dataclass(frozen=True, slots=True)
class UserFacesAnswer:
    """What came of associating or disassociating faces."""

    face_ids: tuple[str, ...]  # newly associated or disassociated
    refused: tuple[RefusedAssociation, ...]
    user: User  # as it is now


@dataclass(frozen=True, slots=True)
class UserAnswer:
    """A user was made or deleted; kept so that a repeated request gets its first answer."""

    user_id: str


def image_id_of(sha256: str) -> str:
    """Return the id of an image: the first 128 bits of the SHA-256 of its bytes, as a UUID."""
    return str(UUID(sha256[:32]))

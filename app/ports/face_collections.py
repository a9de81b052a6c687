"""The face collections port: the engine's galleries side by side, and users made of their faces."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from app.domain.collection import RefusedAssociation
from app.domain.face import Face, PhotoSize
from app.ports.face_engine import FaceEngine


@dataclass(frozen=True, slots=True)
class AssociatedFaces:
    """Faces that now count for a user, and those too unlike it to."""

    face_ids: tuple[str, ...]
    refused: tuple[RefusedAssociation, ...]


@dataclass(frozen=True, slots=True)
class UserMatch:
    """A user whose faces together resemble what was searched, 0 to 100 on the engine's scale."""

    user_id: str
    similarity: float


@dataclass(frozen=True, slots=True)
class UserMatches:
    """The faces of a probe, and the users who resemble the largest; no face, no users."""

    size: PhotoSize
    faces: tuple[Face, ...]  # largest first
    users: tuple[UserMatch, ...]  # strongest first


class FaceUsers(Protocol):
    """The users of one collection, as far as the engine must know them.

    Every method raises EngineUnavailableError or EngineMisconfiguredError; those that read a photo
    raise what FaceEngine's do, but for NoFaceError.
    """

    async def create(self, user_id: str) -> None:
        """Make a user; one that is there already is no error."""
        ...

    async def delete(self, user_id: str) -> None:
        """Forget a user, whose faces stay; an unknown one is no error."""
        ...

    async def associate(
        self, user_id: str, face_ids: Sequence[str], floor: float
    ) -> AssociatedFaces:
        """Count faces of the collection, which are nobody else's, for a user.

        Those whose likeness to the user's faces is below `floor` are refused.
        """
        ...

    async def disassociate(self, user_id: str, face_ids: Sequence[str]) -> None:
        """Count faces no longer for a user."""
        ...

    async def search(self, probe: bytes, *, most: int, floor: float) -> UserMatches:
        """Rank users by their likeness to the largest face of a probe."""
        ...

    async def search_face(self, face_id: str, *, most: int, floor: float) -> Sequence[UserMatch]:
        """Rank users by their likeness to an enrolled face; FaceNotHeldError."""
        ...

    async def search_user(self, user_id: str, *, most: int, floor: float) -> Sequence[UserMatch]:
        """Rank the other users by their likeness to a user; nobody where that has no face."""
        ...


class FaceCollections(Protocol):
    """The engine's collections; the records know which there are."""

    async def create(self, collection_id: str) -> str:
        """Make a collection where it is missing and return the model of its faces."""
        ...

    async def delete(self, collection_id: str) -> None:
        """Forget a collection with all its faces and users; an unknown one is no error."""
        ...

    async def engine(self, collection_id: str) -> FaceEngine:
        """Return the engine on one collection; it is opened on first use and then kept."""
        ...

    async def users(self, collection_id: str) -> FaceUsers:
        """Return the users of one collection."""
        ...


class ListedCollections(FaceCollections, Protocol):
    """Collections that the engine itself knows: one may be there of which no record is."""

    async def names(self, prefix: str) -> Sequence[str]:
        """Return the names that begin so."""
        ...

"""The use cases on collections, on a few faces in memory; they note how they were called."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from app.domain.collection import (
    AssociationRefusal,
    Collection,
    CollectionFace,
    RefusedAssociation,
    User,
    UserFacesAnswer,
)
from app.domain.errors import CollectionExistsError, CollectionNotFoundError
from app.domain.face import Box, Detected, Face, PhotoSize, Point, Quality, RefusalReason
from app.domain.face import RefusedFace as Refused
from app.services.collections.answers import (
    CollectionFacts,
    ComparedFaces,
    DeletedFaces,
    FaceMatch,
    FaceMatches,
    FoundUser,
    FoundUsers,
    IndexedFaces,
    ListedFaces,
    UndeletedFace,
)
from app.services.collections.call import CollectionCall

Argument = Any  # of whichever use case it is
MODEL = "arcface-local/1"
FACE = Face(
    Box(0.3, 0.2, 0.4, 0.5),
    Quality(320, 99.5, 81.0, 64.0, -3.0, 1.5, 0.2),
    (Point(0.4, 0.35), Point(0.6, 0.35), Point(0.5, 0.5), Point(0.5, 0.6)),
)
UNMEASURED = Face(Box(0.0, 0.1, 0.2, 0.2), Quality(90, 97.0))
CREATED = datetime(2026, 3, 4, 5, 6, 7, 891000, UTC)


def face_id(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012x}"


def enrolled(number: int, *, is_named: bool = True, user_id: str | None = None) -> CollectionFace:
    image = face_id(0xFFFF)
    name = f"B-{number}" if is_named else image
    return CollectionFace(face_id(number), image, name, is_named, FACE, MODEL, user_id)


@dataclass
class FakeCollections:
    """Every use case; `error` is what all of them end with."""

    collections: dict[str, Collection] = field(default_factory=dict)
    faces: list[CollectionFace] = field(default_factory=list)
    people: list[User] = field(default_factory=list)
    calls: list[tuple[Argument, ...]] = field(default_factory=list)
    error: Exception | None = None
    probe: tuple[Face, ...] = (FACE, UNMEASURED)

    @property
    def call(self) -> CollectionCall:
        """The last call's actor, purpose and case."""
        called = self.calls[-1][-1]
        assert isinstance(called, CollectionCall)
        return called

    def asked(self) -> tuple[Argument, ...]:
        """What the last use case was called with, but for the call."""
        return self.calls[-1][:-1]

    def __getattr__(self, name: str) -> "_Part":
        if name in {"manage", "users", "search", "search_users"}:
            return _Part(self, name)
        raise AttributeError(name)

    def note(self, *call: Argument) -> None:
        self.calls.append(call)
        if self.error is not None:
            raise self.error

    async def index_faces(self, *call: Argument) -> IndexedFaces:
        self.note("index_faces", *call)
        refused = Refused(UNMEASURED, (RefusalReason.LOW_BRIGHTNESS,))
        named = call[2] is not None
        return IndexedFaces((enrolled(1, is_named=named),), (refused,), MODEL)

    async def list_faces(self, *call: Argument) -> ListedFaces:
        self.note("list_faces", *call)
        after, limit = call[1], call[2]
        return ListedFaces(
            [one for one in self.faces if one.face_id > (after or "")][:limit], MODEL
        )

    async def delete_faces(self, *call: Argument) -> DeletedFaces:
        self.note("delete_faces", *call)
        held, *unknown = call[1]
        refused = [UndeletedFace(one, None, "FACE_NOT_FOUND") for one in unknown]
        owned = UndeletedFace(face_id(9), "U-1", "ASSOCIATED_TO_AN_EXISTING_USER")
        return DeletedFaces((held,), (*refused, owned))

    async def compare(self, *call: Argument) -> ComparedFaces:
        self.note("compare", *call)
        return ComparedFaces(FACE, ((FACE, 91.23456), (UNMEASURED, 100.00001)), (UNMEASURED,))

    async def detect(self, *call: Argument) -> Detected:
        self.note("detect", *call)
        return Detected(PhotoSize(800, 1000), self.probe)


@dataclass
class _Part:
    fake: FakeCollections
    name: str

    async def create(self, *call: Argument) -> Collection | None:
        self.fake.note(f"{self.name}.create", *call)
        if self.name == "users":
            return None
        if call[0] in self.fake.collections:
            raise CollectionExistsError
        made = self.fake.collections[call[0]] = Collection(call[0], MODEL, CREATED, call[1])
        return made

    async def describe(self, *call: Argument) -> CollectionFacts:
        self.fake.note("manage.describe", *call)
        if call[0] not in self.fake.collections:
            raise CollectionNotFoundError
        return CollectionFacts(self.fake.collections[call[0]], 3, 1)

    async def delete(self, *call: Argument) -> None:
        self.fake.note(f"{self.name}.delete", *call)
        if self.name == "manage" and self.fake.collections.pop(call[0], None) is None:
            raise CollectionNotFoundError

    async def page(self, *call: Argument) -> Sequence[Collection] | Sequence[User]:
        self.fake.note(f"{self.name}.page", *call)
        after, limit = call[-3] or "", call[-2]
        if self.name == "users":
            return [one for one in self.fake.people if one.user_id > after][:limit]
        known = sorted(self.fake.collections)
        return [self.fake.collections[one] for one in known if one > after][:limit]

    async def associate(self, *call: Argument) -> UserFacesAnswer:
        self.fake.note("users.associate", *call)
        unlike = RefusedAssociation(
            face_id(2), AssociationRefusal.LOW_MATCH_CONFIDENCE, None, 61.23456
        )
        unknown = RefusedAssociation(face_id(3), AssociationRefusal.FACE_NOT_FOUND)
        return UserFacesAnswer((face_id(1),), (unlike, unknown), User(call[1], 1))

    async def disassociate(self, *call: Argument) -> UserFacesAnswer:
        self.fake.note("users.disassociate", *call)
        others = RefusedAssociation(
            face_id(2), AssociationRefusal.ASSOCIATED_TO_A_DIFFERENT_USER, "U-2"
        )
        return UserFacesAnswer((face_id(1),), (others,), User(call[1], 0))

    async def by_image(self, *call: Argument) -> FaceMatches | FoundUsers:
        self.fake.note(f"{self.name}.by_image", *call)
        return self._users(self.fake.probe) if self.name == "search_users" else _matches(FACE)

    async def by_face(self, *call: Argument) -> FaceMatches | FoundUsers:
        self.fake.note(f"{self.name}.by_face", *call)
        return self._users(()) if self.name == "search_users" else _matches(None)

    async def by_user(self, *call: Argument) -> FoundUsers:
        self.fake.note("search_users.by_user", *call)
        return self._users(())

    def _users(self, faces: tuple[Face, ...]) -> FoundUsers:
        found = (
            (FoundUser(User("U-1", 2), 97.0), FoundUser(User("U-2", 1), 83.0))
            if (self.fake.probe)
            else ()
        )
        return FoundUsers(faces, found, MODEL)


def _matches(searched: Face | None) -> FaceMatches:
    weaker, stronger = FaceMatch(enrolled(2), 88.123456), FaceMatch(enrolled(1), 99.987654)
    return FaceMatches(searched, (weaker, stronger), MODEL)

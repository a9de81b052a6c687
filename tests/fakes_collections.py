"""The face collections port in memory."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import fmean

from typing_extensions import override

from app.domain.collection import AssociationRefusal, RefusedAssociation
from app.domain.errors import EngineUnavailableError, FaceNotHeldError
from app.domain.similarity_scale import SAME, SimilarityScale
from app.ports.face_collections import (
    AssociatedFaces,
    FaceUsers,
    ListedCollections,
    UserMatch,
    UserMatches,
)
from tests.fakes import FakeFaceEngine, likeness


@dataclass
class FakeFaceUsers(FaceUsers):
    """Users of a FakeFaceEngine; one's likeness is the mean of that of the faces."""

    engine: FakeFaceEngine
    members: dict[str, list[str]] = field(default_factory=dict)  # face ids of a user

    @override
    async def create(self, user_id: str) -> None:
        await self.engine.ping()
        self.members.setdefault(user_id, [])

    @override
    async def delete(self, user_id: str) -> None:
        await self.engine.ping()
        self.members.pop(user_id, None)

    @override
    async def associate(
        self, user_id: str, face_ids: Sequence[str], floor: float
    ) -> AssociatedFaces:
        await self.engine.ping()
        counted, refused = self.members.setdefault(user_id, []), list[RefusedAssociation]()
        for face_id in face_ids:
            if refusal := self._refusal(user_id, face_id, floor):
                refused.append(refusal)
            elif face_id not in counted:
                counted.append(face_id)
        left_out = {one.face_id for one in refused}
        kept = (face_id for face_id in face_ids if face_id not in left_out)
        return AssociatedFaces(tuple(dict.fromkeys(kept)), tuple(refused))

    @override
    async def disassociate(self, user_id: str, face_ids: Sequence[str]) -> None:
        await self.engine.ping()
        counted = self.members.get(user_id, [])
        counted[:] = [face_id for face_id in counted if face_id not in face_ids]

    @override
    async def search(self, probe: bytes, *, most: int, floor: float) -> UserMatches:
        seen = self.engine.seen(probe)
        users = self._ranked([seen[0][1].person], floor) if seen else []
        detected = await self.engine.detect(probe)
        return UserMatches(detected.size, detected.faces, tuple(users[:most]))

    @override
    async def search_face(self, face_id: str, *, most: int, floor: float) -> Sequence[UserMatch]:
        await self.engine.ping()
        if face_id not in self.engine.held:
            raise FaceNotHeldError
        return self._ranked([self.engine.held[face_id][0]], floor)[:most]

    @override
    async def search_user(self, user_id: str, *, most: int, floor: float) -> Sequence[UserMatch]:
        await self.engine.ping()
        ranked = self._ranked(self._people(user_id), floor)
        return [user for user in ranked if user.user_id != user_id][:most]

    def _refusal(self, user_id: str, face_id: str, floor: float) -> RefusedAssociation | None:
        if face_id not in self.engine.held:
            return RefusedAssociation(face_id, AssociationRefusal.FACE_NOT_FOUND)
        counted = self._people(user_id)
        similarity = _mean_likeness([self.engine.held[face_id][0]], counted)
        if not counted or similarity >= floor:
            return None
        reason = AssociationRefusal.LOW_MATCH_CONFIDENCE
        return RefusedAssociation(face_id, reason, similarity=similarity)

    def _people(self, user_id: str) -> list[str]:
        """Return whom the user's faces show, those that the engine still holds."""
        held = self.engine.held
        return [held[face_id][0] for face_id in self.members.get(user_id, []) if face_id in held]

    def _ranked(self, people: Sequence[str], floor: float) -> list[UserMatch]:
        users = ((user_id, self._people(user_id)) for user_id in sorted(self.members))
        ranked = [
            UserMatch(user_id, _mean_likeness(people, theirs))
            for user_id, theirs in users
            if people and theirs
        ]
        found = (match for match in ranked if match.similarity >= floor)
        return sorted(found, key=lambda match: -match.similarity)


@dataclass
class FakeFaceCollections(ListedCollections):
    """A FakeFaceEngine a collection, made on first use."""

    holds_faces: bool = True
    scale: SimilarityScale = SAME
    down: bool = False
    open: dict[str, FakeFaceUsers] = field(default_factory=dict)  # each with its engine

    @override
    async def create(self, collection_id: str) -> str:
        return (await (await self.engine(collection_id)).describe()).model

    @override
    async def delete(self, collection_id: str) -> None:
        if self.down:
            raise EngineUnavailableError
        self.open.pop(collection_id, None)

    @override
    async def names(self, prefix: str) -> Sequence[str]:
        if self.down:
            raise EngineUnavailableError
        return [name for name in self.open if name.startswith(prefix)]

    @override
    async def engine(self, collection_id: str) -> FakeFaceEngine:
        return (await self.users(collection_id)).engine

    @override
    async def users(self, collection_id: str) -> FakeFaceUsers:
        if collection_id not in self.open:
            engine = FakeFaceEngine(holds_faces=self.holds_faces, scale=self.scale)
            self.open[collection_id] = FakeFaceUsers(engine)
        self.open[collection_id].engine.down = self.down
        return self.open[collection_id]


def _mean_likeness(people: Sequence[str], others: Sequence[str]) -> float:
    """Return how alike two people are, each known by several faces; 0 where one has none."""
    every = [likeness(one, other) for one in people for other in others]
    return fmean(every) if every else 0.0

"""A local engine of several models: each call goes to the one that is served."""

from collections.abc import Mapping, Sequence

from typing_extensions import override

from adapters.face_engine.local.enroller import LocalEnroller
from adapters.face_engine.local.serving import Serving
from adapters.face_engine.local.users import LocalFaceUsers
from app.domain.face import Detected, Enrolled
from app.ports.face_collections import AssociatedFaces, FaceUsers, UserMatch, UserMatches
from app.ports.face_engine import (
    Compared,
    EngineDescription,
    EnrolledFaces,
    FaceEngine,
    FaceRanking,
    HeldFaces,
    Matches,
)


class ChangingFaceEngine(FaceEngine):
    """Reads and ranks with the model served at the moment of the call; no call mixes models."""

    def __init__(self, engines: Mapping[str, LocalEnroller], serving: Serving) -> None:
        self._engines = engines
        self._serving = serving

    @override
    async def enrol(self, photo: bytes, external_image_id: str, face: int | None) -> Enrolled:
        engine = self._engines[await self._serving.to_enrol()]
        return await engine.enrol(photo, external_image_id, face)

    @override
    async def enrol_all(
        self, photo: bytes, external_image_id: str | None, most: int, *, filtered: bool
    ) -> EnrolledFaces:
        engine = self._engines[await self._serving.to_enrol()]
        return await engine.enrol_all(photo, external_image_id, most, filtered=filtered)

    @override
    async def discard(self, face_ids: Sequence[str]) -> None:
        await self._served.discard(face_ids)

    @override
    async def unite(self, person_id: str, face_ids: Sequence[str]) -> None:
        await self._served.unite(person_id, face_ids)

    @override
    async def search(self, probe: bytes, *, people: int, floor: float, face: int | None) -> Matches:
        """Search with the model that is served; anew, when it was switched under the search."""
        return await self._serving.call(
            self._engines,
            lambda engine: engine.search(probe, people=people, floor=floor, face=face),
        )

    @override
    async def search_face(self, face_id: str, *, people: int, floor: float) -> FaceRanking:
        return await self._serving.call(
            self._engines,
            lambda engine: engine.search_face(face_id, people=people, floor=floor),
        )

    @override
    async def compare(self, source: bytes, target: bytes) -> Compared:
        return await self._served.compare(source, target)

    @override
    async def detect(self, photo: bytes) -> Detected:
        return await self._served.detect(photo)

    @override
    async def faces(self, after: str | None) -> HeldFaces:
        return await self._served.faces(after)

    @override
    async def describe(self) -> EngineDescription:
        """Describe the model that is served at this moment."""
        return await self._engines[await self._serving.now()].describe()

    @override
    async def ping(self) -> None:
        await self._served.ping()

    @property
    def _served(self) -> LocalEnroller:
        return self._engines[self._serving.model]


class ChangingFaceUsers(FaceUsers):
    """Compares with the users as the model served at the moment of the call knows them."""

    def __init__(self, users: Mapping[str, LocalFaceUsers], serving: Serving) -> None:
        self._users = users
        self._serving = serving

    @override
    async def create(self, user_id: str) -> None:
        """Nothing: the records know."""

    @override
    async def delete(self, user_id: str) -> None:
        """Nothing: the records know."""

    @override
    async def associate(
        self, user_id: str, face_ids: Sequence[str], floor: float
    ) -> AssociatedFaces:
        return await self._serving.call(
            self._users, lambda users: users.associate(user_id, face_ids, floor)
        )

    @override
    async def disassociate(self, user_id: str, face_ids: Sequence[str]) -> None:
        """Nothing: the records know."""

    @override
    async def search(self, probe: bytes, *, most: int, floor: float) -> UserMatches:
        return await self._serving.call(
            self._users, lambda users: users.search(probe, most=most, floor=floor)
        )

    @override
    async def search_face(self, face_id: str, *, most: int, floor: float) -> Sequence[UserMatch]:
        return await self._serving.call(
            self._users, lambda users: users.search_face(face_id, most=most, floor=floor)
        )

    @override
    async def search_user(self, user_id: str, *, most: int, floor: float) -> Sequence[UserMatch]:
        return await self._serving.call(
            self._users, lambda users: users.search_user(user_id, most=most, floor=floor)
        )

"""Any FaceCollections, with the calls of its engines and users timed and their failures counted."""

from collections.abc import Sequence

from typing_extensions import override

from adapters.face_engine.metered.engine import MeteredFaceEngine
from adapters.face_engine.metered.metrics import EngineMetrics
from app.ports.face_collections import (
    AssociatedFaces,
    FaceCollections,
    FaceUsers,
    UserMatch,
    UserMatches,
)
from app.ports.face_engine import FaceEngine


class MeteredFaceCollections(FaceCollections):
    """Wraps collections; adds nothing but measurements."""

    def __init__(self, collections: FaceCollections, metrics: EngineMetrics) -> None:
        self._collections = collections
        self._metrics = metrics

    @override
    async def create(self, collection_id: str) -> str:
        with self._metrics.measured("create_collection"):
            return await self._collections.create(collection_id)

    @override
    async def delete(self, collection_id: str) -> None:
        with self._metrics.measured("delete_collection"):
            await self._collections.delete(collection_id)

    @override
    async def engine(self, collection_id: str) -> FaceEngine:
        with self._metrics.measured("open_collection"):
            engine = await self._collections.engine(collection_id)
        return MeteredFaceEngine(engine, self._metrics)

    @override
    async def users(self, collection_id: str) -> FaceUsers:
        with self._metrics.measured("open_collection"):
            users = await self._collections.users(collection_id)
        return MeteredFaceUsers(users, self._metrics)


class MeteredFaceUsers(FaceUsers):
    """Wraps the users of a collection; adds nothing but measurements."""

    def __init__(self, users: FaceUsers, metrics: EngineMetrics) -> None:
        self._users = users
        self._metrics = metrics

    @override
    async def create(self, user_id: str) -> None:
        with self._metrics.measured("create_user"):
            await self._users.create(user_id)

    @override
    async def delete(self, user_id: str) -> None:
        with self._metrics.measured("delete_user"):
            await self._users.delete(user_id)

    @override
    async def associate(
        self, user_id: str, face_ids: Sequence[str], floor: float
    ) -> AssociatedFaces:
        with self._metrics.measured("associate"):
            return await self._users.associate(user_id, face_ids, floor)

    @override
    async def disassociate(self, user_id: str, face_ids: Sequence[str]) -> None:
        with self._metrics.measured("disassociate"):
            await self._users.disassociate(user_id, face_ids)

    @override
    async def search(self, probe: bytes, *, most: int, floor: float) -> UserMatches:
        with self._metrics.measured("search_users"):
            return await self._users.search(probe, most=most, floor=floor)

    @override
    async def search_face(self, face_id: str, *, most: int, floor: float) -> Sequence[UserMatch]:
        with self._metrics.measured("search_users_by_face"):
            return await self._users.search_face(face_id, most=most, floor=floor)

    @override
    async def search_user(self, user_id: str, *, most: int, floor: float) -> Sequence[UserMatch]:
        with self._metrics.measured("search_users_by_user"):
            return await self._users.search_user(user_id, most=most, floor=floor)

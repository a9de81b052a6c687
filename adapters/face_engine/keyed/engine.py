"""Any FaceEngine; discarding a face destroys the key of its template."""

from collections.abc import Sequence

from typing_extensions import override

from app.domain.face import Detected, Enrolled
from app.ports.data_keys import DataKeys, face_key_name
from app.ports.face_engine import (
    Compared,
    EngineDescription,
    EnrolledFaces,
    FaceEngine,
    FaceRanking,
    HeldFaces,
    Matches,
)


class KeyedFaceEngine(FaceEngine):
    """Wraps an engine on one collection; `discard` also raises what the data keys raise."""

    def __init__(self, engine: FaceEngine, keys: DataKeys, collection_id: str) -> None:
        self._engine = engine
        self._keys = keys
        self._collection_id = collection_id

    @override
    async def discard(self, face_ids: Sequence[str]) -> None:
        await self._keys.destroy([face_key_name(self._collection_id, one) for one in face_ids])
        await self._engine.discard(face_ids)

    @override
    async def enrol(self, photo: bytes, external_image_id: str, face: int | None) -> Enrolled:
        return await self._engine.enrol(photo, external_image_id, face)

    @override
    async def enrol_all(
        self, photo: bytes, external_image_id: str | None, most: int, *, filtered: bool
    ) -> EnrolledFaces:
        return await self._engine.enrol_all(photo, external_image_id, most, filtered=filtered)

    @override
    async def unite(self, person_id: str, face_ids: Sequence[str]) -> None:
        await self._engine.unite(person_id, face_ids)

    @override
    async def search(self, probe: bytes, *, people: int, floor: float, face: int | None) -> Matches:
        return await self._engine.search(probe, people=people, floor=floor, face=face)

    @override
    async def search_face(self, face_id: str, *, people: int, floor: float) -> FaceRanking:
        return await self._engine.search_face(face_id, people=people, floor=floor)

    @override
    async def compare(self, source: bytes, target: bytes) -> Compared:
        return await self._engine.compare(source, target)

    @override
    async def detect(self, photo: bytes) -> Detected:
        return await self._engine.detect(photo)

    @override
    async def faces(self, after: str | None) -> HeldFaces:
        return await self._engine.faces(after)

    @override
    async def describe(self) -> EngineDescription:
        return await self._engine.describe()

    @override
    async def ping(self) -> None:
        await self._engine.ping()

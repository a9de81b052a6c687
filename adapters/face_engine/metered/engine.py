"""Any FaceEngine, with its calls timed and its failures counted."""

from collections.abc import Sequence

from typing_extensions import override

from adapters.face_engine.metered.metrics import EngineMetrics
from app.domain.face import Detected, Enrolled
from app.ports.face_engine import (
    Compared,
    EngineDescription,
    EnrolledFaces,
    FaceEngine,
    FaceRanking,
    HeldFaces,
    Matches,
)


class MeteredFaceEngine(FaceEngine):
    """Wraps an engine; adds nothing but measurements."""

    def __init__(self, engine: FaceEngine, metrics: EngineMetrics) -> None:
        self._engine = engine
        self._metrics = metrics

    @override
    async def enrol(self, photo: bytes, external_image_id: str, face: int | None) -> Enrolled:
        with self._metrics.measured("enrol"):
            return await self._engine.enrol(photo, external_image_id, face)

    @override
    async def discard(self, face_ids: Sequence[str]) -> None:
        with self._metrics.measured("discard"):
            await self._engine.discard(face_ids)

    @override
    async def unite(self, person_id: str, face_ids: Sequence[str]) -> None:
        with self._metrics.measured("unite"):
            await self._engine.unite(person_id, face_ids)

    @override
    async def search(self, probe: bytes, *, people: int, floor: float, face: int | None) -> Matches:
        with self._metrics.measured("search"):
            matches = await self._engine.search(probe, people=people, floor=floor, face=face)
        self._metrics.faces.set(matches.gallery_faces)
        return matches

    @override
    async def enrol_all(
        self, photo: bytes, external_image_id: str | None, most: int, *, filtered: bool
    ) -> EnrolledFaces:
        with self._metrics.measured("enrol_all"):
            return await self._engine.enrol_all(photo, external_image_id, most, filtered=filtered)

    @override
    async def search_face(self, face_id: str, *, people: int, floor: float) -> FaceRanking:
        with self._metrics.measured("search_face"):
            ranking = await self._engine.search_face(face_id, people=people, floor=floor)
        self._metrics.faces.set(ranking.gallery_faces)
        return ranking

    @override
    async def compare(self, source: bytes, target: bytes) -> Compared:
        with self._metrics.measured("compare"):
            return await self._engine.compare(source, target)

    @override
    async def detect(self, photo: bytes) -> Detected:
        with self._metrics.measured("detect"):
            return await self._engine.detect(photo)

    @override
    async def faces(self, after: str | None) -> HeldFaces:
        with self._metrics.measured("faces"):
            return await self._engine.faces(after)

    @override
    async def describe(self) -> EngineDescription:
        return await self._engine.describe()

    @override
    async def ping(self) -> None:
        await self._engine.ping()

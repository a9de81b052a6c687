"""Any FaceEngine, with its calls timed and its failures counted."""

import time
from collections.abc import Generator, Sequence
from contextlib import contextmanager

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from typing_extensions import override

from app.domain.errors import CandidError
from app.domain.face import Detected, Enrolled
from app.ports.face_engine import EngineDescription, FaceEngine, HeldFaces, Matches


class MeteredFaceEngine(FaceEngine):
    """Wraps an engine; adds nothing but measurements."""

    def __init__(self, engine: FaceEngine, registry: CollectorRegistry) -> None:
        self._engine = engine
        self._seconds = Histogram(
            "candid_engine_seconds", "Time of engine calls.", ("call",), registry=registry
        )
        self._failures = Counter(
            "candid_engine_failures",
            "Engine calls that ended in an error, photos at fault included.",
            ("call", "code"),
            registry=registry,
        )
        self._faces = Gauge("candid_gallery_faces", "Faces last searched.", registry=registry)

    @override
    async def enrol(self, photo: bytes, external_image_id: str, face: int | None) -> Enrolled:
        with self._measured("enrol"):
            return await self._engine.enrol(photo, external_image_id, face)

    @override
    async def discard(self, face_ids: Sequence[str]) -> None:
        with self._measured("discard"):
            await self._engine.discard(face_ids)

    @override
    async def unite(self, person_id: str, face_ids: Sequence[str]) -> None:
        with self._measured("unite"):
            await self._engine.unite(person_id, face_ids)

    @override
    async def search(self, probe: bytes, *, people: int, floor: float, face: int | None) -> Matches:
        with self._measured("search"):
            matches = await self._engine.search(probe, people=people, floor=floor, face=face)
        self._faces.set(matches.gallery_faces)
        return matches

    @override
    async def detect(self, photo: bytes) -> Detected:
        with self._measured("detect"):
            return await self._engine.detect(photo)

    @override
    async def faces(self, after: str | None) -> HeldFaces:
        with self._measured("faces"):
            return await self._engine.faces(after)

    @override
    async def describe(self) -> EngineDescription:
        return await self._engine.describe()

    @override
    async def ping(self) -> None:
        await self._engine.ping()

    @contextmanager
    def _measured(self, call: str) -> Generator[None]:
        started = time.perf_counter()
        try:
            yield
        except CandidError as error:
            self._failures.labels(call, error.code).inc()
            raise
        finally:
            self._seconds.labels(call).observe(time.perf_counter() - started)

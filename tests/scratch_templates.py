"""A scratch engine on templates alone, without networks."""

from array import array
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import numpy as np
from typing_extensions import override

from adapters.face_engine.local.scratch import COSINES, cosines
from app.domain.evaluation import FaceRule
from app.ports.face_engine import EngineDescription
from app.ports.scratch_engine import ScratchEngine, ScratchEngines


class TemplateEngine(ScratchEngine):
    scores = COSINES

    def __init__(self, places: int, dimensions: int) -> None:
        self._held = np.full((places, dimensions), np.nan, np.float32)

    @override
    async def describe(self) -> EngineDescription:
        return EngineDescription("templates", "model-1", "plain", holds_faces=False)

    @override
    def similarity(self, raw: float) -> float:
        return 100 * max(raw, 0.0)

    @override
    async def enrol(self, place: int, shown: bytes, face: FaceRule) -> None:
        self._held[place] = np.frombuffer(shown, "<f2")

    @override
    async def search(self, shown: bytes, face: FaceRule) -> "array[float]":
        return cosines(self._held, np.frombuffer(shown, "<f2").astype(np.float32))


class TemplateEngines(ScratchEngines):
    def __init__(self, dimensions: int) -> None:
        self._dimensions = dimensions

    @override
    @asynccontextmanager
    async def opened(self, places: int) -> AsyncGenerator[ScratchEngine]:
        yield TemplateEngine(places, self._dimensions)

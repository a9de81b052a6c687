"""The local engine on a gallery of its own: its templates are in memory, and on no record."""

import asyncio
from array import array
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Literal

import numpy as np
from typing_extensions import override

from adapters.face_engine.local.description import description, score_table
from adapters.face_engine.local.encoders import Encoders
from adapters.face_engine.local.reading import PhotoRead
from adapters.face_engine.local.templates import Floats, unit_vector
from app.domain.errors import FaceRefusedError
from app.domain.evaluation import FaceRule
from app.domain.evaluation.chosen import chosen_face
from app.domain.face import RefusedFace, face_to_enrol, face_to_search
from app.ports.face_engine import EngineDescription
from app.ports.scratch_engine import RawScores, ScratchEngine, ScratchEngines

COSINES = RawScores("cosine", -1.0, 1.0, None)

_BESIDE_THE_LOOP = 20_000
"""Places from which a search takes a thread of its own, since others would wait a millisecond."""


class LocalScratchEngine(ScratchEngine):
    """Compares exactly, as the live gallery does; its templates are gone when it is."""

    scores = COSINES

    def __init__(self, encoders: Encoders, places: int) -> None:
        self._encoders = encoders
        self._table = score_table(encoders.facts)
        self._templates: Floats = np.full((places, encoders.facts.dimensions), np.nan, np.float32)

    @override
    async def describe(self) -> EngineDescription:
        return description(self._encoders.facts)

    @override
    def similarity(self, raw: float) -> float:
        return self._table.similarity(raw)

    @override
    async def enrol(self, place: int, shown: bytes, face: FaceRule) -> None:
        """Read the booked person's face; one too poor for a gallery raises FaceRefusedError."""
        read, chosen = await self._read(shown, "enrol", face)
        if read.reasons[chosen]:
            raise FaceRefusedError([RefusedFace(read.faces[chosen], read.reasons[chosen])])
        self._templates[place] = unit_vector(read.template, self._encoders.facts.dimensions)

    @override
    async def search(self, shown: bytes, face: FaceRule) -> "array[float]":
        read, _ = await self._read(shown, "search", face)
        return await self._compared(read.template)

    async def _compared(self, template: bytes) -> "array[float]":
        vector = unit_vector(template, self._encoders.facts.dimensions)
        if len(self._templates) < _BESIDE_THE_LOOP:
            return cosines(self._templates, vector)
        return await asyncio.to_thread(cosines, self._templates, vector)

    async def _read(
        self, shown: bytes, purpose: Literal["enrol", "search"], face: FaceRule
    ) -> tuple[PhotoRead, int]:
        """Read a photo; for a rule of one's own find its faces first: no bystander is encoded."""
        choose = face_to_enrol if purpose == "enrol" else face_to_search
        if face is FaceRule.SERVICE:
            read = await self._encoders.read(shown, purpose)
            return read, choose(read.faces, None)
        found = await self._encoders.read(shown, "detect")
        wanted = choose(found.faces, chosen_face(found.faces, face))
        return await self._encoders.read(shown, purpose, wanted), wanted


class TemplateScratchEngine(LocalScratchEngine):
    """Is shown templates of the live gallery in place of photos."""

    @override
    async def enrol(self, place: int, shown: bytes, face: FaceRule) -> None:
        self._templates[place] = unit_vector(shown, self._encoders.facts.dimensions)

    @override
    async def search(self, shown: bytes, face: FaceRule) -> "array[float]":
        return await self._compared(shown)


class LocalScratchEngines(ScratchEngines):
    """Scratch galleries on one set of encoder processes, which are shown photos or templates."""

    def __init__(self, encoders: Encoders, *, of_templates: bool = False) -> None:
        self._encoders = encoders
        self._kind = TemplateScratchEngine if of_templates else LocalScratchEngine

    @override
    @asynccontextmanager
    async def opened(self, places: int) -> AsyncGenerator[ScratchEngine]:
        yield self._kind(self._encoders, places)


def cosines(templates: Floats, vector: Floats) -> "array[float]":
    """Multiply row by row, as the live gallery does, so that equals stay equal."""
    told = array("f")
    told.frombytes(np.einsum("ij,j->i", templates, vector).astype(np.float32).tobytes())
    return told

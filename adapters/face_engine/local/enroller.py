"""The local engine's reading half: photos in, faces and templates out."""

import asyncio
from collections.abc import Sequence

from typing_extensions import override

from adapters.face_engine.local.description import description, score_table
from adapters.face_engine.local.encoders import Encoders
from adapters.face_engine.local.enrolling import FaceIds, refused_beside, sorted_out
from adapters.face_engine.local.templates import unit_vector
from app.domain.errors import EngineUnavailableError, FaceRefusedError
from app.domain.face import (
    Detected,
    Enrolled,
    EnrolledFace,
    RefusedFace,
    face_to_enrol,
    face_to_search,
)
from app.ports.face_engine import (
    Compared,
    EngineDescription,
    EnrolledFaces,
    FaceEngine,
    FaceRanking,
    HeldFaces,
    Matches,
)

NO_GALLERY = "This process indexes photos only; it holds no gallery to search."


class LocalEnroller(FaceEngine):
    """Reads photos in the sandbox and searches nothing, for processes that only index."""

    def __init__(self, encoders: Encoders) -> None:
        self._encoders = encoders
        self._model = encoders.facts.model
        self._table = score_table(encoders.facts)

    @override
    async def enrol(self, photo: bytes, external_image_id: str, face: int | None) -> Enrolled:
        """Encode the booked person's face; it can be found once the records hold its template."""
        read = await self._encoders.read(photo, "enrol", face)
        chosen = face_to_enrol(read.faces, face)
        if read.reasons[chosen]:
            raise FaceRefusedError([RefusedFace(read.faces[chosen], read.reasons[chosen])])
        face_id = FaceIds(self._model, external_image_id, photo).of(read.faces[chosen])
        return Enrolled(
            size=read.size,
            kept=EnrolledFace(face_id, read.faces[chosen], read.template),
            refused=refused_beside(read, chosen),
            model=self._model,
        )

    @override
    async def enrol_all(
        self, photo: bytes, external_image_id: str | None, most: int, *, filtered: bool
    ) -> EnrolledFaces:
        """Encode everybody's face; they can be found once the records hold their templates."""
        read = await self._encoders.read(photo, "index")
        templates = read.of_every_face(self._encoders.facts.dimensions)
        ids = FaceIds(self._model, external_image_id, photo)
        kept, refused = sorted_out(read, templates, ids, most, filtered=filtered)
        return EnrolledFaces(read.size, kept, refused, self._model)

    @override
    async def discard(self, face_ids: Sequence[str]) -> None:
        """Nothing: the gallery forgets what the records no longer count."""

    @override
    async def unite(self, person_id: str, face_ids: Sequence[str]) -> None:
        """Every face is ranked exactly."""

    @override
    async def search(self, probe: bytes, *, people: int, floor: float, face: int | None) -> Matches:
        """Raise EngineUnavailableError."""
        raise EngineUnavailableError(NO_GALLERY)

    @override
    async def search_face(self, face_id: str, *, people: int, floor: float) -> FaceRanking:
        """Raise EngineUnavailableError."""
        raise EngineUnavailableError(NO_GALLERY)

    @override
    async def compare(self, source: bytes, target: bytes) -> Compared:
        """Read both photos at once; nothing of either is kept."""
        one, every = await asyncio.gather(
            self._encoders.read(source, "search"), self._encoders.read(target, "index")
        )
        searched = face_to_search(one.faces, None)
        dimensions = self._encoders.facts.dimensions
        vector = unit_vector(one.template, dimensions)
        cosines = (
            float(unit_vector(template, dimensions) @ vector)
            for template in every.of_every_face(dimensions)
        )
        likenesses = map(self._table.similarity, cosines)
        return Compared(one.faces[searched], tuple(zip(every.faces, likenesses, strict=True)))

    @override
    async def detect(self, photo: bytes) -> Detected:
        read = await self._encoders.read(photo, "detect")
        return Detected(read.size, read.faces)

    @override
    async def faces(self, after: str | None) -> HeldFaces:
        return HeldFaces((), None)

    @override
    async def describe(self) -> EngineDescription:
        return description(self._encoders.facts)

    @override
    async def ping(self) -> None:
        """Raise EngineUnavailableError when no process is ready."""
        if not self._encoders.ready:
            raise EngineUnavailableError

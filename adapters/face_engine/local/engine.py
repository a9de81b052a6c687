"""The local face engine: encoder processes, a gallery in memory, the records as the truth."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from typing_extensions import override

from adapters.face_engine.local.description import description, score_table
from adapters.face_engine.local.encoders import Encoders, opened_encoders
from adapters.face_engine.local.enrolling import FaceIds, refused_beside, sorted_out
from adapters.face_engine.local.gallery import Gallery
from adapters.face_engine.local.reading import Networks
from adapters.face_engine.local.templates import unit_vector
from adapters.sandbox.pool import Sandbox
from app.domain.errors import EngineUnavailableError, FaceNotHeldError, FaceRefusedError
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
    Match,
    Matches,
)
from app.ports.gallery_feed import GalleryFeed


class LocalFaceEngine(FaceEngine):
    """Reads photos in the sandbox and ranks with the gallery; keeps no face of its own."""

    def __init__(self, encoders: Encoders, gallery: Gallery) -> None:
        self._encoders = encoders
        self._gallery = gallery
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
        """Read the probe while the gallery catches up, then rank."""
        read, _ = await asyncio.gather(
            self._encoders.read(probe, "search", face), self._gallery.catch_up()
        )
        searched = face_to_search(read.faces, face)
        return Matches(
            size=read.size,
            faces=read.faces,
            searched=searched,
            ranked=self._ranked(read.template, people, floor),
            gallery_faces=self._gallery.faces,
            gallery_as_of=self._gallery.as_of,
            decode_ms=read.decode_ms,
            encode_ms=read.encode_ms,
        )

    @override
    async def search_face(self, face_id: str, *, people: int, floor: float) -> FaceRanking:
        """Rank by a template that the gallery holds, once that has caught up."""
        await self._gallery.catch_up()
        template = await self._gallery.template(face_id)
        if template is None:
            raise FaceNotHeldError
        ranked = self._ranked(template, people, floor, besides=face_id)
        return FaceRanking(ranked, self._gallery.faces)

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
        """Raise EngineUnavailableError when no process is ready or the gallery is not loaded."""
        if not self._encoders.ready or not self._gallery.loaded:
            raise EngineUnavailableError

    async def _ranked(
        self, template: bytes, people: int, floor: float, besides: str | None = None
    ) -> AsyncIterator[Sequence[Match]]:
        lowest = self._table.lowest(floor)
        async for batch in self._gallery.rank(template, people, lowest):
            matches = [
                Match(face_id, self._table.similarity(cosine), cosine)
                for face_id, cosine in batch
                if face_id != besides
            ]
            if matches:
                yield matches


@asynccontextmanager
async def open_local_engine(
    sandbox: Sandbox, feed: GalleryFeed, networks: Networks
) -> AsyncIterator[LocalFaceEngine]:
    """Load the gallery of the networks that the sandbox runs; leaving stops following the feed.

    Warm the sandbox up with `(LOAD, networks.request())`, so that each process is ready with it.
    """
    encoders = await opened_encoders(sandbox, networks)
    async with Gallery(feed, encoders.facts.model, encoders.facts.dimensions) as gallery:
        yield LocalFaceEngine(encoders, gallery)

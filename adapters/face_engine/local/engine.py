"""The local face engine: encoder processes, a gallery in memory, the records as the truth."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from typing_extensions import override

from adapters.face_engine.local.encoders import Encoders, opened_encoders
from adapters.face_engine.local.enroller import LocalEnroller
from adapters.face_engine.local.gallery import Gallery
from adapters.face_engine.local.reading import Networks
from adapters.sandbox.pool import Sandbox
from app.domain.errors import EngineUnavailableError, FaceNotHeldError
from app.domain.face import face_to_search
from app.ports.face_engine import FaceRanking, Match, Matches
from app.ports.gallery_feed import GalleryFeed


class LocalFaceEngine(LocalEnroller):
    """Ranks with the gallery what it reads; keeps no face of its own.

    Of one model. While another is served its searches raise NotServedError.
    """

    def __init__(self, encoders: Encoders, gallery: Gallery) -> None:
        super().__init__(encoders)
        self._gallery = gallery

    @override
    async def search(self, probe: bytes, *, people: int, floor: float, face: int | None) -> Matches:
        """Read the probe while the gallery catches up, then rank; also raises NotServedError."""
        read, _ = await asyncio.gather(
            self._encoders.read(probe, "search", face), self._gallery.catch_up()
        )
        self._gallery.check_served()
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
        """Rank by a template that the gallery holds, once that has caught up; NotServedError."""
        await self._gallery.catch_up()
        self._gallery.check_served()
        template = await self._gallery.template(face_id)
        if template is None:
            raise FaceNotHeldError
        ranked = self._ranked(template, people, floor, besides=face_id)
        return FaceRanking(ranked, self._gallery.faces)

    @override
    async def ping(self) -> None:
        """Raise EngineUnavailableError when no process is ready or the gallery is not loaded."""
        await super().ping()
        if not self._gallery.loaded:
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

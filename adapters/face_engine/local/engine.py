"""The local face engine: encoder processes, a gallery in memory, the records as the truth."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

from typing_extensions import override

from adapters.face_engine.local.gallery import Gallery
from adapters.face_engine.local.models.catalogue import WEIGHTS
from adapters.face_engine.local.reading import (
    LOAD,
    READ,
    EncoderFacts,
    Networks,
    PhotoRead,
    Purpose,
)
from adapters.face_engine.local.score import DLIB, ScoreTable, uncalibrated
from adapters.sandbox.pool import Sandbox
from app.domain.errors import EngineMisconfiguredError, EngineUnavailableError, FaceRefusedError
from app.domain.face import (
    Detected,
    Enrolled,
    EnrolledFace,
    RefusalReason,
    RefusedFace,
    face_to_enrol,
    face_to_search,
)
from app.ports.face_engine import EngineDescription, FaceEngine, HeldFaces, Match, Matches
from app.ports.gallery_feed import GalleryFeed

_LIMITS = (
    "Scores rank leads for human review; none is a probability that two photos show one person.",
    (
        "Measured on 115 booking photos (NIST MEDS, 27 Black and 24 White people, a small set): at "
        "a score where about 24 in 10,000 pairs of different White people are confused, about 670 "
        "in 10,000 pairs of different Black people are. People of one group come up for each other "
        "far more often than the scale, measured on press photographs (LFW), suggests. Other "
        "groups, ages and side views were not measured."
    ),
)
_UNKNOWN_SITE = (
    "The site's own network: its licence, training data and error rates are the site's to know; "
    "its scale is the plain cosine times 100 until the site has calibrated it."
)


class LocalFaceEngine(FaceEngine):
    """Reads photos in the sandbox and ranks with the gallery; keeps no face of its own."""

    def __init__(
        self, sandbox: Sandbox, gallery: Gallery, networks: Networks, facts: EncoderFacts
    ) -> None:
        self._sandbox = sandbox
        self._gallery = gallery
        self._encoder = networks.request()
        self._facts = facts
        self._table: ScoreTable = uncalibrated(facts.model) if facts.site else DLIB

    @override
    async def enrol(self, photo: bytes, external_image_id: str, face: int | None) -> Enrolled:
        """Encode the booked person's face; it can be found once the records hold its template."""
        read = await self._read(photo, "enrol", face)
        chosen = face_to_enrol(read.faces, face)
        refused = tuple(
            RefusedFace(seen, _reasons_beside(reasons) if number != chosen else reasons)
            for number, (seen, reasons) in enumerate(zip(read.faces, read.reasons, strict=True))
        )
        if refused[chosen].reasons:
            raise FaceRefusedError([refused[chosen]])
        return Enrolled(
            size=read.size,
            kept=EnrolledFace(str(uuid4()), read.faces[chosen], _template(read)),
            refused=tuple(each for each in refused if each is not refused[chosen]),
            model=self._facts.model,
        )

    @override
    async def discard(self, face_ids: Sequence[str]) -> None:
        """Nothing: the gallery forgets what the records no longer count."""

    @override
    async def unite(self, person_id: str, face_ids: Sequence[str]) -> None:
        """Every face is ranked exactly."""

    @override
    async def search(self, probe: bytes, *, people: int, floor: float, face: int | None) -> Matches:
        """Read the probe while the gallery catches up, then rank."""
        read, _ = await asyncio.gather(self._read(probe, "search", face), self._gallery.catch_up())
        searched = face_to_search(read.faces, face)
        return Matches(
            size=read.size,
            faces=read.faces,
            searched=searched,
            ranked=self._ranked(_template(read), people, floor),
            gallery_faces=self._gallery.faces,
            gallery_as_of=self._gallery.as_of,
            decode_ms=read.decode_ms,
            encode_ms=read.encode_ms,
        )

    @override
    async def detect(self, photo: bytes) -> Detected:
        read = await self._read(photo, "detect", None)
        return Detected(read.size, read.faces)

    @override
    async def faces(self, after: str | None) -> HeldFaces:
        return HeldFaces((), None)

    @override
    async def describe(self) -> EngineDescription:
        weights = (str(each.provenance) for each in WEIGHTS.values())
        return EngineDescription(
            name="local",
            model=self._facts.model,
            score_scale=self._table.name,
            holds_faces=False,
            scale_top=self._table.top,
            notes=(_UNKNOWN_SITE,) if self._facts.site else (*weights, *_LIMITS),
        )

    @override
    async def ping(self) -> None:
        """Raise EngineUnavailableError when no process is ready or the gallery is not loaded."""
        if not self._sandbox.pids or not self._gallery.loaded:
            raise EngineUnavailableError

    async def _read(self, photo: bytes, purpose: Purpose, face: int | None) -> PhotoRead:
        request: dict[str, Any] = {"encoder": self._encoder, "purpose": purpose, "face": face}
        return PhotoRead.unpacked(*await self._sandbox.call(READ, request, photo))

    async def _ranked(
        self, template: bytes, people: int, floor: float
    ) -> AsyncIterator[Sequence[Match]]:
        lowest = self._table.cosine(floor) if floor > 0 else -1.0
        async for batch in self._gallery.rank(template, people, lowest):
            yield [Match(name, self._table.similarity(cosine), cosine) for name, cosine in batch]


@asynccontextmanager
async def open_local_engine(
    sandbox: Sandbox, feed: GalleryFeed, networks: Networks
) -> AsyncIterator[LocalFaceEngine]:
    """Load the gallery of the networks that the sandbox runs; leaving stops following the feed.

    Warm the sandbox up with `(LOAD, networks.request())`, so that each process is ready with it.
    """
    answer, _ = await sandbox.call(LOAD, networks.request())
    facts = EncoderFacts(str(answer["model"]), int(answer["dimensions"]), bool(answer["site"]))
    async with Gallery(feed, facts.model, facts.dimensions) as gallery:
        yield LocalFaceEngine(sandbox, gallery, networks, facts)


def _reasons_beside(reasons: tuple[RefusalReason, ...]) -> tuple[RefusalReason, ...]:
    return (RefusalReason.EXCEEDS_MAX_FACES, *reasons)


def _template(read: PhotoRead) -> bytes:
    if not read.template:
        raise EngineMisconfiguredError("An encoder process gave a face without a template.")
    return read.template

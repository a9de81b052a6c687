"""The face engine port: finds enrolled faces that resemble a probe. It never decides who."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from app.domain.differential import MeasuredDifferential
from app.domain.face import Detected, Enrolled, EnrolledFace, Face, PhotoSize, RefusedFace
from app.domain.similarity_scale import SAME, SimilarityScale


@dataclass(frozen=True, slots=True)
class Match:
    """One enrolled face that resembles the probe."""

    face_id: str
    similarity: float  # 0 to 100 on the engine's own scale
    raw_score: float  # what the model said: cosine for local models, similarity for Rekognition


@dataclass(frozen=True, slots=True)
class Matches:
    """A probe read, and the enrolled faces that resemble the face searched.

    `ranked` yields strongest first, in batches, for as long as it is asked and faces remain; it
    may name faces that the records no longer count as current.
    """

    size: PhotoSize
    faces: tuple[Face, ...]  # largest first
    searched: int
    ranked: AsyncIterator[Sequence[Match]]
    gallery_faces: int
    gallery_as_of: datetime
    decode_ms: float
    encode_ms: float


@dataclass(frozen=True, slots=True)
class EnrolledFaces:
    """What came of enrolling the faces of a photo, whoever they are; largest first."""

    size: PhotoSize
    kept: tuple[EnrolledFace, ...]
    refused: tuple[RefusedFace, ...]
    model: str
    submitted: str | None = None  # as that of `Enrolled`


@dataclass(frozen=True, slots=True)
class FaceRanking:
    """The enrolled faces that resemble an enrolled face; `ranked` yields as that of `Matches`."""

    ranked: AsyncIterator[Sequence[Match]]
    gallery_faces: int


@dataclass(frozen=True, slots=True)
class Compared:
    """The largest face of one photo, and how each face of another resembles it."""

    source: Face
    faces: tuple[tuple[Face, float], ...]  # largest first, each with its similarity, 0 to 100


@dataclass(frozen=True, slots=True)
class EngineDescription:
    """What is running, said in every answer and in the records."""

    name: str
    model: str  # name and version; faces of different models never mix
    score_scale: str
    holds_faces: bool  # True: enrolled faces live outside the records and must be discarded there
    scale_top: float = 100.0  # no similarity is higher
    notes: tuple[str, ...] = ()  # licence, provenance and measured limits, for people
    unites_people: bool = False  # True: `unite` makes a difference
    rekognition_scale: SimilarityScale = SAME  # what clients of Rekognition are told and mean
    differential: MeasuredDifferential | None = None  # None: not measured
    scale_meaning: str = ""  # what a similarity says and what it does not; for people


@dataclass(frozen=True, slots=True)
class HeldFace:
    """A face the engine really holds."""

    face_id: str
    external_image_id: str


@dataclass(frozen=True, slots=True)
class HeldFaces:
    """A page of held faces; `next` goes into the following call."""

    items: tuple[HeldFace, ...]
    next: str | None


class FaceEngine(Protocol):
    """Finds enrolled faces that resemble a probe.

    Every method that reads a photo raises NoFaceError, FaceIndexError, PhotoUnreadableError,
    UnsupportedPhotoError, PhotoTooLargeError or PhotoTooCostlyError for the photo's own faults;
    every method raises EngineUnavailableError (try again) or EngineMisconfiguredError.
    """

    async def enrol(self, photo: bytes, external_image_id: str, face: int | None) -> Enrolled:
        """Make the booked person's face findable and say which it is; `face` chooses one.

        Raises SeveralFacesError and FaceRefusedError; then nothing was enrolled. Enrolling the
        same bytes under the same id again is harmless.
        """
        ...

    async def discard(self, face_ids: Sequence[str]) -> None:
        """Forget faces; unknown ones are no error."""
        ...

    async def unite(self, person_id: str, face_ids: Sequence[str]) -> None:
        """Let these enrolled faces of one person, newest first, be searched together too.

        They take the place of those told before; fewer than two take the person apart again. An
        engine that ranks every face exactly does nothing.
        """
        ...

    async def search(self, probe: bytes, *, people: int, floor: float, face: int | None) -> Matches:
        """Rank the enrolled faces by their likeness to one face of the probe.

        `people` is how many different people the caller would like (a hint for the first batch);
        nothing below `floor` (0 to 100) is returned. The probe is never enrolled.
        """
        ...

    async def enrol_all(
        self, photo: bytes, external_image_id: str | None, most: int, *, filtered: bool
    ) -> EnrolledFaces:
        """Make the faces of a photo findable, the largest `most` of them, whoever they are.

        `filtered` leaves out those that are too poor for a gallery. A photo without a face is no
        error. The same bytes under the same id give the same face ids again.
        """
        ...

    async def search_face(self, face_id: str, *, people: int, floor: float) -> FaceRanking:
        """Rank the other enrolled faces by their likeness to an enrolled one; FaceNotHeldError."""
        ...

    async def compare(self, source: bytes, target: bytes) -> Compared:
        """Compare the largest face of one photo with all of another; NoFaceError for the first."""
        ...

    async def detect(self, photo: bytes) -> Detected:
        """Find the faces of a photo; none is no error here."""
        ...

    async def faces(self, after: str | None) -> HeldFaces:
        """Return a page of what the engine itself holds; empty when it holds nothing itself."""
        ...

    async def describe(self) -> EngineDescription:
        """Say what is running."""
        ...

    async def ping(self) -> None:
        """Return when the engine can serve."""
        ...

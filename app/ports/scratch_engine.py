"""The scratch engine port: a face engine on a gallery of its own, for measuring."""

from array import array
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol

from app.domain.evaluation import FaceRule
from app.ports.face_engine import EngineDescription


@dataclass(frozen=True, slots=True)
class RawScores:
    """What the engine's raw scores are, and where they lie."""

    name: str  # "cosine" or "similarity"
    low: float
    high: float
    told: int | None  # at most so many of a search are told, the strongest; None: all


class ScratchEngine(Protocol):
    """An engine whose gallery nobody else sees, with numbered places for one face each.

    `shown` is a photo's bytes, or what else the engine was opened to read. Both methods raise
    NoFaceError, SeveralFacesError, FaceRefusedError, PhotoUnreadableError, UnsupportedPhotoError,
    PhotoTooLargeError and PhotoTooCostlyError for the photo's own faults, and
    EngineUnavailableError or EngineMisconfiguredError.
    """

    scores: RawScores

    async def describe(self) -> EngineDescription:
        """Say what is measured."""
        ...

    def similarity(self, raw: float) -> float:
        """Return a raw score on the scale that the service shows, 0 to the scale's end."""
        ...

    async def enrol(self, place: int, shown: bytes, face: FaceRule) -> None:
        """Put the face that is meant at a place, 0 and up, each once; all before any search.

        A face that the service would not enrol is refused here too.
        """
        ...

    async def search(self, shown: bytes, face: FaceRule) -> "array[float]":
        """Return the raw score at each place, as float32; NaN where none was told or enrolled."""
        ...


class ScratchEngines(Protocol):
    """Makes scratch engines."""

    def opened(self, places: int) -> AbstractAsyncContextManager[ScratchEngine]:
        """Open an engine with an empty gallery; leaving it, for whatever reason, destroys that."""
        ...

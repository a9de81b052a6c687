"""Measures an engine through its face collections: one is made for it, and deleted afterwards."""

from array import array
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress

from typing_extensions import override

from adapters.face_engine.temporary.left import Tell
from app.domain.errors import CandidError, FaceNotHeldError, NoFaceError, PhotoMissingError
from app.domain.evaluation import FaceRule
from app.domain.evaluation.chosen import chosen_face
from app.ports.face_collections import FaceCollections
from app.ports.face_engine import EngineDescription, FaceEngine, Match
from app.ports.scratch_engine import RawScores, ScratchEngine, ScratchEngines


class TemporaryScratchEngine(ScratchEngine):
    """Enrols and searches as the service does; all candidates are asked for, with no floor."""

    def __init__(self, engine: FaceEngine, places: int, scores: RawScores) -> None:
        self.scores = scores
        self._engine = engine
        self._places = places
        self._place_of = dict[str, int]()

    @override
    async def describe(self) -> EngineDescription:
        return await self._engine.describe()

    @override
    def similarity(self, raw: float) -> float:
        return raw

    @override
    async def enrol(self, place: int, shown: bytes, face: FaceRule) -> None:
        enrolled = await self._engine.enrol(shown, f"place-{place}", await self._meant(shown, face))
        self._place_of[enrolled.kept.face_id] = place

    @override
    async def search(self, shown: bytes, face: FaceRule) -> "array[float]":
        wanted = await self._meant(shown, face)
        found = await self._engine.search(shown, people=self._places, floor=0, face=wanted)
        return await self._told(found.ranked)

    async def _told(self, ranked: AsyncIterator[Sequence[Match]]) -> "array[float]":
        told = array("f", [float("nan")]) * self._places
        async for matches in ranked:
            for match in matches:
                place = self._place_of.get(match.face_id)
                if place is not None:
                    told[place] = match.raw_score
        return told

    async def _meant(self, shown: bytes, face: FaceRule) -> int | None:
        """Ask for the faces of a photo where the service does not choose; NoFaceError."""
        if face is FaceRule.SERVICE:
            return None
        faces = (await self._engine.detect(shown)).faces
        if not faces:
            raise NoFaceError
        return chosen_face(faces, face)


class HeldFacesScratchEngine(TemporaryScratchEngine):
    """Is shown ids of faces that the engine holds; searches those and enrols none.

    A place is only a note here of which face counts.
    """

    @override
    async def enrol(self, place: int, shown: bytes, face: FaceRule) -> None:
        self._place_of[shown.decode()] = place

    @override
    async def search(self, shown: bytes, face: FaceRule) -> "array[float]":
        """Rank by a face that is held; one that went meanwhile raises PhotoMissingError."""
        try:
            found = await self._engine.search_face(shown.decode(), people=self._places, floor=0)
        except FaceNotHeldError as error:
            raise PhotoMissingError("The engine does not hold the face any more.") from error
        return await self._told(found.ranked)


class HeldFaces(ScratchEngines):
    """The faces of one collection that is there, which is read alone."""

    def __init__(self, engine: FaceEngine, scores: RawScores) -> None:
        self._engine = engine
        self._scores = scores

    @override
    @asynccontextmanager
    async def opened(self, places: int) -> AsyncGenerator[ScratchEngine]:
        yield HeldFacesScratchEngine(self._engine, places, self._scores)


class TemporaryCollections(ScratchEngines):
    """Makes a collection for each measurement; `collection_id` must be one that is nobody's.

    `tell` hears its name before it is made: whatever ends the process, somebody knows it.
    """

    def __init__(
        self, collections: FaceCollections, collection_id: str, scores: RawScores, tell: Tell
    ) -> None:
        self._collections = collections
        self._collection_id = collection_id
        self._scores = scores
        self._tell = tell

    @override
    @asynccontextmanager
    async def opened(self, places: int) -> AsyncGenerator[ScratchEngine]:
        """Delete the collection in the end, also after an error or when the task is cancelled.

        What ended the measurement is raised, also where deleting fails too.
        """
        self._tell(f"The temporary collection is {self._collection_id}; it is deleted in the end.")
        try:
            await self._collections.create(self._collection_id)
            engine = await self._collections.engine(self._collection_id)
            yield TemporaryScratchEngine(engine, places, self._scores)
        except BaseException:
            with suppress(CandidError):
                await self._delete()
            raise
        await self._delete()

    async def _delete(self) -> None:
        try:
            await self._collections.delete(self._collection_id)
        except BaseException:
            self._tell(
                f"The temporary collection {self._collection_id} could not be deleted and may be "
                "left at the engine, with faces. Delete it there; else `candid evaluate` does when "
                "it is started again after a day."
            )
            raise

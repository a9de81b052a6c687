"""Look-alikes, labelled photos and engines beside the service, in memory."""

from array import array
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from math import nan

from typing_extensions import override

from app.domain.errors import NoFaceError
from app.domain.evaluation import FaceRule, LabelledPhoto, LabelledSet
from app.ports.face_engine import EngineDescription
from app.ports.labelled_photos import LabelledPhotos
from app.ports.look_alikes import HeldFaces, LookAlikeCounts, LookAlikes, People, ProbeFace
from app.ports.scratch_engine import RawScores, ScratchEngine, ScratchEngines
from tests.fakes import FakeFaceEngine, likeness


class FakeLookAlikes(LookAlikes):
    """Two people are as alike as their names; the raw score is that by 100.

    `own` is the raw score of two photos of one name.
    """

    def __init__(self, engine: FakeFaceEngine, model: str = "fake/1", own: float = 1.0) -> None:
        self.model = model
        self._engine = engine
        self._own = own

    @override
    async def taken(self, face_ids: Sequence[str]) -> HeldFaces:
        held = {one: self._engine.held[one][0] for one in face_ids if one in self._engine.held}
        return FakeHeldFaces(held, self._own)


class FakeHeldFaces(HeldFaces):
    """The names of those who were there at that moment, by face id."""

    def __init__(self, names: Mapping[str, str], own: float) -> None:
        self._names = names
        self._own = own
        self.held = frozenset(names)

    @override
    async def count(
        self,
        people: People,
        probes: Sequence[ProbeFace],
        done: Callable[[int], None],
        at: Sequence[float] | None = None,
    ) -> LookAlikeCounts:
        scores = [
            [
                max(self._score(probe.face_id, face) for face in faces)
                for place, faces in enumerate(people)
                if place != probe.person
            ]
            for probe in probes
        ]
        top = max(max(each) for each in scores)
        every = sorted({score for each in scores for score in each})
        raw_scores = (-1.0, *every, top + 0.001) if at is None else tuple(at)
        done(len(probes))
        return LookAlikeCounts(
            raw_scores,
            [[sum(one >= score for one in each) for score in raw_scores] for each in scores],
        )

    def _score(self, one: str, other: str) -> float:
        if self._names[one] == self._names[other]:
            return self._own
        return likeness(self._names[one], self._names[other]) / 100


class FakeLabelledPhotos(LabelledPhotos):
    """Drawn photos; the name of a photo is its bytes, up to a `#` that tells copies apart."""

    def __init__(self, *photos: LabelledPhoto) -> None:
        self._photos = photos

    @override
    async def labels(self) -> LabelledSet:
        return LabelledSet("drawn people", self._photos)

    @override
    async def shown(self, image: str) -> bytes:
        return image.partition("#")[0].encode()

    @override
    def digest(self, image: str, shown: bytes) -> bytes:
        return shown


class FakeScratchEngines(ScratchEngines):
    """One engine that sees in a photo whom its name says, `blurred` ones not at all.

    All raw scores are within `spread` of 1.
    """

    def __init__(self, spread: float = 1.0) -> None:
        self._spread = spread

    @override
    @asynccontextmanager
    async def opened(self, places: int) -> AsyncGenerator[ScratchEngine]:
        yield FakeScratchEngine(places, self._spread)


class FakeScratchEngine(ScratchEngine):
    """Two people are as alike as their names; a photo is called `person/anything`."""

    scores = RawScores("cosine", -1.0, 1.0, None)

    def __init__(self, places: int, spread: float = 1.0) -> None:
        self._people: list[str | None] = [None] * places
        self._spread = spread

    @override
    async def describe(self) -> EngineDescription:
        return EngineDescription("fake", "fake/1", "fake/1", holds_faces=False)

    @override
    def similarity(self, raw: float) -> float:
        return 100 * raw

    @override
    async def enrol(self, place: int, shown: bytes, face: FaceRule) -> None:
        self._people[place] = self._seen(shown)

    @override
    async def search(self, shown: bytes, face: FaceRule) -> "array[float]":
        who = self._seen(shown)
        return array("f", [nan if one is None else self._score(who, one) for one in self._people])

    def _score(self, one: str, other: str) -> float:
        return 1 - self._spread * (1 - likeness(one, other) / 100)

    @staticmethod
    def _seen(shown: bytes) -> str:
        person, _, photo = shown.decode().partition("/")
        if photo == "blurred":
            raise NoFaceError
        return person

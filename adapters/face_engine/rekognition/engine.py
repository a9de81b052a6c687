"""The face engine on a face collection of Amazon Rekognition."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

from typing_extensions import override

from adapters.face_engine.rekognition.collection import MOST_FACES, FaceCollection
from adapters.face_engine.rekognition.comparison import compared
from adapters.face_engine.rekognition.deletion import delete_faces
from adapters.face_engine.rekognition.enrolment import Enrolments
from adapters.face_engine.rekognition.ranking import FIRST, RankingWithUsers, pages, ranked
from adapters.face_engine.rekognition.uniting import PeopleOfSeveralFaces
from adapters.face_engine.rekognition.users import RekognitionFaceUsers
from app.domain.collection import MOST_FACES_OF_USER
from app.domain.errors import NoFaceError
from app.domain.face import Detected, Enrolled, face_to_search
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

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from adapters.face_engine.rekognition.photos import Submission
    from adapters.face_engine.rekognition.service import Rekognition

_MORATORIUM = (
    "AWS does not allow police departments to use its face comparison in criminal investigations "
    "(moratorium since June 2020; missing persons are excepted). Read the current service terms."
)
_NOTES = (
    "A service of Amazon Web Services: each photo is sent to the region that is set.",
    _MORATORIUM,
    "Similarities are Rekognition's own and compare with no other engine's.",
)
_SCALE_MEANING = (
    "0 to 100, Amazon Rekognition's own. How it is made, and how often different people reach a "
    "value, is not published by AWS and was not measured here. It is no probability that two "
    "photos show one person."
)
_OF_USERS = (
    "A face's similarity is that of all faces of its person together, where that is higher and the "
    "person has several."
)


class RekognitionFaceEngine(FaceEngine):
    """Enrols into and searches one collection."""

    def __init__(self, service: Rekognition, collection_id: str) -> None:
        self._service = service
        self._collection = FaceCollection(service, collection_id)
        self._users = RekognitionFaceUsers(service, collection_id)
        self._enrolments = Enrolments(service, self._collection, self._users)
        self._people = PeopleOfSeveralFaces(self._collection, self._users)

    async def prepare(self) -> None:
        """Make the collection where it is missing."""
        await self._collection.create_if_missing()

    @override
    async def enrol(self, photo: bytes, external_image_id: str, face: int | None) -> Enrolled:
        """Index the photo as it is, or a crop of the chosen face where there are several.

        Where the photo as it is turns out to hold several faces of like size, or its largest is
        refused, what was indexed is discarded again before the error is raised.
        """
        submission = await self._service.photos.submission(photo)
        if submission.is_too_small:
            raise NoFaceError
        if face is None:
            return await self._enrolments.largest(submission, external_image_id)
        return await self._enrolments.chosen(submission, external_image_id, face)

    @override
    async def enrol_all(
        self, photo: bytes, external_image_id: str | None, most: int, *, filtered: bool
    ) -> EnrolledFaces:
        submission = await self._service.photos.submission(photo)
        return await self._enrolments.all(submission, external_image_id, most, filtered=filtered)

    @override
    async def discard(self, face_ids: Sequence[str]) -> None:
        await delete_faces(self._service, self._collection.collection_id, self._users, face_ids)

    @override
    async def unite(self, person_id: str, face_ids: Sequence[str]) -> None:
        if self._service.user_vectors:
            await self._people.unite(person_id, face_ids)

    @override
    async def search(self, probe: bytes, *, people: int, floor: float, face: int | None) -> Matches:
        started = time.perf_counter()
        submission = await self._service.photos.submission(probe)
        decoded = time.perf_counter()
        faces = (await self._collection.detect(submission)).faces
        searched = face_to_search(faces, face)
        only = await self._service.photos.only(submission, faces, searched)
        found = await self._ranked(only, people, floor)
        facts = await self._collection.facts()
        return Matches(
            size=submission.size,
            faces=faces,
            searched=searched,
            ranked=found,
            gallery_faces=facts.faces,
            gallery_as_of=facts.as_of,
            decode_ms=1e3 * (decoded - started),
            encode_ms=1e3 * (time.perf_counter() - decoded),
        )

    @override
    async def search_face(self, face_id: str, *, people: int, floor: float) -> FaceRanking:
        asked = _first(people)
        first = await self._collection.matches_of(face_id, floor, asked)
        found = pages(
            first, asked, lambda most: self._collection.matches_of(face_id, floor, most), face_id
        )
        return FaceRanking(ranked(found, floor), (await self._collection.facts()).faces)

    @override
    async def compare(self, source: bytes, target: bytes) -> Compared:
        photos = self._service.photos
        one, other = await asyncio.gather(photos.submission(source), photos.submission(target))
        return await compared(self._service, self._collection, one, other)

    @override
    async def detect(self, photo: bytes) -> Detected:
        return await self._collection.detect(await self._service.photos.submission(photo))

    @override
    async def faces(self, after: str | None) -> HeldFaces:
        return await self._collection.held(after)

    @override
    async def describe(self) -> EngineDescription:
        model = (await self._collection.facts()).model
        notes = (*_NOTES, _OF_USERS) if self._service.user_vectors else _NOTES
        return EngineDescription(
            name="rekognition",
            model=model,
            score_scale=model,
            holds_faces=True,
            notes=notes,
            unites_people=self._service.user_vectors,
            scale_meaning=_SCALE_MEANING,
        )

    @override
    async def ping(self) -> None:
        await self._collection.facts_now()

    async def _ranked(
        self, only: Submission, people: int, floor: float
    ) -> AsyncIterator[Sequence[Match]]:
        """Ask for the first matches, and return how they go on."""
        asked = _first(people)
        faces = self._collection.matches(only, floor, asked)
        if not self._service.user_vectors:
            first, users = await faces, None
        else:
            first, users = await asyncio.gather(faces, self._users.similarities(only, asked, floor))
        found = pages(first, asked, lambda most: self._collection.matches(only, floor, most))
        if users is None:
            return ranked(found, floor)
        return RankingWithUsers(users, self._faces_of, floor).ranked(found)

    async def _faces_of(self, user_id: str) -> Sequence[str]:
        held = await self._collection.held(None, user_id, MOST_FACES_OF_USER)
        return [face.face_id for face in held.items]


def _first(people: int) -> int:
    return min(MOST_FACES, max(FIRST, 3 * people))

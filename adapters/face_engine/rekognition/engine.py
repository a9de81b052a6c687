"""The face engine on a face collection of Amazon Rekognition."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from anyio import to_thread
from typing_extensions import override

from adapters.face_engine.rekognition.answers import face_of, refused_of
from adapters.face_engine.rekognition.collection import MOST_FACES, FaceCollection, model_name
from adapters.face_engine.rekognition.errors import translated
from adapters.face_engine.rekognition.submission import Submission, cropped, submission_of
from app.domain.errors import CandidError, FaceRefusedError, NoFaceError, SeveralFacesError
from app.domain.face import (
    Detected,
    Enrolled,
    EnrolledFace,
    Face,
    RefusalReason,
    RefusedFace,
    face_to_enrol,
    face_to_search,
    largest_first,
)
from app.ports.face_engine import EngineDescription, FaceEngine, HeldFaces, Match, Matches

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from types_aiobotocore_rekognition import RekognitionClient
    from types_aiobotocore_rekognition.type_defs import IndexFacesResponseTypeDef

_FIRST = 20
"""Fewest matches asked for at first; several photos of one person are common."""

_MORATORIUM = (
    "AWS does not allow police departments to use its face comparison in criminal investigations "
    "(moratorium since June 2020; missing persons are excepted). Read the current service terms."
)
_NOTES = (
    "A service of Amazon Web Services: each photo is sent to the region that is set.",
    _MORATORIUM,
    "Similarities are Rekognition's own and compare with no other engine's.",
)


class RekognitionFaceEngine(FaceEngine):
    """Enrols into and searches one collection; the caller owns the client."""

    def __init__(
        self, client: RekognitionClient, collection_id: str, limit_megapixels: float = 50
    ) -> None:
        self._collection = FaceCollection(client, collection_id)
        self._collection_id = collection_id
        self._limit_megapixels = limit_megapixels

    async def prepare(self) -> None:
        """Make the collection where it is missing."""
        await self._collection.create_if_missing()

    @override
    async def enrol(self, photo: bytes, external_image_id: str, face: int | None) -> Enrolled:
        """Index the photo as it is, or a crop of the chosen face where there are several.

        Where the photo as it is turns out to hold several faces of like size, or its largest is
        refused, what was indexed is discarded again before the error is raised.
        """
        submission = await self._submission(photo)
        if submission.is_too_small:
            raise NoFaceError
        if face is None:
            answer = await self._collection.index(submission.content, external_image_id)
            return await self._enrolled_alone(answer, submission)
        faces = (await self._collection.detect(submission)).faces
        chosen = face_to_enrol(faces, face)
        image = await _only(submission, faces, chosen)
        answer = await self._collection.index(image, external_image_id)
        return self._enrolled_chosen(answer, submission, faces, chosen)

    @override
    async def discard(self, face_ids: Sequence[str]) -> None:
        await self._collection.discard(face_ids)

    @override
    async def search(self, probe: bytes, *, people: int, floor: float, face: int | None) -> Matches:
        started = time.perf_counter()
        submission = await self._submission(probe)
        decoded = time.perf_counter()
        faces = (await self._collection.detect(submission)).faces
        searched = face_to_search(faces, face)
        image = await _only(submission, faces, searched)
        asked = min(MOST_FACES, max(_FIRST, 3 * people))
        first = await self._collection.matches(image, floor, asked)
        facts = await self._collection.facts()
        return Matches(
            size=submission.size,
            faces=faces,
            searched=searched,
            ranked=self._ranked(image, floor, first, asked),
            gallery_faces=facts.faces,
            gallery_as_of=facts.as_of,
            decode_ms=1e3 * (decoded - started),
            encode_ms=1e3 * (time.perf_counter() - decoded),
        )

    @override
    async def detect(self, photo: bytes) -> Detected:
        return await self._collection.detect(await self._submission(photo))

    @override
    async def faces(self, after: str | None) -> HeldFaces:
        return await self._collection.held(after)

    @override
    async def describe(self) -> EngineDescription:
        model = (await self._collection.facts()).model
        return EngineDescription("rekognition", model, model, holds_faces=True, notes=_NOTES)

    @override
    async def ping(self) -> None:
        await self._collection.facts_now()

    async def _submission(self, photo: bytes) -> Submission:
        return await to_thread.run_sync(submission_of, photo, self._limit_megapixels)

    async def _ranked(
        self, image: bytes, floor: float, page: list[Match], asked: int
    ) -> AsyncIterator[Sequence[Match]]:
        """Yield what the first call brought; then ask for twice as many, as far as there are."""
        seen: set[str] = set()
        while True:
            fresh = [match for match in page if match.face_id not in seen]
            seen.update(match.face_id for match in fresh)
            if fresh:
                yield [match for match in fresh if match.similarity >= floor]
            if len(page) < asked or asked == MOST_FACES:
                return
            asked = min(MOST_FACES, 2 * asked)
            page = await self._collection.matches(image, floor, asked)

    async def _enrolled_alone(
        self, answer: IndexFacesResponseTypeDef, submission: Submission
    ) -> Enrolled:
        """Return what came of a whole photo; discards it again when another face may be meant."""
        enrolled = self._enrolled(answer, submission)
        kept = enrolled.kept.face
        beside = [one.face for one in enrolled.refused if _is_only_one_too_many(one)]
        larger = [one for one in enrolled.refused if one.face.box.area > kept.box.area]
        try:
            face_to_enrol(largest_first([kept, *beside]), None)
            if larger:
                raise FaceRefusedError(larger)
        except SeveralFacesError as error:
            await self._collection.discard([enrolled.kept.face_id])
            faces = (await self._collection.detect(submission)).faces  # as `face` counts them
            raise SeveralFacesError(faces or error.faces) from error
        except CandidError:
            await self._collection.discard([enrolled.kept.face_id])
            raise
        return enrolled

    def _enrolled(self, answer: IndexFacesResponseTypeDef, submission: Submission) -> Enrolled:
        with translated("IndexFaces", self._collection_id):
            refused = tuple(refused_of(one, submission.size) for one in answer["UnindexedFaces"])
            if not answer["FaceRecords"]:
                raise FaceRefusedError(refused) if refused else NoFaceError
            record = answer["FaceRecords"][0]
            face = face_of(record["FaceDetail"], submission.size)
            kept = EnrolledFace(record["Face"]["FaceId"], face)
            return Enrolled(submission.size, kept, refused, model_name(answer["FaceModelVersion"]))

    def _enrolled_chosen(
        self,
        answer: IndexFacesResponseTypeDef,
        submission: Submission,
        faces: Sequence[Face],
        chosen: int,
    ) -> Enrolled:
        """Return what came of a crop, in terms of the whole photo."""
        enrolled = self._enrolled(answer, submission)
        beside = (face for index, face in enumerate(faces) if index != chosen)
        return Enrolled(
            submission.size,
            EnrolledFace(enrolled.kept.face_id, faces[chosen]),
            tuple(RefusedFace(face, (RefusalReason.EXCEEDS_MAX_FACES,)) for face in beside),
            enrolled.model,
        )


async def _only(submission: Submission, faces: Sequence[Face], chosen: int) -> bytes:
    """Return an image in which the chosen face is the only one; Rekognition takes the largest."""
    if len(faces) == 1:
        return submission.content
    return await to_thread.run_sync(cropped, submission, faces, chosen)


def _is_only_one_too_many(refused: RefusedFace) -> bool:
    return refused.reasons == (RefusalReason.EXCEEDS_MAX_FACES,)

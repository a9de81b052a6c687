"""One face of a photo enrolled: the booked person's, and nobody else's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adapters.face_engine.rekognition.answers import face_of, model_name, refused_of
from adapters.face_engine.rekognition.deletion import delete_faces
from adapters.face_engine.rekognition.errors import translated
from app.domain.errors import CandidError, FaceRefusedError, NoFaceError, SeveralFacesError
from app.domain.face import (
    Enrolled,
    EnrolledFace,
    Face,
    RefusalReason,
    RefusedFace,
    face_to_enrol,
    largest_first,
)
from app.ports.face_engine import EnrolledFaces

if TYPE_CHECKING:
    from collections.abc import Sequence

    from types_aiobotocore_rekognition.type_defs import IndexFacesResponseTypeDef

    from adapters.face_engine.rekognition.collection import FaceCollection
    from adapters.face_engine.rekognition.photos import Submission
    from adapters.face_engine.rekognition.service import Rekognition
    from adapters.face_engine.rekognition.users import RekognitionFaceUsers


class Enrolments:
    """Enrols into one collection."""

    def __init__(
        self, service: Rekognition, collection: FaceCollection, users: RekognitionFaceUsers
    ) -> None:
        self._service = service
        self._collection = collection
        self._users = users

    async def largest(self, submission: Submission, external_image_id: str) -> Enrolled:
        """Enrol the largest face; takes it back where another one may be meant."""
        enrolled = await self._one(submission, external_image_id)
        kept = enrolled.kept.face
        beside = [one.face for one in enrolled.refused if _is_only_one_too_many(one)]
        larger = [one for one in enrolled.refused if one.face.box.area > kept.box.area]
        try:
            face_to_enrol(largest_first([kept, *beside]), None)
            if larger:
                raise FaceRefusedError(larger)
        except SeveralFacesError as error:
            await self._discard(enrolled)
            faces = (await self._collection.detect(submission)).faces  # as `face` counts them
            raise SeveralFacesError(faces or error.faces) from error
        except CandidError:
            await self._discard(enrolled)
            raise
        return enrolled

    async def chosen(self, submission: Submission, external_image_id: str, face: int) -> Enrolled:
        """Enrol the face that was chosen, by a crop where there are several."""
        faces = (await self._collection.detect(submission)).faces
        chosen = face_to_enrol(faces, face)
        only = await self._service.photos.only(submission, faces, chosen)
        enrolled = await self._one(only, external_image_id)
        return Enrolled(
            submission.size,
            EnrolledFace(enrolled.kept.face_id, faces[chosen]),
            _one_too_many(faces, chosen),
            enrolled.model,
            enrolled.submitted,
        )

    async def all(
        self, submission: Submission, external_image_id: str | None, most: int, *, filtered: bool
    ) -> EnrolledFaces:
        """Enrol the largest faces, whoever they are."""
        if submission.is_too_small:
            model = (await self._collection.facts()).model
            return EnrolledFaces(submission.size, (), (), model)
        quality_filter = self._service.quality_filter if filtered else "NONE"
        answer, note = await self._collection.index(
            submission, external_image_id, most, quality_filter
        )
        return self._read(answer, submission, note)

    async def _one(self, submission: Submission, external_image_id: str) -> Enrolled:
        """Enrol the largest face that is good enough; raises NoFaceError, FaceRefusedError."""
        answer, note = await self._collection.index(
            submission, external_image_id, 1, self._service.quality_filter
        )
        found = self._read(answer, submission, note)
        if not found.kept:
            raise FaceRefusedError(found.refused) if found.refused else NoFaceError
        return Enrolled(found.size, found.kept[0], found.refused, found.model, found.submitted)

    def _read(
        self, answer: IndexFacesResponseTypeDef, submission: Submission, note: str | None
    ) -> EnrolledFaces:
        size = submission.size
        with translated("IndexFaces", self._collection.collection_id):
            kept = [
                EnrolledFace(record["Face"]["FaceId"], face_of(record["FaceDetail"], size))
                for record in answer["FaceRecords"]
            ]
            refused = [refused_of(one, size) for one in answer["UnindexedFaces"]]
            model = model_name(answer["FaceModelVersion"])
        return EnrolledFaces(
            size,
            tuple(sorted(kept, key=lambda one: _largest(one.face))),
            tuple(sorted(refused, key=lambda one: _largest(one.face))),
            model,
            note,
        )

    async def _discard(self, enrolled: Enrolled) -> None:
        face_ids = [enrolled.kept.face_id]
        await delete_faces(self._service, self._collection.collection_id, self._users, face_ids)


def _largest(face: Face) -> tuple[float, float]:
    return -face.box.area, face.box.left


def _one_too_many(faces: Sequence[Face], chosen: int) -> tuple[RefusedFace, ...]:
    beside = (face for index, face in enumerate(faces) if index != chosen)
    return tuple(RefusedFace(face, (RefusalReason.EXCEEDS_MAX_FACES,)) for face in beside)


def _is_only_one_too_many(refused: RefusedFace) -> bool:
    return refused.reasons == (RefusalReason.EXCEEDS_MAX_FACES,)

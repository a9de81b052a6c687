"""Two photos compared, without anything enrolled; both are sent as bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adapters.face_engine.rekognition.answers import compared_face_of
from adapters.face_engine.rekognition.errors import RefusedError, translated
from app.domain.errors import EngineMisconfiguredError, NoFaceError
from app.domain.face import Face
from app.ports.face_engine import Compared

if TYPE_CHECKING:
    from types_aiobotocore_rekognition.type_defs import CompareFacesResponseTypeDef

    from adapters.face_engine.rekognition.collection import FaceCollection
    from adapters.face_engine.rekognition.photos import Submission
    from adapters.face_engine.rekognition.service import Rekognition


async def compared(
    service: Rekognition, collection: FaceCollection, source: Submission, target: Submission
) -> Compared:
    """Compare the largest face of the source with all of the target; raises NoFaceError."""
    if source.is_too_small:
        raise NoFaceError
    if target.is_too_small:
        return await _with_nobody(collection, source)
    try:
        return _read(await _asked(service, collection, source, target), source, target)
    except RefusedError as error:  # as it does where either has no face
        if (await collection.detect(target)).faces:
            await _with_nobody(collection, source)  # raises NoFaceError where there is none
            raise EngineMisconfiguredError(f"Rekognition refuses CompareFaces: {error}") from error
        return await _with_nobody(collection, source)


async def _asked(
    service: Rekognition, collection: FaceCollection, source: Submission, target: Submission
) -> CompareFacesResponseTypeDef:
    client = service.client
    expected = {"InvalidParameterException"}
    with translated("CompareFaces", collection.collection_id, expected):
        return await service.made(
            "CompareFaces",
            lambda: client.compare_faces(
                SourceImage={"Bytes": source.content},
                TargetImage={"Bytes": target.content},
                SimilarityThreshold=0,
            ),
        )


def _read(answer: CompareFacesResponseTypeDef, source: Submission, target: Submission) -> Compared:
    with translated("CompareFaces", ""):
        faces: list[tuple[Face, float]] = [
            (compared_face_of(match["Face"], target.size), match["Similarity"])
            for match in answer.get("FaceMatches", [])
        ]
        unlike = answer.get("UnmatchedFaces", [])  # none at a threshold of 0, by the API's words
        faces += [(compared_face_of(face, target.size), 0.0) for face in unlike]
        faces.sort(key=lambda pair: (-pair[0].box.area, pair[0].box.left))
        return Compared(compared_face_of(answer["SourceImageFace"], source.size), tuple(faces))


async def _with_nobody(collection: FaceCollection, source: Submission) -> Compared:
    found = (await collection.detect(source)).faces
    if not found:
        raise NoFaceError
    return Compared(found[0], ())

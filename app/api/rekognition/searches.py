"""Operations that look for resembling faces; quality filters are accepted and change nothing."""

from app.api.rekognition.answers import (
    bounding_box,
    face_detail,
    face_matches,
    located,
    model_version,
    similarity,
)
from app.api.rekognition.asked import Asked
from app.api.rekognition.model import Fields
from app.domain.face import Face
from app.services.collections.purposes import DEFAULT_THRESHOLD


async def search_faces(asked: Asked) -> Fields:
    """Search an enrolled face."""
    face_id = asked.fields["FaceId"]
    found = await asked.services.search.by_face(
        asked.collection_id, face_id, _most(asked), _threshold(asked), asked.call
    )
    return {
        "SearchedFaceId": face_id,
        "FaceMatches": face_matches(found.matches),
        "FaceModelVersion": model_version(found.model),
    }


async def search_faces_by_image(asked: Asked) -> Fields:
    """Search the largest face of an image."""
    found = await asked.services.search.by_image(
        asked.collection_id, asked.image(), _most(asked), _threshold(asked), asked.call
    )
    return {
        **(_searched(found.searched) if found.searched else {}),
        "FaceMatches": face_matches(found.matches),
        "FaceModelVersion": model_version(found.model),
    }


async def compare_faces(asked: Asked) -> Fields:
    """Compare the largest face of one image with all of another."""
    source, target = asked.image("SourceImage"), asked.image("TargetImage")
    threshold = asked.number("SimilarityThreshold", DEFAULT_THRESHOLD)
    compared = await asked.services.compare(source, target, threshold, asked.call)
    strongest = sorted(compared.matches, key=lambda pair: -pair[1])
    return {
        "SourceImageFace": located(compared.source),
        "FaceMatches": [
            {"Similarity": similarity(likeness), "Face": face_detail(face)}
            for face, likeness in strongest
        ],
        "UnmatchedFaces": [face_detail(face) for face in compared.unmatched],
    }


def _searched(face: Face) -> Fields:
    return {
        "SearchedFaceBoundingBox": bounding_box(face.box),
        "SearchedFaceConfidence": face.quality.confidence,
    }


def _most(asked: Asked) -> int | None:
    return asked.said_count("MaxFaces")


def _threshold(asked: Asked) -> float | None:
    return asked.said_number("FaceMatchThreshold")

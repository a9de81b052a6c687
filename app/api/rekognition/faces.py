"""Operations on the faces of collections and photos."""

from app.api.rekognition.answers import (
    collection_face,
    face_detail,
    model_version,
    undeleted_face,
    unindexed_face,
)
from app.api.rekognition.asked import DEFAULT_PAGE, MOST_FACES_OF_IMAGE, Asked
from app.api.rekognition.model import Fields
from app.api.rekognition.tokens import Page


async def index_faces(asked: Asked) -> Fields:
    """Make the faces of an image searchable; any quality filter but NONE leaves out poor ones."""
    most = min(asked.count("MaxFaces", MOST_FACES_OF_IMAGE), MOST_FACES_OF_IMAGE)
    indexed = await asked.services.index_faces(
        asked.collection_id,
        asked.image(),
        asked.fields.get("ExternalImageId"),
        most,
        asked.fields.get("QualityFilter", "AUTO") != "NONE",
        asked.call,
    )
    return {
        "FaceRecords": [
            {"Face": collection_face(one), "FaceDetail": face_detail(one.face)}
            for one in indexed.kept
        ],
        "UnindexedFaces": [unindexed_face(one) for one in indexed.refused],
        "FaceModelVersion": model_version(indexed.model),
    }


async def list_faces(asked: Asked) -> Fields:
    """List faces, page by page."""
    wanted = asked.count("MaxResults", DEFAULT_PAGE)
    listed = await asked.services.list_faces(
        asked.collection_id,
        asked.after_face,
        wanted + 1,
        asked.fields.get("UserId"),
        asked.fields.get("FaceIds"),
        asked.call,
    )
    page = Page.of(listed.faces, wanted)
    return {
        "Faces": [collection_face(one) for one in page.items],
        "FaceModelVersion": model_version(listed.model),
        **({} if page.is_last else asked.next(page.items[-1].face_id)),
    }


async def delete_faces(asked: Asked) -> Fields:
    """Delete faces that belong to no user."""
    face_ids = asked.fields["FaceIds"]
    deleted = await asked.services.delete_faces(asked.collection_id, face_ids, asked.call)
    return {
        "DeletedFaces": list(deleted.face_ids),
        "UnsuccessfulFaceDeletions": [undeleted_face(one) for one in deleted.refused],
    }


async def detect_faces(asked: Asked) -> Fields:
    """Find the faces of an image."""
    detected = await asked.services.detect(asked.image(), asked.call)
    return {"FaceDetails": [face_detail(one) for one in detected.faces[:MOST_FACES_OF_IMAGE]]}

"""Faces, users and collections as Amazon Rekognition's clients read them.

What no engine here measures is left out: ages, genders, emotions and the like. There is no
landmark type for the middle of the mouth, so of the four points only eyes and nose are told.
"""

import hashlib
import re
from collections.abc import Sequence

from app.api.rekognition.model import Fields
from app.domain.collection import CollectionFace, RefusedAssociation, User
from app.domain.face import Box, Face, RefusedFace
from app.services.collections.answers import FaceMatch, FoundUser, UndeletedFace

ACCOUNT = "000000000000"
"""The account in ARNs; there are no accounts here."""

_LANDMARKS = ("eyeLeft", "eyeRight", "nose")
_OF_REKOGNITION = re.compile(r"rekognition-([0-9.]+)")
_PLACES = 4


def collection_arn(collection_id: str, region: str) -> str:
    """Return a collection's name in AWS's form."""
    return f"aws:rekognition:{region}:{ACCOUNT}:collection/{collection_id}"


def model_version(model: str) -> str:
    """Return a model's name as a version number, which is all that clients may be told.

    Rekognition's own is its number; any other is `1.` and the first 32 bits of the SHA-256 of its
    name: the same for the same model, and with next to no doubt another for another.
    """
    if own := _OF_REKOGNITION.fullmatch(model):
        return own[1]
    return f"1.{int.from_bytes(hashlib.sha256(model.encode()).digest()[:4], 'big')}"


def bounding_box(box: Box) -> Fields:
    """Return a box in ratios of the photo."""
    return {"Width": box.width, "Height": box.height, "Left": box.left, "Top": box.top}


def located(face: Face) -> Fields:
    """Return where a face is and how sure the detector is that it is one."""
    return {"BoundingBox": bounding_box(face.box), "Confidence": face.quality.confidence}


def face_detail(face: Face) -> Fields:
    """Return everything that was measured of a face."""
    quality, points = face.quality, zip(_LANDMARKS, face.landmarks, strict=False)
    measured = {
        "Pose": _known(Roll=quality.roll, Yaw=quality.yaw, Pitch=quality.pitch),
        "Quality": _known(Brightness=quality.brightness, Sharpness=quality.sharpness),
        "Landmarks": [{"Type": name, "X": point.x, "Y": point.y} for name, point in points],
    }
    return located(face) | {name: value for name, value in measured.items() if value}


def collection_face(face: CollectionFace) -> Fields:
    """Return a face of a collection, with the id that its caller gave the photo, if any."""
    named = {"ExternalImageId": face.external_image_id} if face.is_named else {}
    owned = {"UserId": face.user_id} if face.user_id is not None else {}
    return {
        "FaceId": face.face_id,
        "ImageId": face.image_id,
        **located(face.face),
        "IndexFacesModelVersion": model_version(face.model),
        **named,
        **owned,
    }


def unindexed_face(refused: RefusedFace) -> Fields:
    """Return a face that was seen and not enrolled."""
    return {"Reasons": list(refused.reasons), "FaceDetail": face_detail(refused.face)}


def undeleted_face(refused: UndeletedFace) -> Fields:
    """Return a face that was not deleted."""
    owned = {"UserId": refused.user_id} if refused.user_id is not None else {}
    return {"FaceId": refused.face_id, "Reasons": [refused.reason], **owned}


def face_matches(matches: Sequence[FaceMatch]) -> list[Fields]:
    """Return resembling faces, strongest first."""
    strongest = sorted(matches, key=lambda match: -match.similarity)
    return [
        {"Similarity": similarity(one.similarity), "Face": collection_face(one.face)}
        for one in strongest
    ]


def user(one: User) -> Fields:
    """Return a user, ACTIVE as soon as there is a face to search it by."""
    return {"UserId": one.user_id, "UserStatus": user_status(one)}


def user_status(one: User) -> str:
    """Return a user's status; faces count at once here, so no user is ever UPDATING."""
    return "ACTIVE" if one.faces else "CREATED"


def user_matches(matches: Sequence[FoundUser]) -> list[Fields]:
    """Return resembling users, strongest first."""
    strongest = sorted(matches, key=lambda match: -match.similarity)
    return [{"Similarity": similarity(one.similarity), "User": user(one.user)} for one in strongest]


def refused_association(refused: RefusedAssociation) -> Fields:
    """Return a face that was not made a user's, with its likeness to the user where that is why."""
    told = refused_disassociation(refused)
    if refused.similarity is not None:
        told["Confidence"] = similarity(refused.similarity)
    return told


def refused_disassociation(refused: RefusedAssociation) -> Fields:
    """Return a face that was not taken from a user."""
    owner = {"UserId": refused.user_id} if refused.user_id is not None else {}
    return {"FaceId": refused.face_id, "Reasons": [refused.reason], **owner}


def similarity(value: float) -> float:
    """Return a similarity as it is told: to four places, from 0 to 100."""
    return round(min(max(value, 0.0), 100.0), _PLACES)


def _known(**measured: float | None) -> Fields:
    return {name: value for name, value in measured.items() if value is not None}

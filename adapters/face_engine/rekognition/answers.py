"""Rekognition's answers in the core's words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from app.domain.collection import AssociationRefusal, RefusedAssociation
from app.domain.face import Box, Face, PhotoSize, Point, Quality, RefusalReason, RefusedFace
from app.ports.face_collections import UserMatch

if TYPE_CHECKING:
    from types_aiobotocore_rekognition.type_defs import (
        BoundingBoxTypeDef,
        ComparedFaceTypeDef,
        ComparedSourceImageFaceTypeDef,
        FaceDetailTypeDef,
        FaceMatchTypeDef,
        UnindexedFaceTypeDef,
        UnsuccessfulFaceAssociationTypeDef,
        UserMatchTypeDef,
    )

_FACE_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_MOUTH = ("mouthLeft", "mouthRight")


@dataclass(frozen=True, slots=True)
class OwnMatch:
    """An enrolled face by its own likeness to the probe, and the user it counts for."""

    face_id: str
    similarity: float
    user_id: str | None


def is_face_id(face_id: str) -> bool:
    """Whether Rekognition could have given a face this id; asked for others, it finds fault."""
    return _FACE_ID.fullmatch(face_id) is not None


def model_name(version: str) -> str:
    """Return the name of a face model, which is also that of its scale."""
    return f"rekognition-{version}"


def face_of(detail: FaceDetailTypeDef, size: PhotoSize) -> Face:
    """Return the face as the core knows it; `size` is that of the photo as sent.

    Rekognition's angles have the core's signs: in the examples of its API model a face whose nose
    lies left of its eyes' middle has a negative yaw, one whose right eye is lower a positive roll.
    """
    box = _box(detail["BoundingBox"])
    pose, quality = detail.get("Pose", {}), detail.get("Quality", {})
    return Face(
        box,
        Quality(
            size=round(min(box.width * size.width, box.height * size.height)),
            confidence=_percent(detail["Confidence"]),
            sharpness=_percent(quality["Sharpness"]) if "Sharpness" in quality else None,
            brightness=_percent(quality["Brightness"]) if "Brightness" in quality else None,
            yaw=pose.get("Yaw"),
            pitch=pose.get("Pitch"),
            roll=pose.get("Roll"),
        ),
        _landmarks(detail),
    )


def compared_face_of(
    face: ComparedFaceTypeDef | ComparedSourceImageFaceTypeDef, size: PhotoSize
) -> Face:
    """Return the face of an answer to CompareFaces, which is a part of a FaceDetail."""
    return face_of(cast("FaceDetailTypeDef", face), size)


def refused_of(unindexed: UnindexedFaceTypeDef, size: PhotoSize) -> RefusedFace:
    """Return the face with the reasons that are known here; LOW_FACE_QUALITY for any other."""
    known = [reason for reason in unindexed.get("Reasons", []) if reason in set(RefusalReason)]
    reasons = tuple(RefusalReason(reason) for reason in known)
    return RefusedFace(
        face_of(unindexed["FaceDetail"], size), reasons or (RefusalReason.LOW_FACE_QUALITY,)
    )


def match_of(match: FaceMatchTypeDef) -> OwnMatch:
    """Return the match; Rekognition tells no score but its similarity."""
    face = match["Face"]
    return OwnMatch(face["FaceId"], _percent(match["Similarity"]), face.get("UserId"))


def user_match_of(match: UserMatchTypeDef) -> UserMatch:
    """Return the user matched."""
    return UserMatch(match["User"]["UserId"], _percent(match["Similarity"]))


def refused_association_of(refused: UnsuccessfulFaceAssociationTypeDef) -> RefusedAssociation:
    """Return the face with a reason that is known here; LOW_MATCH_CONFIDENCE for any other."""
    known = [one for one in refused.get("Reasons", []) if one in set(AssociationRefusal)]
    reason = AssociationRefusal(known[0]) if known else AssociationRefusal.LOW_MATCH_CONFIDENCE
    return RefusedAssociation(
        refused["FaceId"], reason, refused.get("UserId"), refused.get("Confidence")
    )


def _box(box: BoundingBoxTypeDef) -> Box:
    return Box(box["Left"], box["Top"], box["Width"], box["Height"])


def _landmarks(detail: FaceDetailTypeDef) -> tuple[Point, ...]:
    points = {mark["Type"]: Point(mark["X"], mark["Y"]) for mark in detail.get("Landmarks", [])}
    if not {"eyeLeft", "eyeRight", "nose", *_MOUTH} <= points.keys():
        return ()
    left, right = points["mouthLeft"], points["mouthRight"]
    mouth = Point((left.x + right.x) / 2, (left.y + right.y) / 2)
    return points["eyeLeft"], points["eyeRight"], points["nose"], mouth


def _percent(value: float) -> float:
    return min(100.0, max(0.0, value))

"""Rekognition's answers in the core's words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.domain.face import Box, Face, PhotoSize, Point, Quality, RefusalReason, RefusedFace
from app.ports.face_engine import Match

if TYPE_CHECKING:
    from types_aiobotocore_rekognition.type_defs import (
        BoundingBoxTypeDef,
        FaceDetailTypeDef,
        FaceMatchTypeDef,
        UnindexedFaceTypeDef,
    )

_MOUTH = ("mouthLeft", "mouthRight")


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


def refused_of(unindexed: UnindexedFaceTypeDef, size: PhotoSize) -> RefusedFace:
    """Return the face with the reasons that are known here; LOW_FACE_QUALITY for any other."""
    known = [reason for reason in unindexed.get("Reasons", []) if reason in set(RefusalReason)]
    reasons = tuple(RefusalReason(reason) for reason in known)
    return RefusedFace(
        face_of(unindexed["FaceDetail"], size), reasons or (RefusalReason.LOW_FACE_QUALITY,)
    )


def match_of(match: FaceMatchTypeDef) -> Match:
    """Return the match; Rekognition tells no score but its similarity."""
    similarity = match["Similarity"]
    return Match(match["Face"]["FaceId"], _percent(similarity), similarity)


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

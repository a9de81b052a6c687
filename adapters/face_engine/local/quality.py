"""Says how good a face is as a picture, and why it is too poor to be enrolled."""

import math

import numpy as np
import numpy.typing as npt
from PIL import Image

from adapters.face_engine.local.alignment import CHIP, Aligned
from adapters.face_engine.local.geometry import cut
from app.domain.face import Quality, RefusalReason

SMALLEST = 32
"""Pixels of the box's shorter side: eyes about 14 pixels apart."""
LEAST_CONFIDENCE = 50.0
DARKEST = 6.0
LEAST_SHARPNESS = 5.0
LEAST_CONTRAST = 2.0
MOST_YAW = 60.0
MOST_PITCH = 50.0

_INNER = slice(25, 125)  # the face itself, without hair and wall
_SHARP = 0.35
_NOSE_DEPTH = 0.42
_FRONTAL_NOSE = 0.48
_PITCH_DEPTH = 0.43


def measured(picture: Image.Image, face: Aligned, enlarged: float) -> Quality:
    """Measure one face; `enlarged` is the pixels of the photo as sent per pixel of the picture."""
    corners = face.sighting.places[:2]
    diagonal = complex(corners[1] - corners[0])
    luma = np.asarray(cut(picture, face.to_chip, CHIP).convert("L"), np.float32)[_INNER, _INNER]
    yaw, pitch, roll = _pose(face)
    return Quality(
        size=round(min(diagonal.real, diagonal.imag) * enlarged),
        confidence=round(100 * face.sighting.score, 1),
        sharpness=_sharpness(luma),
        brightness=round(float(luma.mean()) / 2.55, 1),
        yaw=yaw,
        pitch=pitch,
        roll=roll,
    )


def _sharpness(luma: npt.NDArray[np.float32]) -> float:
    """Fine detail against contrast, so that a dark or pale face is not called blurred."""
    middle = luma[1:-1, 1:-1]
    around = luma[:-2, 1:-1] + luma[2:, 1:-1] + luma[1:-1, :-2] + luma[1:-1, 2:]
    detail = float((around / 4 - middle).std())
    contrast = float(luma.std())
    return detail / (contrast + 1.0)


def _pose(face: Aligned) -> tuple[float, float, float]:
    """Estimate yaw, pitch and roll in degrees from eyes, nose and mouth."""
    left, right, nose, mouth = (complex(point) for point in face.sighting.points)
    eyes = right - left
    if not eyes:
        return 0.0, 0.0, 0.0
    upright_nose = (nose - (left + right) / 2) / eyes
    upright_mouth = (mouth - (left + right) / 2) / eyes
    yaw = math.degrees(math.atan(upright_nose.real / _NOSE_DEPTH))
    share = upright_nose.imag / upright_mouth.imag if upright_mouth.imag else _FRONTAL_NOSE
    pitch = math.degrees(math.atan((_FRONTAL_NOSE - share) / _PITCH_DEPTH))
    roll = math.degrees(math.atan2(eyes.imag, eyes.real))
    return round(yaw, 1), round(pitch, 1), round(roll, 1)


def refusals(quality: Quality) -> tuple[RefusalReason, ...]:
    """Return why the face is not enrolled; empty for any reasonable booking photo."""
    found = {
        RefusalReason.SMALL_BOUNDING_BOX: quality.size < SMALLEST,
    }
    return tuple(reason for reason, applies in found.items() if applies)

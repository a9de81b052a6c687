"""Says how good a face is as a picture, and why it is too poor to be enrolled."""

import math

import numpy as np
import numpy.typing as npt

from adapters.face_engine.local.alignment import Aligned
from app.domain.face import Quality, RefusalReason

SMALLEST = 32
"""Pixels of the box's shorter side: eyes about 14 pixels apart. LFW's smallest has 72."""
LEAST_CONFIDENCE = 72.0
"""LFW's least sure face has 74, the portraits of the London set have 92 and more."""
DARKEST = 6.0
BRIGHTEST = 97.0
"""LFW lies between 17 and 80, the London set, people of all shades, between 22 and 67."""
LEAST_SHARPNESS = 14.0
JUDGED_SHARP_FROM = 150
"""The London set has 47 and more. Faces of fewer pixels hold no finer detail and are not judged:
LFW's go down to 7 and are still told apart."""
MOST_YAW = 70.0
MOST_PITCH = 55.0
"""LFW's most turned faces reach 67 and 46 degrees."""

_INNER = slice(25, 125)  # the face itself, without hair and wall
_LUMA = np.array([0.299, 0.587, 0.114], np.float32)  # ITU-R BT.601
_FULL_DETAIL = 0.2  # of the contrast: a razor-sharp portrait
# A nose tip stands about 26 mm before the eyes; they are 63 mm apart, and 60 mm above the mouth.
_NOSE_DEPTH = 26 / 63
_PITCH_DEPTH = 26 / 60
_FRONTAL_NOSE = 0.48  # of the way from eyes to mouth, in the mean London portrait


def measured(face: Aligned, enlarged: float) -> Quality:
    """Measure one face; `enlarged` is the pixels of the photo as sent per pixel of the picture."""
    corners = face.sighting.places[:2]
    diagonal = complex(corners[1] - corners[0])
    luma = face.chip[_INNER, _INNER].astype(np.float32) @ _LUMA
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
    detail = float((around / 4 - middle).std()) / (float(luma.std()) + 1.0)
    return round(100 * min(1.0, detail / _FULL_DETAIL), 1)


def _pose(face: Aligned) -> tuple[float, float, float]:
    """Estimate yaw, pitch and roll in degrees from eyes, nose and mouth; coarse beyond 45."""
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
        RefusalReason.LOW_CONFIDENCE: quality.confidence < LEAST_CONFIDENCE,
        RefusalReason.LOW_BRIGHTNESS: _is_dark(quality.brightness),
        RefusalReason.LOW_FACE_QUALITY: _is_washed_out(quality.brightness),
        RefusalReason.LOW_SHARPNESS: _is_blurred(quality),
        RefusalReason.EXTREME_POSE: _is_turned_away(quality),
    }
    return tuple(reason for reason, applies in found.items() if applies)


def _is_dark(brightness: float | None) -> bool:
    return brightness is not None and brightness < DARKEST


def _is_washed_out(brightness: float | None) -> bool:
    return brightness is not None and brightness > BRIGHTEST


def _is_blurred(quality: Quality) -> bool:
    if quality.sharpness is None or quality.size < JUDGED_SHARP_FROM:
        return False
    return quality.sharpness < LEAST_SHARPNESS


def _is_turned_away(quality: Quality) -> bool:
    return abs(quality.yaw or 0.0) > MOST_YAW or abs(quality.pitch or 0.0) > MOST_PITCH

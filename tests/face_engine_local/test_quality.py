import pytest

from adapters.face_engine.local.quality import refusals
from app.domain.face import Quality, RefusalReason

GOOD = {"size": 200, "confidence": 95.0, "sharpness": 60.0, "brightness": 50.0}


def quality(**changes: float) -> Quality:
    values = {**GOOD, "yaw": 3.0, "pitch": -4.0, "roll": 1.0, **changes}
    return Quality(size=int(values.pop("size")), **values)


def test_a_reasonable_booking_photo_is_refused_for_nothing() -> None:
    assert refusals(quality()) == ()


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"size": 31}, RefusalReason.SMALL_BOUNDING_BOX),
        ({"confidence": 71.0}, RefusalReason.LOW_CONFIDENCE),
        ({"brightness": 4.0}, RefusalReason.LOW_BRIGHTNESS),
        ({"brightness": 99.0}, RefusalReason.LOW_FACE_QUALITY),
        ({"sharpness": 8.0}, RefusalReason.LOW_SHARPNESS),
        ({"yaw": -75.0}, RefusalReason.EXTREME_POSE),
        ({"pitch": 60.0}, RefusalReason.EXTREME_POSE),
    ],
)
def test_a_poor_face_is_refused_for_what_is_poor(
    changes: dict[str, float], reason: RefusalReason
) -> None:
    assert refusals(quality(**changes)) == (reason,)


def test_a_face_of_few_pixels_is_not_blamed_for_being_soft() -> None:
    assert refusals(quality(size=100, sharpness=7.0)) == ()


def test_a_head_on_its_side_is_no_extreme_pose() -> None:
    assert refusals(quality(roll=90.0)) == ()


def test_what_was_not_measured_is_no_reason() -> None:
    assert refusals(Quality(size=200, confidence=95.0)) == ()

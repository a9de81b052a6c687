"""How a probe was made, told in words."""

from app.domain.derivation import Cropped, Derivation, Encoded, Rotated, Scaled, step_told
from app.domain.face import PhotoSize


def test_every_step_is_told() -> None:
    steps = (Rotated(90), Cropped(10, 20, 300, 400), Scaled(150, 200), Encoded("image/jpeg"))

    assert [step_told(step) for step in steps] == [
        "turned right by 90 degrees",
        "cut out: 300 x 400 pixels from (10, 20)",
        "scaled to 150 x 200 pixels",
        "encoded as image/jpeg",
    ]


def test_the_steps_lead_to_the_probe() -> None:
    turns = (Rotated(270), Cropped(1000, 0, 2000, 4000), Rotated(180), Encoded("image/png"))

    Derivation("ab" * 32, 4000, 3000, turns).check(PhotoSize(2000, 4000))
    Derivation("ab" * 32, 4000, 3000, ()).check(PhotoSize(4000, 3000))

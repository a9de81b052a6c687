"""Faces that fill a small part of the photo, and those that a portrait's photo holds besides."""

import pytest
from PIL import Image

from adapters.face_engine.local.encoder import Encoder
from tests.face_engine_local.pictures import likeness, middle, opened, saved

SCENE = (1440, 960)


def of_width(encoder: Encoder, portrait: bytes, pixels: float) -> Image.Image:
    """The portrait, scaled so that its face's box has that width."""
    picture = opened(portrait)
    wide = encoder.read(portrait, "detect").faces[0].box.width * picture.width
    scale = pixels / wide
    return picture.resize((round(picture.width * scale), round(picture.height * scale)))


@pytest.mark.parametrize("share", [12, 16, 24])
@pytest.mark.parametrize("place", [(0.02, 0.03), (0.5, 0.5), (0.98, 0.97)])
def test_a_face_of_a_small_share_of_the_longer_side_is_found(
    encoder: Encoder, portrait: bytes, share: int, place: tuple[float, float]
) -> None:
    scene = Image.linear_gradient("L").resize(SCENE).convert("RGB")
    small = of_width(encoder, portrait, max(SCENE) / share)
    left, top = (
        round(part * (whole - own))
        for part, whole, own in zip(place, SCENE, small.size, strict=True)
    )
    scene.paste(small, (left, top))

    reading = encoder.read(saved(scene, "PNG"), "search")

    assert len(reading.faces) == 1
    across, down = middle(reading.faces[0])
    assert left < across * SCENE[0] < left + small.width
    assert top < down * SCENE[1] < top + small.height
    assert likeness(reading.template, encoder.read(portrait, "search").template) > 0.9


def test_beside_a_portrait_nobody_small_is_looked_for(encoder: Encoder, portrait: bytes) -> None:
    picture = opened(portrait).resize((960, 1200))
    alone = encoder.read(saved(picture, "PNG"), "enrol")
    picture.paste(of_width(encoder, portrait, 1200 / 24), (5, 5))

    reading = encoder.read(saved(picture, "PNG"), "enrol")

    assert len(reading.faces) == 1
    assert reading.chosen == 0
    assert likeness(reading.template, alone.template) > 0.99

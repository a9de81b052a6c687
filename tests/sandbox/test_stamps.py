"""Pictures for reviewers: between bands that say what they are not for, legible at every width."""

import io

import pytest
from PIL import Image

from adapters.darkroom.sandboxed import REHEARSAL, SandboxedDarkroom
from adapters.sandbox import Sandbox
from adapters.stamps import NARROWEST, stamped
from app.domain.errors import PhotoUnreadableError, UnsupportedPhotoError

CAPTION = "Search 5b0e1c52-0d7a-4f0e-9a57-1f0c3f3f7f11\n2026-11-29 14:40Z"
_BAND = (122, 0, 25)


def portrait(width: int, height: int) -> bytes:
    written = io.BytesIO()
    Image.new("RGB", (width, height), (0, 200, 0)).save(written, "PNG")
    return written.getvalue()


def opened(jpeg: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(jpeg))
    assert picture.format == "JPEG"
    return picture.convert("RGB")


def _is_band(pixel: object) -> bool:
    assert isinstance(pixel, tuple)
    return all(abs(one - other) < 25 for one, other in zip(pixel, _BAND, strict=True))


def _is_light(picture: Image.Image, x: int, y: int) -> bool:
    pixel = picture.getpixel((x, y))
    return isinstance(pixel, tuple) and min(pixel) > 150


@pytest.mark.parametrize("width", [200, 419, 420, 480, 2000])
def test_bands_stand_above_and_below_and_hide_nothing(width: int) -> None:
    picture = opened(stamped(portrait(2000, 2500), width, CAPTION))

    middle = picture.width // 2
    column = [picture.getpixel((1, y)) for y in range(picture.height)]
    upper = next(y for y, pixel in enumerate(column) if not _is_band(pixel))
    lower = next(y for y, pixel in enumerate(column[::-1]) if not _is_band(pixel))
    assert picture.width == width
    assert abs(picture.height - upper - lower - width * 1.25) <= 6  # the edges blur
    assert upper >= 24
    assert lower > upper
    for band in (range(upper - 2), range(picture.height - lower + 2, picture.height)):
        letters = [x for y in band for x in range(picture.width) if _is_light(picture, x, y)]
        assert letters, "letters stand in the band"
        assert min(letters) > 2, "and are not cut off at its left"
        assert max(letters) < picture.width - 3, "nor at its right"
    green = picture.getpixel((middle, picture.height // 2))
    assert isinstance(green, tuple)
    assert green[1] > 150


def test_a_small_photo_stands_between_margins_under_bands_that_can_be_read() -> None:
    picture = opened(stamped(portrait(60, 75), 480, CAPTION))

    assert picture.width == NARROWEST


def test_it_is_the_same_for_the_same_photo() -> None:
    photo = portrait(300, 400)

    assert stamped(photo, 300, CAPTION) == stamped(photo, 300, CAPTION)


def test_what_is_no_photo_is_refused() -> None:
    with pytest.raises(UnsupportedPhotoError):
        stamped(b"%PDF-1.7", 300, CAPTION)
    with pytest.raises(PhotoUnreadableError):
        stamped(portrait(300, 400)[:60], 300, CAPTION)


async def test_the_darkroom_stamps_in_a_process_of_its_own() -> None:
    async with Sandbox(1, 1024**3, 60.0, warm_up=[REHEARSAL]) as sandbox:
        picture = opened(await SandboxedDarkroom(sandbox).stamped(portrait(900, 900), 400, CAPTION))

    assert picture.width == 400

"""Makes a sample portrait plainly a sample: head and shoulders over a band that says DEMO."""

import io

from PIL import Image, ImageDraw, ImageFont

_LARGEST = (480, 600)
"""Pixels of a common booking photo."""

_BAND = 0.14
"""Height of the band, of the picture's height; it lies below the picture and covers nothing."""


def stamped(photo: bytes, crop: tuple[int, int, int, int]) -> bytes:
    """Return the cropped photo over a band with the word DEMO; the same bytes for the same input.

    Returns a JPEG without metadata, at most 480 x 600 pixels before the band.
    """
    with Image.open(io.BytesIO(photo)) as opened:
        portrait = opened.convert("RGB").crop(crop)
    portrait.thumbnail(_LARGEST, Image.Resampling.LANCZOS)
    band = round(portrait.height * _BAND)
    canvas = Image.new("RGB", (portrait.width, portrait.height + band), (176, 0, 32))
    canvas.paste(portrait)
    draw = ImageDraw.Draw(canvas)
    middle = (portrait.width / 2, portrait.height + band / 2)
    font = ImageFont.load_default(size=band * 0.5)
    draw.text(middle, "DEMO  -  not a booking", fill="white", font=font, anchor="mm")
    result = io.BytesIO()
    canvas.save(result, "JPEG", quality=92)
    return result.getvalue()

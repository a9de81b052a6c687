"""Marks a picture as what it is: bands above and below it say so and cover nothing of it."""

import io
from collections.abc import Sequence

from PIL import Image, ImageDraw, ImageFont

from adapters.pixels import read_pixels

WARNING = ("INVESTIGATIVE LEAD,", "NOT FOR LINE-UP")
NARROWEST = 200
"""Pixels: on less, nobody could read the bands; a narrower picture stands between margins."""

_BAND = (122, 0, 25)
_MARGIN = (32, 32, 32)
_ONE_LINE = 420  # from this width on the warning fits one line
_FILLS = 0.92  # of the width, by the longest line
_LETTERS = 0.035  # of the width is a letter high; on narrow pictures 24 pixels, where they fit


def stamped(photo: bytes, width: int, caption: str) -> bytes:
    """Return the photo upright, at most `width` pixels wide, between two bands, as a JPEG.

    The caption stands small in the lower band; it has ASCII letters only, and short lines. Raises
    as `read_pixels`.
    """
    picture = read_pixels(photo, working_side=width * 4).picture
    if picture.width > width:
        height = max(1, round(picture.height * width / picture.width))
        picture = picture.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=3)
    across = max(NARROWEST, picture.width)
    upper = _band(across, _lines(across))
    told = caption.splitlines()
    lower = _band(across, _lines(across), [", ".join(told)] if across >= _ONE_LINE else told)
    size = (across, upper.height + picture.height + lower.height)
    canvas = Image.new("RGB", size, _MARGIN)
    canvas.paste(upper, (0, 0))
    canvas.paste(picture, ((across - picture.width) // 2, upper.height))
    canvas.paste(lower, (0, upper.height + picture.height))
    written = io.BytesIO()
    canvas.save(written, "JPEG", quality=88)
    return written.getvalue()


def _lines(across: int) -> tuple[str, ...]:
    return (" ".join(WARNING),) if across >= _ONE_LINE else WARNING


def _band(across: int, lines: Sequence[str], captions: Sequence[str] = ()) -> Image.Image:
    """Return a band as high as its lines need, each as large as the width allows."""
    told = [(line, _font(lines, across)) for line in lines]
    told += [(line, _font(captions, across, 0.55)) for line in captions]
    heights = [round(font.size * 1.3) for _, font in told]
    margin = max(3, heights[0] // 5)
    band = Image.new("RGB", (across, sum(heights) + 2 * margin), _BAND)
    draw, top = ImageDraw.Draw(band), margin
    for (line, font), height in zip(told, heights, strict=True):
        draw.text((across / 2, top + height / 2), line, fill="white", font=font, anchor="mm")
        top += height
    return band


def _font(lines: Sequence[str], across: int, share: float = 1.0) -> ImageFont.FreeTypeFont:
    """Return the largest font in which every line fits the band."""
    trial = 100
    widest = max(_loaded(trial).getlength(line) for line in lines)
    wanted = max(24, across * _LETTERS) * share
    return _loaded(max(7, int(min(wanted, across * _FILLS / widest * trial))))


def _loaded(size: float) -> ImageFont.FreeTypeFont:
    font = ImageFont.load_default(size=size)
    if not isinstance(font, ImageFont.FreeTypeFont):
        raise TypeError("Pillow is built without FreeType")
    return font


def rehearse_stamping() -> None:
    """Load letters once, while files may still be opened: what draws them is loaded late."""
    _band(NARROWEST, WARNING, ["0"])

"""Portraits of people who do not exist, drawn so that nobody takes them for photographs."""

import io
import random
from functools import lru_cache
from typing import Final

from PIL import Image, ImageDraw, ImageFont

_SIZE: Final = (240, 340)
_FACE_HEIGHT: Final = 300
_TURNS: Final = {"left": -28, "right": 28}
"""Pixels that eyes and mouth are aside of the middle."""

_SKINS: Final = ("#f1d3b8", "#e0b08a", "#c68a5f", "#8d5a3a", "#5c3a28")
_HAIRS: Final = {
    "BLK": "#20201f", "BLN": "#d8bf7a", "BRO": "#5b3b23", "GRY": "#9a9a9a", "RED": "#a04a22",
}  # fmt: skip


@lru_cache(maxsize=512)
def drawn_portrait(person_id: str, hair_color: str, view: str) -> bytes:
    """Return a JPEG over a band that says DEMO; the same bytes for the same person and view."""
    drawn = random.Random(person_id)  # noqa: S311 - nothing secret
    canvas = Image.new("RGB", _SIZE, "#b9c3cc")
    draw = ImageDraw.Draw(canvas)
    middle, half = _SIZE[0] / 2, drawn.randint(62, 76)
    hair = _HAIRS.get(hair_color, "#333333")
    draw.ellipse((middle - 110, 240, middle + 110, 420), fill="#56616b")
    draw.ellipse((middle - half - 8, 48, middle + half + 8, 200), fill=hair)
    draw.ellipse((middle - half, 66, middle + half, 256), fill=drawn.choice(_SKINS))
    turned = middle + _TURNS.get(view, 0)
    eyes, apart = drawn.randint(140, 152), drawn.randint(26, 34)
    for x in (turned - apart, turned + apart):
        draw.ellipse((x - 10, eyes - 6, x + 10, eyes + 6), fill="white")
        draw.ellipse((x - 5, eyes - 5, x + 5, eyes + 5), fill="#2b2b2b")
    draw.line((turned, eyes + 12, turned + 6, eyes + 44), fill="#3a2a20", width=3)
    wide = drawn.randint(18, 32)
    draw.line((turned - wide, eyes + 70, turned + wide, eyes + 70), fill="#7a2f2f", width=5)
    _band(draw)
    written = io.BytesIO()
    canvas.save(written, "JPEG", quality=85)
    return written.getvalue()


def _band(draw: ImageDraw.ImageDraw) -> None:
    draw.rectangle((0, _FACE_HEIGHT, *_SIZE), fill=(176, 0, 32))
    font = ImageFont.load_default(size=18)
    at = (_SIZE[0] / 2, (_FACE_HEIGHT + _SIZE[1]) / 2)
    draw.text(at, "DEMO  -  not a person", fill="white", font=font, anchor="mm")

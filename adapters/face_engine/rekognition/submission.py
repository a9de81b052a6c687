"""Makes photos such that Rekognition takes them, and crops one face out of several.

Both functions run in the sandbox's processes: a request as JSON and the photo go in, an answer as
JSON and a picture come out. Limits and formats: Amazon Rekognition developer guide, "Guidelines
and quotas": 5 MB of bytes in a call, 15 MB in an object of S3, JPEG or PNG, at least 80 pixels a
side; a JPEG's orientation tag is heeded, a PNG's not.
"""

import io
from typing import Any

from PIL import ExifTags, Image

from adapters.pixels import read_pixels, rehearse_reading
from app.domain.face import Box

MOST_BYTES = 5 * 1024 * 1024
MOST_OBJECT_BYTES = 15 * 1024 * 1024
LEAST_SIDE = 80
TOO_SMALL = 40
"""A photo with a shorter side holds no face that Rekognition detects (40 pixels at least)."""

LONG_SIDE = 2000
"""Pixels of the longer side that re-encoding always keeps; above twice that it scales down.

Rekognition's least face grows in proportion from 1920 pixels on, so that more finds no more.
"""
_QUALITIES = (95, 90, 80, 60, 40)
_MARGIN = 0.6
"""Kept around a chosen face on each side, in sides of its box: hair, chin and ears, and a bit."""

_COVER = (127, 127, 127)

Answer = tuple[dict[str, Any], bytes]


def prepare(request: dict[str, Any], photo: bytes) -> Answer:
    """Measure the photo; the picture is empty where its own bytes will do.

    Raises what `read_pixels` raises.
    """
    pixels = read_pixels(photo, request["limit_megapixels"], LONG_SIDE)
    answer: dict[str, Any] = {"size": [pixels.size.width, pixels.size.height]}
    form = _form(photo)
    answer["object_fits"] = form is None and len(photo) <= MOST_OBJECT_BYTES
    if form is None and len(photo) <= MOST_BYTES:
        return answer, b""
    picture, content = _encoded(pixels.picture)
    answer["note"] = (
        f"re-encoded: JPEG {picture.width}x{picture.height} from "
        f"{form or 'a file over 5 MB'}, {len(photo) / 1e6:.1f} MB"
    )
    return answer, content


def rehearse(_: dict[str, Any], __: bytes) -> Answer:
    """Load all that both functions need, while the process may still open files."""
    rehearse_reading()
    file = io.BytesIO()
    Image.new("RGB", (LEAST_SIDE, LEAST_SIDE)).save(file, "TIFF")
    request = {"limit_megapixels": 1, "boxes": [[0.2, 0.2, 0.4, 0.4]], "chosen": 0}
    prepare(request, file.getvalue())
    return crop(request, file.getvalue())


def crop(request: dict[str, Any], photo: bytes) -> Answer:
    """Return a JPEG of the chosen face, in which every other face is covered.

    The same photo and face give the same bytes, so that indexing them again is harmless.
    """
    picture = read_pixels(photo, request["limit_megapixels"], LONG_SIDE).picture
    boxes, chosen = [Box(*box) for box in request["boxes"]], request["chosen"]
    own = _pixels(boxes[chosen], picture, _MARGIN / 4)
    face = picture.crop(own)
    for index, other in enumerate(boxes):
        if index != chosen:
            picture.paste(_COVER, _pixels(other, picture, 0))
    picture.paste(face, own)
    part, content = _encoded(picture.crop(_pixels(boxes[chosen], picture, _MARGIN)))
    return {"note": f"cropped to face {chosen}: JPEG {part.width}x{part.height}"}, content


def _form(photo: bytes) -> str | None:
    """Name what is wrong with the file's form; None where Rekognition reads it as it is."""
    with Image.open(io.BytesIO(photo)) as opened:
        form = opened.format or "an unknown format"
        if form not in {"JPEG", "PNG"}:
            return form
        if opened.mode not in {"RGB", "L"}:
            return f"{form} in {opened.mode}"
        if min(opened.size) < LEAST_SIDE:
            return f"{form} {opened.width}x{opened.height}"
        if form == "PNG" and opened.getexif().get(ExifTags.Base.Orientation, 1) != 1:
            return "PNG with an orientation"
        return None


def _encoded(picture: Image.Image) -> tuple[Image.Image, bytes]:
    shorter = min(picture.size)
    if TOO_SMALL <= shorter < LEAST_SIDE:
        factor = LEAST_SIDE / shorter
        size = (round(picture.width * factor), round(picture.height * factor))
        picture = picture.resize(size, Image.Resampling.LANCZOS)
    content = b""
    for quality in _QUALITIES:
        written = io.BytesIO()
        picture.save(written, "JPEG", quality=quality)
        content = written.getvalue()
        if len(content) <= MOST_BYTES:
            break
    return picture, content


def _pixels(box: Box, picture: Image.Image, margin: float) -> tuple[int, int, int, int]:
    around = margin * max(box.width * picture.width, box.height * picture.height)
    return (
        max(0, round(box.left * picture.width - around)),
        max(0, round(box.top * picture.height - around)),
        min(picture.width, round((box.left + box.width) * picture.width + around)),
        min(picture.height, round((box.top + box.height) * picture.height + around)),
    )

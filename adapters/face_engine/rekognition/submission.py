"""Makes photos such that Rekognition takes them, and crops one face out of several.

Limits and formats: Amazon Rekognition developer guide, "Guidelines and quotas": 5 MB of bytes in
a call, JPEG or PNG, at least 80 pixels a side; a JPEG's orientation tag is heeded, a PNG's not.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass

from PIL import ExifTags, Image

from adapters.pixels import read_pixels
from app.domain.face import Box, Face, PhotoSize

MOST_BYTES = 5 * 1024 * 1024
LEAST_SIDE = 80
_TOO_SMALL = 40
"""A photo with a shorter side holds no face that Rekognition detects (40 pixels at least)."""

_QUALITIES = (95, 90, 80, 60, 40)
_MARGIN = 0.6
"""Kept around a chosen face on each side, in sides of its box: hair, chin and ears, and a bit."""

_COVER = (127, 127, 127)


@dataclass(frozen=True, slots=True)
class Submission:
    """A photo ready to be sent: its own bytes where they will do, else a JPEG made from them."""

    content: bytes
    size: PhotoSize  # of the photo as it came, upright
    picture: Image.Image  # upright RGB, perhaps scaled down

    @property
    def is_too_small(self) -> bool:
        """Whether Rekognition could find no face in it, and would refuse it with an error."""
        return min(self.size.width, self.size.height) < _TOO_SMALL


def submission_of(photo: bytes, limit_megapixels: float) -> Submission:
    """Read the photo; raises what `read_pixels` raises. Blocks: call it in a thread."""
    pixels = read_pixels(photo, limit_megapixels)
    content = photo if _is_taken_as_it_is(photo) else _encoded(pixels.picture)
    return Submission(content, pixels.size, pixels.picture)


def cropped(submission: Submission, faces: Sequence[Face], chosen: int) -> bytes:
    """Return a JPEG of the chosen face, in which every other face is covered.

    The same photo and face give the same bytes, so that indexing them again is harmless. Blocks.
    """
    picture = submission.picture.copy()
    own = _pixels(faces[chosen].box, picture, _MARGIN / 4)
    face = picture.crop(own)
    for index, other in enumerate(faces):
        if index != chosen:
            picture.paste(_COVER, _pixels(other.box, picture, 0))
    picture.paste(face, own)
    return _encoded(picture.crop(_pixels(faces[chosen].box, picture, _MARGIN)))


def _is_taken_as_it_is(photo: bytes) -> bool:
    if len(photo) > MOST_BYTES:
        return False
    with Image.open(io.BytesIO(photo)) as opened:
        if min(opened.size) < LEAST_SIDE or opened.mode not in {"RGB", "L"}:
            return False
        if opened.format == "PNG":
            return bool(opened.getexif().get(ExifTags.Base.Orientation, 1) == 1)
        return opened.format == "JPEG"


def _encoded(picture: Image.Image) -> bytes:
    shorter = min(picture.size)
    if _TOO_SMALL <= shorter < LEAST_SIDE:
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
    return content


def _pixels(box: Box, picture: Image.Image, margin: float) -> tuple[int, int, int, int]:
    around = margin * max(box.width * picture.width, box.height * picture.height)
    return (
        max(0, round(box.left * picture.width - around)),
        max(0, round(box.top * picture.height - around)),
        min(picture.width, round((box.left + box.width) * picture.width + around)),
        min(picture.height, round((box.top + box.height) * picture.height + around)),
    )

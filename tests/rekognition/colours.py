"""Pictures for the stub: a face is a rectangle of one colour on grey, alike by its colour."""

import io

import numpy as np
from PIL import Image, ImageDraw, ImageOps

from tests.rekognition_answers import SeenFace

Box = tuple[int, int, int, int]  # left, top, right, bottom, in pixels
Colour = tuple[int, int, int]

RED, GREEN, BLUE = (220, 30, 30), (30, 200, 30), (40, 40, 230)
ROSE = (220, 60, 60)  # red, nearly: another photo of one person
DARK_GREEN = (10, 90, 10)
GREY = (127, 127, 127)


def picture(
    *faces: tuple[Colour, Box], size: tuple[int, int] = (400, 400), form: str = "PNG"
) -> bytes:
    """Return a photo of these faces."""
    image = Image.new("RGB", size, GREY)
    for colour, (left, top, right, bottom) in faces:
        ImageDraw.Draw(image).rectangle((left, top, right - 1, bottom - 1), fill=colour)
    written = io.BytesIO()
    image.save(written, form)
    return written.getvalue()


class Colours:
    """Sees one face for each of red, green and blue; a dark one is too dark to be indexed."""

    def faces(self, image: bytes) -> list[SeenFace]:
        with Image.open(io.BytesIO(image)) as opened:
            upright = ImageOps.exif_transpose(opened) if opened.format == "JPEG" else opened
            pixels = np.asarray(upright.convert("RGB")).astype(np.int16)
        return [face for channel in range(3) for face in _of_channel(pixels, channel)]

    def similarity(self, one: object, other: object) -> float:
        assert isinstance(one, tuple)
        assert isinstance(other, tuple)
        apart = sum(abs(int(a) - int(b)) for a, b in zip(one, other, strict=True))
        return max(0.0, 100 - apart / 6)


def _of_channel(
    pixels: np.ndarray[tuple[int, ...], np.dtype[np.int16]], channel: int
) -> list[SeenFace]:
    others = [number for number in range(3) if number != channel]
    seen = pixels[..., channel] > np.maximum(pixels[..., others[0]], pixels[..., others[1]]) + 60
    if seen.sum() < 100:
        return []
    rows, columns = np.flatnonzero(seen.any(axis=1)), np.flatnonzero(seen.any(axis=0))
    height, width = seen.shape
    colour = tuple(int(value) for value in np.median(pixels[seen], axis=0))
    return [
        SeenFace(
            box=(
                float(columns[0] / width),
                float(rows[0] / height),
                float((columns[-1] + 1 - columns[0]) / width),
                float((rows[-1] + 1 - rows[0]) / height),
            ),
            identity=colour,
            reasons=("LOW_BRIGHTNESS",) if max(colour) < 120 else (),
        )
    ]

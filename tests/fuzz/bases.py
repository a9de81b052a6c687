"""Whole pictures of every kind that is read, drawn anew: what the mutations begin with."""

import io
import random
from collections.abc import Callable, Mapping
from importlib import import_module
from importlib.util import find_spec

from PIL import ExifTags, Image, ImageDraw

Save = Callable[[Image.Image, io.BytesIO], None]
SIZE = (48, 60)


def bases() -> Mapping[str, bytes]:
    """Return the pictures by name; the same bytes in every process with the same Pillow."""
    pictures = {name: _saved(save) for name, save in _SAVES.items()}
    if find_spec("pillow_heif") is not None:
        import_module("pillow_heif").register_heif_opener()
        pictures["heic"] = _saved(lambda picture, file: picture.save(file, "HEIF"))
    return pictures


def drawn() -> Image.Image:
    """Draw a head before a wall, and noise that compresses badly."""
    chance = random.Random(1)  # noqa: S311 - a picture, no secret
    picture = Image.new("RGB", SIZE, (90, 110, 130))
    pen = ImageDraw.Draw(picture)
    pen.ellipse((10, 8, 38, 48), fill=(210, 170, 140))
    for left in (17, 27):
        pen.ellipse((left, 22, left + 4, 26), fill=(20, 20, 30))
    for _ in range(200):
        place = chance.randrange(SIZE[0]), chance.randrange(SIZE[1])
        picture.putpixel(place, tuple(chance.randrange(256) for _ in range(3)))
    return picture


def _saved(save: Save) -> bytes:
    file = io.BytesIO()
    save(drawn(), file)
    return file.getvalue()


def _as(kind: str, mode: str | None = None, **options: object) -> Save:
    def save(picture: Image.Image, file: io.BytesIO) -> None:
        shown = picture.convert(mode) if mode else picture
        shown.save(file, kind, **options)

    return save


def _turned(picture: Image.Image, file: io.BytesIO) -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    exif[ExifTags.Base.ImageDescription] = "a booking photo"
    picture.save(file, "JPEG", exif=exif)


def _deep(kind: str, mode: str) -> Save:
    def save(picture: Image.Image, file: io.BytesIO) -> None:
        grey = picture.convert("L").convert("I")
        wide = grey.point(lambda value: value * 200)
        wide.convert(mode).save(file, kind)

    return save


def _several(kind: str) -> Save:
    def save(picture: Image.Image, file: io.BytesIO) -> None:
        frames = [picture.rotate(20 * turn) for turn in range(3)]
        frames[0].save(file, kind, save_all=True, append_images=frames[1:])

    return save


_SAVES: Mapping[str, Save] = {
    "jpeg": _as("JPEG"),
    "jpeg progressive": _as("JPEG", progressive=True, quality=95),
    "jpeg grey": _as("JPEG", "L"),
    "jpeg cmyk": _as("JPEG", "CMYK"),
    "jpeg turned": _turned,
    "png": _as("PNG"),
    "png alpha": _as("PNG", "RGBA"),
    "png palette": _as("PNG", "P", transparency=3),
    "png bits": _as("PNG", "1"),
    "png deep": _deep("PNG", "I;16"),
    "webp": _as("WEBP"),
    "webp lossless": _as("WEBP", "RGBA", lossless=True),
    "webp moving": _several("WEBP"),
    "gif": _as("GIF"),
    "gif moving": _several("GIF"),
    "bmp": _as("BMP"),
    "bmp palette": _as("BMP", "P"),
    "tiff": _as("TIFF"),
    "tiff lzw": _as("TIFF", compression="tiff_lzw"),
    "tiff deflate": _as("TIFF", compression="tiff_adobe_deflate"),
    "tiff jpeg": _as("TIFF", compression="jpeg"),
    "tiff fax": _as("TIFF", "1", compression="group4"),
    "tiff big": _as("TIFF", big_tiff=True),
    "tiff deep": _deep("TIFF", "I;16"),
    "tiff real": _as("TIFF", "F"),
    "tiff pages": _several("TIFF"),
}

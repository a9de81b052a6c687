"""Reads a photo's bytes into upright RGB pixels, whatever the file is called; hostile files too."""

import io
import re
import struct
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.util import find_spec

import numpy as np
from PIL import ExifTags, Image

from app.domain.errors import (
    PhotoTooCostlyError,
    PhotoTooLargeError,
    PhotoUnreadableError,
    UnsupportedPhotoError,
)
from app.domain.face import PhotoSize

WORKING_SIDE = 1500
"""Pixels of the longer side that are always kept; more cost time and find no more faces."""

_MEGA = 1_000_000
_OPENING_LIMIT = re.compile(r"\((\d+) pixels\)")  # how Pillow says what it refused to open
_SIGNATURES = (b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"BM", b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
_HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
_HEIC = (
    "HEIC photos are not read here until the optional reader is installed: "
    "`pip install 'candid[heic]'` (its wheel is under the GPL), or send a JPEG."
)
_FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "TIFF", "BMP")
_DEEP_MODES = {"I", "F", "I;16", "I;16B", "I;16L", "I;16N"}
_DEPTHS = (8, 10, 12, 14, 16, 32)
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_SIDEWAYS = 5  # from this orientation on, width and height change places
_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_PNG_TEXT = {b"tEXt", b"zTXt", b"iTXt", b"iCCP"}
# What Pillow's readers raise on files that are not what they claim to be.
_DAMAGED = (OSError, SyntaxError, ValueError, TypeError, LookupError, EOFError, struct.error)
_DAMAGED_TOO = (ArithmeticError, AttributeError, NotImplementedError, RuntimeError)


@dataclass(frozen=True, slots=True)
class Pixels:
    """A photo upright in RGB, perhaps scaled down; `size` is that of the photo as sent."""

    picture: Image.Image
    size: PhotoSize


def read_pixels(
    photo: bytes, limit_megapixels: float = 50, working_side: int = WORKING_SIDE
) -> Pixels:
    """Decode the first picture; above twice `working_side` it may come scaled down.

    Raises UnsupportedPhotoError, PhotoTooLargeError (before decoding), PhotoUnreadableError, and
    PhotoTooCostlyError when memory runs out.
    """
    _check_type(photo)
    with _damage_as_unreadable(limit_megapixels):
        opened = Image.open(io.BytesIO(_without_text(photo)), formats=_readable_formats())
        width, height = opened.size
        _check_size(width * height / _MEGA, limit_megapixels)
        scale = working_side / max(width, height)
        opened.draft(None, (max(1, round(width * scale)), max(1, round(height * scale))))
        opened.load()
        orientation = _orientation(opened)
        picture = _rgb(opened)
    factor = max(picture.size) // working_side
    if factor > 1:  # what draft() could not scale down while decoding
        picture = picture.reduce(factor)
    if orientation in _UPRIGHT:
        picture = picture.transpose(_UPRIGHT[orientation])
    upright = (height, width) if orientation >= _SIDEWAYS else (width, height)
    return Pixels(picture, PhotoSize(*upright))


def thumbnail(photo: bytes, width: int) -> bytes:
    """Return the photo upright as a JPEG at most `width` pixels wide, without its metadata."""
    picture = read_pixels(photo, working_side=width * 4).picture
    if picture.width > width:
        height = max(1, round(picture.height * width / picture.width))
        picture = picture.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=3)
    written = io.BytesIO()
    picture.save(written, "JPEG", quality=85)
    return written.getvalue()


def rehearse_reading() -> None:
    """Read and write a small picture of each kind, so that no module is left to load later."""
    for kind in _readable_formats():
        file = io.BytesIO()
        Image.new("RGB", (16, 16)).save(file, kind)
        thumbnail(file.getvalue(), 8)


def _check_type(photo: bytes) -> None:
    if not photo:
        raise PhotoUnreadableError("The photo is empty: it holds no bytes. Export it again.")
    if photo[4:8] == b"ftyp" and photo[8:12] in _HEIC_BRANDS:
        if "HEIF" not in _readable_formats():
            raise UnsupportedPhotoError(_HEIC)
        return
    webp = photo[:4] == b"RIFF" and photo[8:12] == b"WEBP"
    if not webp and not photo.startswith(_SIGNATURES):
        raise UnsupportedPhotoError


@cache
def _readable_formats() -> tuple[str, ...]:
    if find_spec("pillow_heif") is None:
        return _FORMATS
    import_module("pillow_heif").register_heif_opener()
    return (*_FORMATS, "HEIF")


@contextmanager
def _damage_as_unreadable(limit_megapixels: float) -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow's remarks on odd metadata concern nobody here
        try:
            yield
        except Image.DecompressionBombError as error:  # Pillow's own limit, met while opening
            found = _OPENING_LIMIT.search(str(error))
            _check_size(int(found[1]) / _MEGA if found else np.inf, limit_megapixels)
            raise PhotoUnreadableError from error
        except MemoryError as error:
            raise PhotoTooCostlyError from error
        except (*_DAMAGED, *_DAMAGED_TOO) as error:
            raise PhotoUnreadableError from error


def _check_size(megapixels: float, limit: float) -> None:
    if megapixels > limit:
        raise PhotoTooLargeError(
            f"The photo has {megapixels:.1f} megapixels; at most {limit:g} are read. "
            "Send it scaled down."
        )


def _without_text(photo: bytes) -> bytes:
    """Drop a PNG's text and colour profile, which may inflate to anything and say nothing here."""
    if not photo.startswith(_PNG_SIGNATURE):
        return photo
    kept, place = [_PNG_SIGNATURE], len(_PNG_SIGNATURE)
    while place + 8 <= len(photo):
        end = place + 12 + int.from_bytes(photo[place : place + 4])
        if photo[place + 4 : place + 8] not in _PNG_TEXT:
            kept.append(photo[place:end])
        place = end
    return b"".join(kept)


def _orientation(opened: Image.Image) -> int:
    with suppress(*_DAMAGED, *_DAMAGED_TOO):  # broken EXIF is as good as none
        orientation = int(opened.getexif().get(ExifTags.Base.Orientation, 1))
        return orientation if orientation in _UPRIGHT else 1
    return 1


def _rgb(opened: Image.Image) -> Image.Image:
    if opened.mode in _DEEP_MODES:
        return _eight_bits(opened).convert("RGB")
    if opened.has_transparency_data:  # a cut-out person stands before white, as at a wall
        layers = opened.convert("RGBA")
        white = Image.new("RGBA", layers.size, "white")
        return Image.alpha_composite(white, layers).convert("RGB")
    return opened.convert("RGB")


def _eight_bits(opened: Image.Image) -> Image.Image:
    """Scale deep grey by the depth in use: 12-bit pictures come in 16-bit files."""
    values = np.nan_to_num(np.asarray(opened).astype(np.float32)).clip(min=0)
    most = float(values.max(initial=0))
    full = next((2**depth - 1 for depth in _DEPTHS if most < 2**depth), most)
    if opened.mode == "F" and most <= 1:
        full = 1
    return Image.fromarray(np.rint(values * (255 / full)).astype(np.uint8))

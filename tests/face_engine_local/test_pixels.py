import io
import struct
import zlib

import numpy as np
import pytest
from PIL import ExifTags, Image

from adapters.pixels import read_pixels, thumbnail
from app.domain.errors import (
    PhotoTooLargeError,
    PhotoUnreadableError,
    UnsupportedPhotoError,
)
from tests.face_engine_local.pictures import saved

RED, BLUE = (200, 30, 30), (30, 30, 200)


def two_halves(width: int = 80, height: int = 60) -> Image.Image:
    """Red on the left, blue on the right."""
    picture = Image.new("RGB", (width, height), RED)
    picture.paste(BLUE, (width // 2, 0, width, height))
    return picture


def pixel(photo: bytes, x: int, y: int) -> tuple[int, ...]:
    found = read_pixels(photo).picture.getpixel((x, y))
    assert isinstance(found, tuple)
    return tuple(int(value) for value in found)


def png_chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "TIFF", "BMP"])
def test_each_format_is_read_by_its_content(kind: str) -> None:
    read = read_pixels(saved(two_halves(), kind))

    assert read.picture.mode == "RGB"
    assert (read.size.width, read.size.height) == (80, 60)


@pytest.mark.parametrize("mode", ["L", "P", "CMYK", "1", "LA"])
def test_each_colour_mode_keeps_light_and_dark_apart(mode: str) -> None:
    picture = Image.new("L", (40, 40), 20)
    picture.paste(235, (20, 0, 40, 40))
    kind = "TIFF" if mode == "CMYK" else "PNG"

    photo = saved(picture.convert("RGB").convert(mode), kind)

    assert pixel(photo, 5, 20)[0] < 60
    assert pixel(photo, 35, 20)[0] > 200


def test_a_cmyk_jpeg_is_not_read_as_a_negative() -> None:
    photo = saved(Image.new("RGB", (32, 32), (240, 240, 240)).convert("CMYK"), "JPEG")

    assert min(pixel(photo, 16, 16)) > 200


@pytest.mark.parametrize("depth", [10, 12, 16])
def test_deep_grey_is_scaled_and_not_clipped(depth: int) -> None:
    most = 2**depth - 1
    values = np.array([[0, most // 2, most]] * 3, np.uint16)

    photo = saved(Image.fromarray(values), "PNG")

    assert [pixel(photo, x, 1)[0] for x in range(3)] == pytest.approx([0, 127, 255], abs=1)


def test_floating_grey_of_zero_to_one_is_scaled() -> None:
    photo = saved(Image.fromarray(np.array([[0.0, 0.5, 1.0]], np.float32)), "TIFF")

    assert [pixel(photo, x, 0)[0] for x in range(3)] == [0, 128, 255]


def test_a_cut_out_person_stands_before_white() -> None:
    picture = Image.new("RGBA", (20, 20), (0, 0, 0, 0))
    picture.paste((10, 20, 30, 255), (10, 0, 20, 20))

    photo = saved(picture, "PNG")

    assert pixel(photo, 2, 10) == (255, 255, 255)
    assert pixel(photo, 15, 10) == (10, 20, 30)


def test_a_transparent_palette_stands_before_white() -> None:
    picture = two_halves().convert("P", palette=Image.Palette.ADAPTIVE, colors=2)
    clear = picture.getpixel((0, 0))

    photo = saved(picture, "PNG", transparency=clear)

    assert pixel(photo, 5, 30) == (255, 255, 255)
    assert pixel(photo, 75, 30)[2] > 150


def test_the_first_frame_of_an_animation_is_read() -> None:
    frames = [Image.new("RGB", (20, 20), colour) for colour in (RED, BLUE)]

    photo = saved(frames[0], "GIF", save_all=True, append_images=frames[1:])

    assert pixel(photo, 10, 10)[0] > 150


@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation_tag_is_undone(orientation: int) -> None:
    back = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    stored = two_halves()
    if orientation in back:
        stored = stored.transpose(back[orientation])
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation

    read = read_pixels(saved(stored, "PNG", exif=exif.tobytes()))

    assert (read.size.width, read.size.height) == (80, 60)
    assert read.picture.getpixel((10, 30)) == RED
    assert read.picture.getpixel((70, 30)) == BLUE


@pytest.mark.parametrize("exif", [b"Exif\0\0broken", b"Exif\0\0II*\0\xff\xff\xff\xff"])
def test_broken_exif_is_as_good_as_none(exif: bytes) -> None:
    read = read_pixels(saved(two_halves(), "JPEG", exif=exif))

    assert (read.size.width, read.size.height) == (80, 60)


def test_an_undefined_orientation_is_ignored() -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 9

    read = read_pixels(saved(two_halves(), "PNG", exif=exif.tobytes()))

    assert (read.size.width, read.size.height) == (80, 60)


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_large_photo_comes_scaled_down_and_says_its_own_size(kind: str) -> None:
    read = read_pixels(saved(two_halves(4000, 3000), kind))

    assert max(read.picture.size) < 4000
    assert min(read.picture.size) >= 1125
    assert (read.size.width, read.size.height) == (4000, 3000)


def test_a_photo_above_the_limit_is_refused_with_both_numbers() -> None:
    photo = saved(Image.new("1", (2000, 1000)), "PNG")

    with pytest.raises(PhotoTooLargeError, match=r"2\.0 megapixels; at most 1 "):
        read_pixels(photo, limit_megapixels=1)


def test_a_bomb_is_refused_by_what_its_header_says() -> None:
    header = struct.pack(">IIBBBBB", 40_000, 40_000, 8, 2, 0, 0, 0)
    photo = b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", header) + png_chunk(b"IDAT", b"")

    with pytest.raises(PhotoTooLargeError, match=r"1600\.0 megapixels"):
        read_pixels(photo)


def test_text_that_would_inflate_is_never_inflated() -> None:
    photo = saved(two_halves(), "PNG")
    bomb = png_chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(30_000_000)))

    read = read_pixels(photo[:33] + bomb + photo[33:])

    assert (read.size.width, read.size.height) == (80, 60)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "BMP", "TIFF", "GIF", "WEBP"])
def test_a_photo_cut_short_is_unreadable(kind: str) -> None:
    picture = Image.effect_noise((200, 200), 60).convert("RGB")
    photo = saved(picture, kind)

    with pytest.raises(PhotoUnreadableError):
        read_pixels(photo[: len(photo) // 2])


@pytest.mark.parametrize("photo", [b"", b"GIF89a", b"\xff\xd8\xff\xe0\0"])
def test_bytes_that_only_begin_like_a_photo_are_unreadable(photo: bytes) -> None:
    with pytest.raises(PhotoUnreadableError):
        read_pixels(photo)


@pytest.mark.parametrize(
    "photo", [b"%PDF-1.4 ...", b"<html></html>", b"P6 1 1 255 abc", b"\0\0\1\0\1\0"]
)
def test_other_files_are_unsupported(photo: bytes) -> None:
    with pytest.raises(UnsupportedPhotoError):
        read_pixels(photo)


def test_a_heic_photo_without_its_reader_is_told_how_to_get_it() -> None:
    photo = b"\0\0\0\x18ftypheic" + bytes(40)

    with pytest.raises(UnsupportedPhotoError, match=r"candid\[heic\]"):
        read_pixels(photo)


@pytest.mark.parametrize("size", [(1, 1), (5000, 2), (2, 5000)])
def test_slivers_are_read(size: tuple[int, int]) -> None:
    read = read_pixels(saved(Image.new("RGB", size), "JPEG"))

    assert (read.size.width, read.size.height) == size


def test_a_thumbnail_is_upright_small_and_without_metadata() -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    exif[ExifTags.Base.Make] = "A camera"

    small = thumbnail(saved(two_halves(1600, 1200), "JPEG", exif=exif.tobytes()), 120)

    with Image.open(io.BytesIO(small)) as picture:
        assert picture.format == "JPEG"
        assert picture.size == (120, 160)
        assert not picture.getexif()


def test_a_thumbnail_never_enlarges() -> None:
    small = thumbnail(saved(two_halves(), "PNG"), 500)

    with Image.open(io.BytesIO(small)) as picture:
        assert picture.size == (80, 60)

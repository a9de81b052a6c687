"""The photos that tests with real faces use: the demo's portraits, fetched once and kept."""

from io import BytesIO

import pytest
from PIL import Image

from adapters.portraits import PortraitsUnavailableError, Role, sample_portraits
from tests.kept import PORTRAITS


def booking_and_probe() -> tuple[list[tuple[str, bytes]], tuple[str, bytes]]:
    """Return (person, photo) of the booking portraits and of one probe; skip where unavailable."""
    try:
        portraits = sample_portraits(PORTRAITS, print)
    except PortraitsUnavailableError as error:
        pytest.skip(str(error))
    booked = [p for p in portraits if p.role is Role.BOOKING]
    probe = next(p for p in portraits if p.role is Role.PROBE)
    photos = [(portrait.person, portrait.path.read_bytes()) for portrait in booked]
    return photos, (probe.person, probe.path.read_bytes())


def side_by_side(left: bytes, right: bytes, right_height: int = 600, zoom: float = 1.0) -> bytes:
    """Return one photo of two, the left one 600 pixels high and enlarged about its middle."""
    one, other = (Image.open(BytesIO(photo)).convert("RGB") for photo in (left, right))
    width, height = (round(side / zoom) for side in one.size)
    across, down = (one.width - width) // 2, (one.height - height) // 3
    one = one.crop((across, down, across + width, down + height))
    one = one.resize((600 * one.width // one.height, 600))
    other = other.resize((right_height * other.width // other.height, right_height))
    whole = Image.new("RGB", (one.width + other.width, 600), (120, 120, 120))
    whole.paste(one, (0, 0))
    whole.paste(other, (one.width, 0))
    return encoded(whole)


def far_apart(near: bytes, far: bytes) -> bytes:
    """Return one photo of two people in a hall, one of them too far away for a gallery."""
    whole = Image.new("RGB", (900, 700), (120, 130, 110))
    for photo, height, place in ((near, 320, (100, 100)), (far, 115, (630, 420))):
        person = Image.open(BytesIO(photo)).convert("RGB")
        person.thumbnail((height, height))
        whole.paste(person, place)
    return encoded(whole)


def without_face() -> bytes:
    """Return a photo of a grey wall."""
    return encoded(Image.new("RGB", (480, 600), (120, 120, 120)))


def encoded(picture: Image.Image) -> bytes:
    """Return a picture as a JPEG file."""
    file = BytesIO()
    picture.save(file, "JPEG", quality=92)
    return file.getvalue()

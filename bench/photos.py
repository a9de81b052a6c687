"""The photographs that the benches send: real ones beside the checkout, or the demo's samples."""

from collections.abc import Iterable
from pathlib import Path

import platformdirs
from PIL import Image

from adapters.portraits import sample_portraits
from bench.face_sets import SETS

CACHE = platformdirs.user_cache_path("candid")


def mugshots() -> list[Path]:
    """Return studio portraits, 1350 x 1350 and up: the nearest there is to booking photos."""
    return sorted((SETS / "london").glob("*/*neutral.jpg")) or _samples()


def probes() -> list[Path]:
    """Return other portraits of the same people."""
    return sorted((SETS / "london").glob("*/*smiling.jpg")) or _samples()


def press(count: int) -> list[Path]:
    """Return small press photographs, 250 x 250."""
    return sorted((SETS / "lfw").glob("*/*.jpg"))[:count] or _samples()


def booking_sized(photos: Iterable[Path], folder: Path) -> list[Path]:
    """Write copies whose long side is 600 pixels, as booking photos are often kept."""
    shrunk = []
    for number, photo in enumerate(photos):
        with Image.open(photo) as opened:
            picture = opened.convert("RGB")
        picture.thumbnail((600, 600))
        shrunk.append(folder / f"{number}.jpg")
        picture.save(shrunk[-1], quality=90)
    return shrunk


def _samples() -> list[Path]:
    samples = sample_portraits(CACHE / "portraits", print)
    return [sample.path for sample in samples] * 20

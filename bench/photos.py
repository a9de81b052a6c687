"""The photographs that the benches send: real ones beside the checkout, or the demo's samples."""

from pathlib import Path

import platformdirs

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


def _samples() -> list[Path]:
    samples = sample_portraits(CACHE / "portraits", print)
    return [sample.path for sample in samples] * 20

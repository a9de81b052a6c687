"""What the demo fetches before its service runs: the portraits."""

import csv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from adapters.portraits import Portrait, Role, demo_bookings, portraits_from, sample_portraits
from app.settings import SettingsError

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class DemoMaterial:
    """What a demo works on."""

    bookings: Path  # CSV
    portraits: tuple[tuple[str, Path], ...]  # external_image_id, photo
    probe: Path


def _samples(progress: Progress) -> tuple[Portrait, ...]:
    return sample_portraits(platformdirs.user_cache_path("candid") / "portraits", progress)


def demo_portraits(progress: Progress) -> tuple[tuple[dict[str, str], bytes], ...]:
    """Fetch the samples; return each booking's columns and its portrait.

    Raises PortraitsUnavailableError.
    """
    booked = [one for one in _samples(progress) if one.role is Role.BOOKING]
    rows = demo_bookings(booked)
    return tuple((row, one.path.read_bytes()) for row, one in zip(rows, booked, strict=True))


def demo_material(directory: Path, photos: Path | None, progress: Progress) -> DemoMaterial:
    """Fetch the samples, or take the user's own photos, and write their bookings file.

    Raises PortraitsUnavailableError and SettingsError.
    """
    try:
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        reason = error.strerror or error
        raise SettingsError(f"CANDID_DATA_DIR: {directory} cannot be used: {reason}") from error
    portraits = portraits_from(photos) if photos else _samples(progress)
    rows = demo_bookings(portraits)
    bookings = directory / "bookings.csv"
    with bookings.open("w", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    booked = tuple((p.external_image_id, p.path) for p in portraits if p.role is Role.BOOKING)
    probe = next(p.path for p in portraits if p.role is Role.PROBE)
    return DemoMaterial(bookings, booked, probe)

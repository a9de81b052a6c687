"""Calibrations of the unit's own collection in the records: added, never changed.

Every method raises RecordsUnavailableError when the database cannot be used.
"""

from datetime import datetime
from typing import Protocol

from app.domain.selectivity import GalleryCalibration


class CalibrationRecords(Protocol):
    """What was measured on a gallery; the newest of a model counts for that model alone."""

    async def current(self, model: str) -> GalleryCalibration | None:
        """Return the one that counts for a model; None: there is none, or it was dropped."""
        ...

    async def add(self, calibration: GalleryCalibration) -> None:
        """Keep one; from the commit on it counts for its model."""
        ...

    async def drop(self, model: str, at: datetime) -> GalleryCalibration | None:
        """Let none count for a model, and return the one that did; what was kept stays on record.

        None that another unit adds comes between: it waits until this unit ends.
        """
        ...

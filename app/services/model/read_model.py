"""Use case: which model is served, is it calibrated here, and how far is a change of it?"""

from dataclasses import dataclass

from app.domain.errors import RecordsUnavailableError
from app.domain.model_change import ModelStanding
from app.domain.selectivity import GalleryCalibration
from app.ports.records import Records


@dataclass(frozen=True, slots=True)
class ReadModel:
    """Look at the service's own collection."""

    records: Records

    async def __call__(self) -> ModelStanding:
        """Return where the collection stands; it is on record before anything is served."""
        async with self.records.view() as view:
            standing = await view.models.standing()
        if standing is None:
            raise RecordsUnavailableError
        return standing

    async def calibration(self) -> GalleryCalibration | None:
        """Return the calibration that counts for the served model; None: there is none."""
        async with self.records.view() as view:
            standing = await view.models.standing()
            return await view.calibrations.current(standing.served) if standing else None

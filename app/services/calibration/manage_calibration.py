"""Use cases: which calibration counts, and letting none count."""

from dataclasses import dataclass

from app.domain.audit import Actor, AuditAction, AuditEntry
from app.domain.errors import NotCalibratedError
from app.domain.selectivity import GalleryCalibration
from app.ports.records import Records
from app.services.recorded import utc_now


@dataclass(frozen=True, slots=True)
class ManageCalibration:
    """The calibration of the model that the collection is served with."""

    records: Records

    async def show(self) -> GalleryCalibration:
        """Return the one that counts; NotCalibratedError where none does."""
        async with self.records.view() as view:
            standing = await view.models.standing()
            served = standing.served if standing else None
            found = await view.calibrations.current(served) if served else None
        if found is None:
            raise NotCalibratedError
        return found

    async def drop(self, actor: Actor) -> GalleryCalibration:
        """Let it count no more, and return it; searches answer null from the commit on.

        Raises NotCalibratedError where none counts.
        """
        at = utc_now()
        async with self.records.unit() as unit:
            standing = await unit.models.standing()
            found = await unit.calibrations.drop(standing.served, at) if standing else None
            if found is None:
                raise NotCalibratedError
            await unit.audit.append(
                AuditEntry(
                    at=at,
                    action=AuditAction.DROP_CALIBRATION,
                    actor=actor,
                    outcome="dropped",
                    model=found.model,
                    details={"calibration_id": found.calibration_id},
                )
            )
        return found

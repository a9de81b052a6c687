"""What scores mean in the gallery that is searched, as far as it was measured."""

from dataclasses import dataclass, field

from app.domain.high_confidence import HighConfidence, SearchMode
from app.domain.search import Candidate
from app.domain.selectivity import ExpectedFalsePositives, GalleryCalibration
from app.ports.face_engine import EngineDescription
from app.ports.records import Records
from app.services.recorded import utc_now


@dataclass(frozen=True, slots=True)
class Calibrated:
    """What counts for one search; without a calibration nothing is expected of any score."""

    calibration: GalleryCalibration | None = None
    only: HighConfidence | None = None  # None: everybody is shown

    def expected(self, raw_score: float, faces: int) -> ExpectedFalsePositives | None:
        """Return how many other people reach a score in a gallery of so many faces."""
        return None if self.calibration is None else self.calibration.expected(raw_score, faces)

    def shows(self, candidate: Candidate) -> bool:
        """Say whether a candidate is shown in the mode of the search."""
        return self.only is None or self.only.shows(candidate.expected_false_positives)

    def check_current(self, faces: int) -> None:
        """Raise HighConfidenceRefusedError where so many faces ask too much of it."""
        if self.only is not None and self.calibration is not None:
            self.only.check_current(self.calibration, faces, utc_now())

    def warnings(self, left_out: int, faces: int) -> tuple[str, ...]:
        """Say what the mode did to the answer, and where the calibration is outgrown."""
        told = []
        if self.only is not None:
            told.append(
                f"mode=high_confidence shows only whom at most {self.only.most_expected:g} other "
                "people are expected to equal, if the probe is as good as the booking photos that "
                "were calibrated on and its person of a measured group; "
                f"{left_out} of those looked at are left out. Who is "
                "shown is still a lead for human review, and may be somebody else."
            )
        if self.calibration is not None:
            outgrown = self.calibration.outgrown(faces, utc_now())
            told += [outgrown] if outgrown else []
        return tuple(told)


@dataclass(frozen=True, slots=True)
class ReadCalibration:
    """Reads what counts at this moment, so that a new calibration needs no restart."""

    records: Records
    limits: HighConfidence = field(default_factory=HighConfidence)

    async def __call__(self, engine: EngineDescription, mode: SearchMode) -> Calibrated:
        """Return it for the model of the engine; HighConfidenceRefusedError: not in this mode."""
        async with self.records.view() as view:
            calibration = await view.calibrations.current(engine.model)
        if mode is SearchMode.INVESTIGATION:
            return Calibrated(calibration)
        return Calibrated(self.limits.check(calibration, engine.differential), self.limits)

"""A search that shows only whom few others would be expected beside; no identification either."""

import math
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.domain.compared_groups import RACE, ComparedGroups
from app.domain.counted import interval
from app.domain.curve import LEAST_OF_GROUP
from app.domain.differential import MeasuredDifferential, as_often_as
from app.domain.errors import HighConfidenceRefusedError
from app.domain.selectivity import ExpectedFalsePositives, GalleryCalibration

MOST_UNLABELLED = 0.1
"""Of those drawn; with more whose race is not known, the races that are compared are not all."""


class SearchMode(StrEnum):
    """Who is shown."""

    INVESTIGATION = "investigation"  # the people most alike, however many others may be
    HIGH_CONFIDENCE = "high_confidence"  # only whom few others are expected beside


@dataclass(frozen=True, slots=True)
class HighConfidence:
    """From when on a candidate is shown in this mode, and with which models there is none.

    Where the person of the probe is not enrolled, belongs to a measured group, and the probe is as
    good as the booking photos that were calibrated on, anybody at all is shown at most once in
    1 / `most_expected` searches, as far as the calibration tells: by the upper end of its 95 %
    interval. Of poorer probes and of other groups nothing is promised. 0.003 is the rate at which
    NIST compares identification (FRTE 1:N); 3 is this project's own bound.
    """

    most_expected: float = 0.003  # other people at the candidate's score, for the worst group
    most_differential: float = 3.0  # how many times as often the worst group is confused

    def check(
        self, calibration: GalleryCalibration | None, measured: MeasuredDifferential | None
    ) -> GalleryCalibration:
        """Return the calibration; HighConfidenceRefusedError where it does not allow the mode.

        `measured` is what the model's makers or others tell of it: it may refuse, never allow.
        """
        if calibration is None:
            raise HighConfidenceRefusedError(
                "The model is not calibrated on this site's own booking photos: "
                "`candid calibrate --gallery` does that."
            )
        self._check_measured(measured)
        self._check_compared(calibration)
        return calibration

    def check_current(self, calibration: GalleryCalibration, faces: int, now: datetime) -> None:
        """Raise HighConfidenceRefusedError where it tells too little of a gallery of so many faces.

        So it does where nobody could be shown, at whatever score.
        """
        if told := calibration.outgrown(faces, now):
            raise HighConfidenceRefusedError(told)
        least = calibration.expected(calibration.raw_scores[-1], faces)
        if not self.shows(least):
            raise HighConfidenceRefusedError(self._bounded_too_loosely(least))

    def shows(self, expected: ExpectedFalsePositives | None) -> bool:
        """Say whether a candidate may be shown."""
        return expected is not None and expected.bound <= self.most_expected

    def _check_measured(self, measured: MeasuredDifferential | None) -> None:
        """Judge what others measured by its upper end, as all that is judged here."""
        if measured is None or measured.high <= self.most_differential:
            return
        told = as_often_as("another", measured.high, measured.ratio)
        told = f"{told}, by this model, as measured"
        raise HighConfidenceRefusedError(self._unequal(told))

    def _check_compared(self, calibration: GalleryCalibration) -> None:
        """Refuse where the site's own comparison of groups is missing, in doubt, or unequal."""
        races = next((one for one in calibration.compared if one.kind == RACE), None)
        if races is None or races.too_few or len(races.curves) < 2:  # noqa: PLR2004 - two compared
            raise HighConfidenceRefusedError(
                "How unequally the model errs between people of different race was not measured "
                "on all of them: `candid calibrate --gallery` does it where the JMS says race, of "
                f"{LEAST_OF_GROUP} people or more of each. Not measured: {_missing(races)}."
            )
        if told := _doubt(calibration, races):
            raise HighConfidenceRefusedError(told)
        for kind, found in calibration.differentials().items():
            if found.high > self.most_differential:
                told = as_often_as(f"another of its kind ({kind})", found.high)
                told = f"{told}, as far as the calibration tells"
                raise HighConfidenceRefusedError(self._unequal(told))

    def _bounded_too_loosely(self, least: ExpectedFalsePositives) -> str:
        """Say what it takes: where few people were drawn and nobody was seen, many may still be."""
        worst, none_seen = least.worst_group, interval(0, 0, 1)[1]
        whose = worst.group if worst and worst.high == least.bound else "all people drawn"
        return (
            f"At every score the calibration allows for {least.bound:.2g} other people or more "
            f"({whose}), and {self.most_expected:g} is the most that "
            "CANDID_HIGH_CONFIDENCE__MOST_EXPECTED allows: nobody could be shown. It takes "
            f"{math.ceil(none_seen / self.most_expected):,} people drawn of each measured group, "
            "and up to twice as many: `candid calibrate --gallery` with a larger --probes."
        )

    def _unequal(self, told: str) -> str:
        return (
            f"One group of people is confused {told}; {self.most_differential:g} times is the most "
            "that CANDID_HIGH_CONFIDENCE__MOST_DIFFERENTIAL allows. No setting makes it more "
            "equal; another model may be."
        )


def not_told_apart(calibration: GalleryCalibration) -> str | None:
    """Say why a look-alike may be one person under two numbers where groups are compared.

    None where they are told apart, or where it was never looked for.
    """
    at, doubtful_from = calibration.compared_at, calibration.doubtful_from
    if doubtful_from is None or at < doubtful_from:
        return None
    few = (
        f"fewer than {LEAST_OF_GROUP} of the people drawn have a second photo that is no copy of "
        "the first"
    )
    if doubtful_from > calibration.raw_scores[0]:
        return (
            "photos of one person are often no more alike here than those pairs of people at whom "
            f"groups are compared (raw scores from {doubtful_from:.4f} on, and {at:.4f})"
        )
    if calibration.several is None:
        return (
            f"{few}, or too many have one that is less like it than most pairs of people are alike"
        )
    if calibration.several < LEAST_OF_GROUP:
        return few
    return (
        f"of {calibration.several:,} people drawn who have a second photo, more than one in twenty "
        "are less like it than most pairs of people are alike; look for wrong labels"
    )


def _missing(races: ComparedGroups | None) -> str:
    """Name what is too few, or what there is nothing of."""
    return ", ".join(races.too_few if races and races.too_few else ("a second race",))


def _doubt(calibration: GalleryCalibration, races: ComparedGroups) -> str | None:
    """Say why the comparison of races does not tell enough; None where it does."""
    if calibration.doubtful_from is None:
        return (
            "The calibration compared groups by narrower bounds, and took one person under two "
            "numbers for two. Calibrate again: `candid calibrate --gallery`."
        )
    if told := not_told_apart(calibration):
        return f"Look-alikes cannot be told from one person under two numbers: {told}."
    if races.unlabelled > MOST_UNLABELLED * calibration.probes:
        return (
            f"The race of {races.unlabelled} of {calibration.probes} people drawn is not known, or "
            f"has no NCIC code: that is more than {MOST_UNLABELLED:.0%}."
        )
    return None

"""Selectivity: how many other people reach a score, measured on a site's own booking photos.

The word is NIST's and ISO/IEC 19795's. It says what a search for somebody who is not enrolled may
return; it says nothing of who a candidate is.
"""

import math
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.domain.compared_groups import ComparedGroups, SiteDifferential
from app.domain.curve import Curve

MEANING = "if the person is not enrolled; not a probability of identity"
"""Stands beside every number of other people."""

MOST_GROWTH = 1.5
"""Times the faces a calibration was made on; with more it is outgrown, and with as much fewer."""

MOST_AGE = timedelta(days=365)

COMPARED_AT = 1e-3
"""Of all pairs of different people: at the score that so many reach, groups are compared."""

_AGAIN = "Calibrate again: `candid calibrate --gallery`."


@dataclass(frozen=True, slots=True)
class WorstGroup:
    """The measured group with the highest bound at a score; `expected` None: only bounded."""

    group: str
    expected: float | None
    high: float


@dataclass(frozen=True, slots=True)
class ExpectedFalsePositives:
    """How many other people a search of somebody who is not enrolled returns at a score or above.

    `low` to `high` is the 95 % interval of that number. `expected` is None where too few pairs
    reach the score: then it is fewer than `high`, which is never 0.
    """

    expected: float | None
    low: float
    high: float
    worst_group: WorstGroup | None  # None: no group was large enough to be measured
    people: int  # enrolled, as far as the number of faces tells
    calibration_id: str
    calibrated_at: datetime

    @property
    def bound(self) -> float:
        """The highest number that the calibration allows for, whichever group is meant."""
        return max(self.high, self.worst_group.high if self.worst_group else 0.0)


@dataclass(frozen=True, slots=True)
class GalleryCalibration:
    """Counts of pairs of different people in one gallery, of one model; of nobody in particular.

    `raw_scores` rise. Each probe is one photo of an enrolled person, and was held against the best
    photo of each of the `people` but its own.
    """

    calibration_id: str
    made_at: datetime
    model: str
    seed: int
    people: int  # whose person id is known, each with a current face
    faces: int  # theirs
    nameless: int  # current faces left out: whose they are is not known
    raw_scores: tuple[float, ...]
    curves: tuple[Curve, ...]  # of all probes first, then of each measured group
    too_few: tuple[str, ...] = ()  # groups with fewer people than LEAST_OF_GROUP
    compared: tuple[ComparedGroups, ...] = ()  # kinds of groups, each against its own people
    doubtful_from: float | None = None
    """Two people at this raw score may be one under two numbers: as alike as two photos of one.

    The lowest raw score: that is not known. None: groups were compared by narrower bounds, of
    before it was looked for, which count no more.
    """
    several: int | None = None
    """People by whose other photos `doubtful_from` was looked for; None: they were not counted."""

    @property
    def probes(self) -> int:
        """How many people were searched."""
        return self.curves[0].probes

    @property
    def groups(self) -> tuple[Curve, ...]:
        """The groups that were measured."""
        return self.curves[1:]

    @property
    def compared_at(self) -> float:
        """The first raw score that COMPARED_AT of all pairs reach, or fewer."""
        whole = self.curves[0]
        most = COMPARED_AT * whole.probes * (self.people - 1)
        return next(
            score
            for score, others in zip(self.raw_scores, whole.others, strict=True)
            if others <= most
        )

    def people_among(self, faces: int) -> int:
        """Return how many people so many faces are of, when each has as many as was measured."""
        return max(1, round(faces * self.people / self.faces))

    def expected(self, raw_score: float, faces: int) -> ExpectedFalsePositives:
        """Return the number of other people at a raw score or above in a gallery of so many faces.

        It grows with the number of people enrolled.
        """
        people = self.people_among(faces)
        worst: WorstGroup | None = None
        for curve in self.groups:
            expected, _, high = self._along(curve, raw_score, people)
            if worst is None or high > worst.high:
                worst = WorstGroup(str(curve.group), expected, high)
        whole = self._along(self.curves[0], raw_score, people)
        return ExpectedFalsePositives(*whole, worst, people, self.calibration_id, self.made_at)

    def differentials(self) -> Mapping[str, SiteDifferential]:
        """Return how unequally the groups of each kind are confused, each with its own people.

        At the score `compared_at`, whatever the groups; a kind of which no two groups were measured
        has none, and none has any where `doubtful_from` does not stand above that score.
        """
        if self.doubtful_from is None or self.compared_at >= self.doubtful_from:
            return {}
        place = self.raw_scores.index(self.compared_at)
        found = {one.kind: one.differential(place) for one in self.compared}
        return {kind: told for kind, told in found.items() if told is not None}

    def outgrown(self, faces: int, now: datetime) -> str | None:
        """Say why it tells too little of a gallery of so many faces; None while it does."""
        made_on, made_at = self.faces + self.nameless, f"{self.made_at:%Y-%m-%d}"
        if not made_on / MOST_GROWTH <= faces <= MOST_GROWTH * made_on:
            return (
                f"The calibration of {made_at} was made on {made_on:,} faces, and the gallery "
                f"holds {faces:,} now. {_AGAIN}"
            )
        if now - self.made_at > MOST_AGE:
            return f"The calibration of {made_at} is older than a year. {_AGAIN}"
        return None

    def _along(
        self, curve: Curve, raw_score: float, people: int
    ) -> tuple[float | None, float, float]:
        """Return the number of people: expected, at least, at most.

        Bounds are those of the measured score below and above: no shape is assumed between them.
        """
        place = bisect_right(self.raw_scores, raw_score) - 1
        if place < 0:
            return float(people), float(people), float(people)
        pairs = curve.probes * (self.people - 1)
        end = min(place + 1, len(self.raw_scores) - 1)
        span = self.raw_scores[end] - self.raw_scores[place]
        part = (raw_score - self.raw_scores[place]) / span if span else 0.0
        estimated = curve.estimated(self.probes / self.people)
        high = people * curve.high[place]
        if not (end < estimated or (place < estimated and not part)):
            return None, 0.0, high
        low = people * curve.low[end if part else place]
        shares = (curve.others[place] / pairs, curve.others[end] / pairs)
        return people * _between(*shares, part), low, high


def _between(one: float, other: float, part: float) -> float:
    """Return the share between two: its logarithm follows a straight line, where there is one."""
    if not one or not other:
        return one + (other - one) * part
    return math.exp(math.log(one) + (math.log(other) - math.log(one)) * part)

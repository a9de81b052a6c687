"""Calibrations of galleries to try with."""

from datetime import UTC, datetime

from app.domain.compared_groups import ComparedGroups
from app.domain.curve import Curve
from app.domain.selectivity import GalleryCalibration

MADE_AT = datetime(2026, 11, 30, 8, 0, tzinfo=UTC)
SHARE = 0.2  # of the people were drawn
SCORES = (-1.0, 0.5, 0.6, 0.7, 0.8, 0.9)


def curve(group: str | None, probes: int, *each: int, people: int = 1000) -> Curve:
    """Return a curve of probes that all saw the same, but for the remainder of each total."""
    seen = [tuple(_share(total, probes, i) for total in each) for i in range(probes)]
    return Curve.counted(group, seen, people, SHARE)


def own(group: str, people: int, *each: int) -> Curve:
    """Return the curve of a group whose people were all held against one another."""
    seen = [tuple(_share(total, people, i) for total in each) for i in range(people)]
    return Curve.within(group, seen, doubtful_from=len(each) - 1)


def _share(total: int, probes: int, place: int) -> int:
    return total // probes + (place < total % probes)


NEARLY_EQUAL = (
    ComparedGroups(
        "race",
        (
            own("race B", 100, 9900, 5000, 2000, 400, 220, 0),
            own("race W", 100, 9900, 5000, 2000, 400, 200, 0),
        ),
    ),
)
"""At 0.8, where they are compared, 110 and 100 pairs."""


def calibration(
    *groups: Curve,
    model: str = "fake/1",
    compared: tuple[ComparedGroups, ...] = (),
    made_at: datetime = MADE_AT,
    doubtful_from: float | None = SCORES[-1],
    several: int | None = 200,
) -> GalleryCalibration:
    """Return one of 1,000 people with 2,000 faces, searched by 200 of them."""
    whole = curve(None, 200, 200 * 999, 20_000, 2000, 200, 20, 0)
    return GalleryCalibration(
        calibration_id="20261130-0a1b2c3d",
        made_at=made_at,
        model=model,
        seed=1,
        people=1000,
        faces=2000,
        nameless=3,
        raw_scores=SCORES,
        curves=(whole, *groups),
        too_few=("race I",),
        compared=compared,
        doubtful_from=doubtful_from,
        several=several,
    )

"""Expected and observed part where chance does not explain it, though their intervals overlap."""

import pytest

from bench.calibration import Counted, parting


@pytest.mark.parametrize(
    ("seen", "flag"),
    [
        (Counted(125, 115, 135), "MORE"),  # the intervals overlap from 115 to 120
        (Counted(75, 65, 85), "FEWER"),
        (Counted(120, 110, 130), ""),
    ],
)
def test_a_difference_is_held_against_both_intervals(seen: Counted, flag: str) -> None:
    assert parting(seen, Counted(100, 80, 120), 120) == flag


@pytest.mark.parametrize(("low", "flag"), [(3.0, ""), (5.0, "MORE")])
def test_where_a_bound_is_expected_the_whole_interval_must_lie_beyond(
    low: float, flag: str
) -> None:
    assert parting(Counted(6, low, 9), None, 4) == flag

"""How unequally a model errs: each group against its own people, at a score that none chooses."""

from math import inf

import pytest

from app.domain.compared_groups import ComparedGroups
from tests.domain.calibrations import NEARLY_EQUAL, calibration, own

EVERYBODY = 9900  # 100 people, each against 99


def compared(*each: tuple[int, ...]) -> ComparedGroups:
    """Return races of 100 people who saw so many others at each raw score."""
    curves = (own(f"race {at}", 100, EVERYBODY, *totals) for at, totals in enumerate(each))
    return ComparedGroups("race", tuple(curves))


def test_it_is_told_at_the_score_that_one_in_a_thousand_of_all_pairs_reach() -> None:
    """That is 0.8; at 0.7 both are alike."""
    unequal = compared((5000, 2000, 400, 300, 0), (5000, 2000, 400, 100, 0))

    found = calibration(compared=(unequal,)).differentials()["race"]

    assert found.ratio == pytest.approx(3)
    assert found.low < 3 < found.high


def test_a_group_that_is_never_confused_does_not_lower_the_score_until_all_are() -> None:
    never = compared((5000, 3000, 1500, 1500, 0), (0, 0, 0, 0, 0))

    found = calibration(compared=(never,)).differentials()["race"]

    assert (found.ratio, found.high) == (None, inf)
    assert found.low > 100
    assert "at least" in found.told


def test_few_pairs_leave_a_wide_interval_and_no_ratio() -> None:
    few = compared((5000, 2000, 400, 60, 0), (5000, 2000, 400, 40, 0))

    found = calibration(compared=(few,)).differentials()["race"]

    assert found.ratio is None  # 20 pairs
    assert found.low < 1.2
    assert found.high > 2.5


def test_nearly_equal_groups_are_told_as_such() -> None:
    found = calibration(compared=NEARLY_EQUAL).differentials()["race"]

    assert found.ratio == pytest.approx(1.1)
    assert 1 <= found.low <= 1.1 < found.high < 2
    assert "about 1.1 times" in found.told


def test_one_group_is_compared_with_none() -> None:
    alone = compared((5000, 2000, 400, 300, 0))

    assert calibration(compared=(alone,)).differentials() == {}

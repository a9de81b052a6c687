"""How many other people reach a score: it never rises with the score, and is never nobody."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.curve import Curve
from tests.domain.calibrations import MADE_AT, SHARE, calibration, curve

FEW = curve("race A", 40, 40 * 999, 3000, 200, 10, 1, 0)
MANY = curve("race B", 60, 60 * 999, 15_000, 3000, 600, 120, 0)
scores = st.floats(-1, 1)


def test_at_a_measured_score_it_is_what_was_counted() -> None:
    said = calibration().expected(0.6, 2000)

    assert said.expected == pytest.approx(10, rel=0.002)  # 2,000 by 200 probes, of 999 others
    assert said.low < 10 < said.high
    assert (said.people, said.worst_group) == (1000, None)
    assert (said.calibration_id, said.calibrated_at) == ("20261130-0a1b2c3d", MADE_AT)


def test_between_two_scores_it_falls_by_equal_shares() -> None:
    said = calibration().expected(0.65, 2000)

    assert said.expected == pytest.approx(10**0.5, rel=0.01)


def test_where_fewer_than_thirty_pairs_reach_it_is_only_bounded() -> None:
    said = calibration().expected(0.8, 2000)

    assert said.expected is None
    assert said.low == 0
    assert 0.1 < said.high < 0.3  # 20 by 200 probes were seen


def test_beyond_all_that_was_seen_it_is_fewer_than_what_none_seen_allows() -> None:
    """3.69 events, each seen from both sides by a fifth of the people, by 200 probes."""
    at_end, beyond = (calibration().expected(score, 2000) for score in (0.9, 1.0))

    assert at_end.expected is beyond.expected is None
    assert at_end.high == beyond.high == pytest.approx(3.689 * 1.2 / 200, rel=0.01)


def test_below_all_scores_it_is_everybody() -> None:
    assert calibration().expected(-2.0, 2000).expected == 1000


def test_the_worst_group_is_the_one_with_the_highest_bound() -> None:
    worst = calibration(FEW, MANY).expected(0.6, 2000).worst_group

    assert worst is not None
    assert worst.group == "race B"
    assert worst.expected == pytest.approx(50, rel=0.002)
    assert worst.high > 50


def test_of_a_group_that_nobody_saw_anything_in_the_bound_is_said_all_the_same() -> None:
    worst = calibration(FEW).expected(0.95, 2000).worst_group

    assert worst is not None
    assert worst.expected is None
    assert worst.high > 3.6 / 40


@given(scores, scores)
def test_a_higher_score_never_has_more_others(one: float, other: float) -> None:
    low, high = sorted((one, other))
    at_low, at_high = (calibration(FEW, MANY).expected(at, 2000) for at in (low, high))

    assert at_low.high >= at_high.high * 0.999999
    assert at_low.bound >= at_high.bound * 0.999999
    if at_high.expected is not None:
        assert at_low.expected is not None
        assert at_low.expected >= at_high.expected * 0.999999


@given(scores, st.integers(1, 10_000_000))
def test_it_is_never_nobody(score: float, faces: int) -> None:
    said = calibration(FEW, MANY).expected(score, faces)

    assert said.bound >= said.high > 0
    assert said.expected is None or said.expected > 0
    assert said.low <= (said.high if said.expected is None else said.expected) <= said.high * 1.01


@given(scores, st.integers(1, 5000))
def test_twice_the_people_are_twice_the_others(score: float, thousands: int) -> None:
    once, twice = (calibration(FEW).expected(score, 2000 * n) for n in (thousands, 2 * thousands))

    assert twice.high == pytest.approx(2 * once.high)
    assert twice.low == pytest.approx(2 * once.low)
    if once.expected is not None:
        assert twice.expected == pytest.approx(2 * once.expected)


def test_people_are_counted_by_their_faces() -> None:
    assert calibration().people_among(2000) == 1000
    assert calibration().people_among(600_001) == 300_000


def test_people_with_many_look_alikes_widen_the_interval() -> None:
    alike = Curve.counted(None, [(10,)] * 200, 1000, SHARE)
    unlike = Curve.counted(None, [(100,)] * 20 + [(0,)] * 180, 1000, SHARE)

    assert alike.others == unlike.others
    assert unlike.low[0] < alike.low[0] < 10 / 999 < alike.high[0] < unlike.high[0]


def test_one_probe_is_bounded_too() -> None:
    assert Curve.counted("g", [(4, 0)], 1000, SHARE).high[0] > 4 / 999


def test_a_pair_within_a_group_is_one_event_though_seen_from_both_sides() -> None:
    """All people drawn: 17 pairs within a group of 300 add up to 34, and are no 30 events."""
    seen = [(1,)] * 34 + [(0,)] * 266
    part = Curve.counted("g", seen, 3000, share=1.0)
    none = Curve.counted("g", [(0,)] * 1700, 5000, share=1.0)

    assert part.estimated(1.0) == 0
    assert 5000 * none.high[0] > 0.0043  # 3.69 pairs, each seen twice, by 1,700 probes


def test_between_two_scores_the_bounds_are_those_of_the_scores_themselves() -> None:
    """How pairs lie between them is not known: all may stand at the lower end, or the upper."""
    measured = calibration()
    at, between, above = (measured.expected(score, 2000) for score in (0.5, 0.599, 0.6))
    last, gap = (measured.expected(score, 2000) for score in (0.8, 0.8999))

    assert between.high == at.high
    assert between.low == above.low
    assert gap.high == last.high


@pytest.mark.parametrize(
    ("faces", "days", "word"),
    [
        (2000, 0, None),
        (3004, 365, None),
        (3005, 0, "3,005"),
        (1336, 0, None),
        (1335, 0, "1,335"),  # what is left may be one photo each of as many people
        (2000, 366, "year"),
    ],
)
def test_it_is_outgrown_by_half_as_many_faces_more_or_a_third_fewer_and_by_a_year(
    faces: int, days: int, word: str | None
) -> None:
    """Made on 2,003 faces, 3 of them of people who are not known."""
    told = calibration().outgrown(faces, MADE_AT + timedelta(days=days))

    assert word in told if word and told else told is word is None

"""Sentences say what was counted, and no more."""

from dataclasses import replace

import pytest

from app.domain.evaluation import (
    Interval,
    MissAtFalsePositiveRate,
    RankPoint,
    Rate,
)
from app.domain.evaluation.told import (
    between,
    found_within,
    not_to_be_quoted,
    per_hundred,
    percent,
    what_it_does_not_say,
    with_a_threshold,
)
from tests.domain.evaluation.samples import EVALUATION


@pytest.mark.parametrize(
    ("share", "said"),
    [
        (0.0, "0.0 %"),
        (1.0, "100.0 %"),
        (0.0316, "3.2 %"),
        (0.003, "0.30 %"),
        (0.000_014, "0.0014 %"),
        (0.9953, "99.5 %"),
        (0.9996, "99.96 %"),
        (0.999_999, "99.99 %"),
    ],
)
def test_a_percentage_never_rounds_to_nothing_or_to_all(share: float, said: str) -> None:
    assert percent(share) == said


@pytest.mark.parametrize(
    ("share", "said"),
    [(0.968, "97"), (0.0, "0"), (1.0, "100"), (0.9953, "99.5"), (0.9996, "99.96"), (0.004, "0.40")],
)
def test_of_hundred_is_a_whole_number_but_near_the_ends(share: float, said: str) -> None:
    assert per_hundred(share) == said


def test_who_was_found_is_told_with_count_and_interval() -> None:
    point = RankPoint(5, Rate(48, 1518, Interval(0.0231, 0.0417)))

    assert found_within(point) == (
        "Of 100 searches for a person who is in the gallery, the right person was among the first "
        "five in 97 (1,470 of 1,518; between 96 and 98)."
    )


def test_what_was_not_tried_is_not_told_as_a_rate() -> None:
    nothing = Rate(0, 0, None)

    assert "was not measured" in found_within(RankPoint(1, nothing))
    assert between(nothing.interval) == "-"
    assert not_to_be_quoted(nothing) == "not estimable: nothing was tried"


def test_a_threshold_beyond_the_scale_is_told_so() -> None:
    rate = Rate(40, 400, Interval(0.08, 0.13))
    point = MissAtFalsePositiveRate(0.1, 0.98, 90.0, rate, rate)

    assert "a score beyond the scale's end (90)" in str(with_a_threshold(point, 90.0))
    assert "At a similarity of 60.5, 10 of 100" in str(
        with_a_threshold(replace(point, similarity=60.5), 90.0)
    )
    assert with_a_threshold(MissAtFalsePositiveRate(0.1, None, None, None, None, "few"), 90) is None


def test_what_a_threshold_costs_is_told_with_its_interval_and_why_it_is_not_to_be_quoted() -> None:
    none, some = Rate(0, 76, Interval(0.0, 0.048)), Rate(40, 400, Interval(0.08, 0.13))

    said = str(with_a_threshold(MissAtFalsePositiveRate(0.1, 0.98, 60.5, some, none), 90.0))

    assert "(40 of 400; 8.0 % to 13.0 %)" in said
    assert "(0 of 76; 0.0 % to 4.8 %; not estimable: only 0 events, fewer than 30)" in said


def test_what_nobody_may_read_into_it_is_always_said() -> None:
    for one in (EVALUATION, replace(EVALUATION, by_group=())):
        said = " ".join(what_it_does_not_say(one))
        assert "not an identification" in said
        assert "no percentage of certainty" in said

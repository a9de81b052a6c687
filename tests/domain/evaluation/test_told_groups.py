"""Sentences about groups say what was counted, and no more."""

from dataclasses import replace

import pytest

from app.domain.evaluation import GroupFigures, Interval, Rate, Ratio
from app.domain.evaluation.told_groups import (
    TOO_FEW_COMPARISONS,
    by_group_told,
    small_groups,
    times,
)
from tests.domain.evaluation.samples import EVALUATION

(GROUPED,) = EVALUATION.by_group
(SHARED,) = GROUPED.thresholds


@pytest.mark.parametrize(
    ("ratio", "said", "alone"),
    [
        (
            Ratio("a", "b", 28.2, Interval(8.1, 93.0)),
            "28.2 times (between 8.1 and 93.0)",
            "between 8.1 and 93.0 times",
        ),
        (
            Ratio("a", "b", 28.2, Interval(8.1, None)),
            "28.2 times (at least 8.1)",
            "at least 8.1 times",
        ),
        (Ratio("a", "b", 28.2, None), "28.2 times", "an unknown number of times"),
        (
            Ratio("a", "b", 28.2, Interval(0.4, None)),
            "an unknown number of times",
            "an unknown number of times",
        ),
        (Ratio("a", "b", None, None), "an unknown number of times", "an unknown number of times"),
        (
            Ratio("a", "b", None, Interval(8.1, None)),
            "at least 8.1 times (the other group had no such error at all)",
            "at least 8.1 times (the other group had no such error at all)",
        ),
    ],
)
def test_a_ratio_is_told_with_what_bounds_it_or_by_that_alone(
    ratio: Ratio, said: str, alone: str
) -> None:
    assert times(ratio, None) == said
    assert times(ratio, "b: only 3 events, fewer than 30") == alone


def test_few_events_in_the_best_group_leave_the_interval_alone() -> None:
    grouped = EVALUATION.by_group[0]
    shared = grouped.thresholds[0]
    many, few = (Rate(k, 1802, Interval(0.001, 0.1)) for k in (121, 3))

    def told(worst: Rate, best: Rate) -> str:
        groups = tuple(
            replace(one, false_match=rate)
            for one, rate in zip(shared.groups, (worst, best), strict=True)
        )
        ratio = Ratio("F", "M", 28.2, Interval(8.1, 93.0))
        changed = replace(shared, groups=groups, false_match_ratio=ratio)
        return next(by_group_told(replace(grouped, thresholds=(changed,))))

    assert told(many, few) == (
        "By sex: at one threshold for all, people of the group F were confused with others between "
        "8.1 and 93.0 times as often as people of the group M. As one figure it is not estimable "
        "(M: only 3 events, fewer than 30)."
    )
    assert "28.2" not in told(few, many)
    assert "28.2 times (between 8.1 and 93.0) as often" in told(many, many)


def test_without_a_threshold_that_groups_share_nothing_is_compared() -> None:
    grouped = replace(GROUPED, thresholds=(), contradicted=1)

    assert list(by_group_told(grouped)) == [
        f"By sex nothing was compared: {TOO_FEW_COMPARISONS}.",
        "By sex, 1 person of several values in the set were put into no group.",
    ]
    assert small_groups(grouped) == []


def told_of(*groups: GroupFigures, ratio: Ratio | None = None) -> list[str]:
    changed = replace(SHARED, groups=groups, false_match_ratio=ratio, false_nonmatch_ratio=None)
    return list(by_group_told(replace(GROUPED, thresholds=(changed,))))


def test_it_is_told_apart_why_groups_were_not_compared() -> None:
    one, other = SHARED.groups
    none, untried = Rate(0, 100, Interval(0.0, 0.04)), Rate(0, 0, None)

    assert told_of(replace(one, false_match=none), replace(other, false_match=none))[0] == (
        "By sex the groups were not compared by false matches: none was counted in any of the 2 "
        "groups that are large enough."
    )
    assert told_of(replace(one, compared_people=9), other)[0].endswith(
        ": fewer than two groups have 10 people to compare."
    )
    assert told_of(one, replace(other, false_match=untried))[0].endswith(
        ": fewer than two groups have anything to compare."
    )


def test_misses_and_false_matches_go_by_their_own_people() -> None:
    one, other = SHARED.groups

    said = told_of(replace(one, mated_people=9), other)

    assert "fewer than two groups have 10 people" not in said[0]
    assert "by false non-matches: fewer than two groups have 10 people" in said[1]


def test_a_bound_below_one_alone_is_no_difference_told() -> None:
    said = told_of(*SHARED.groups, ratio=Ratio("F", "M", None, Interval(0.0, None)))[0]

    assert said.startswith(
        "By sex: whether people of the group F were confused with others more often than people of "
        "the group M, this set cannot tell."
    )
    assert "times" not in said


def test_of_more_than_two_groups_it_is_told_that_the_two_were_picked() -> None:
    one, other = SHARED.groups
    ratio = Ratio("F", "M", 3.0, Interval(2.0, 4.0))
    picked = "The two were picked from 3 groups by these same rates"

    assert picked in told_of(one, other, replace(other, group="X"), ratio=ratio)[0]
    assert "picked" not in told_of(one, other, ratio=ratio)[0]


def test_a_ratio_that_may_be_chance_is_told_to_be_so() -> None:
    grouped = EVALUATION.by_group[0]
    shared = grouped.thresholds[0]

    def told(low: float) -> str:
        ratio = Ratio("F", "M", 1.4, Interval(low, 8.1))
        return next(
            by_group_told(replace(grouped, thresholds=(replace(shared, false_match_ratio=ratio),)))
        )

    assert "this set cannot tell" in told(0.5)
    assert "this set cannot tell" not in told(1.1)

"""The compared error rates are those that one counts by hand, and are paired by person."""

import numpy as np
import pytest

from adapters.measurement.arrays import People
from bench.unequal.figures import Compared, Difference, Draws, Searched

# Three enrolled people, each searched for once, and two who are not enrolled.
PEOPLE = People(
    gallery=np.array([0, 1, 2]),
    probes=np.array([0, 1, 2, 3, 4]),
    is_mated=np.array([True, True, True, False, False]),
    count=5,
)
SCORES = np.array(
    [[0.9, 0.1, 0.2], [0.8, 0.7, 0.1], [0.6, 0.5, 0.4], [0.3, 0.1, 0.2], [0.1, 0.65, 0.2]],
    np.float32,
)


def _searched(scores: np.ndarray = SCORES) -> Searched:
    return Searched(Draws(PEOPLE, samples=200), scores)


def test_misses_are_counted_by_rank() -> None:
    assert _searched().missed_at_rank(1)[0] == pytest.approx(2 / 3)
    assert _searched().missed_at_rank(2)[0] == pytest.approx(1 / 3)
    assert _searched().missed_at_rank(3)[0] == 0


def test_misses_are_counted_where_few_searches_for_others_return_anybody() -> None:
    assert _searched().missed_at_fpir(0.0)[0] == pytest.approx(1 / 3)  # above 0.65: 0.9, 0.7
    assert _searched().missed_at_fpir(0.5)[0] == 0  # above 0.3


def test_a_threshold_misses_no_more_than_is_allowed() -> None:
    assert _searched().threshold_at(0.0)[0] == pytest.approx(0.4)
    assert _searched().threshold_at(0.34)[0] == pytest.approx(0.7)


def test_comparisons_are_counted_between_people_and_within_groups() -> None:
    draws = Draws(PEOPLE, samples=200)
    different = Compared.of(draws, SCORES, mated=False)
    same = Compared.of(draws, SCORES, mated=True)
    group = np.array([True, True, False, False, False])

    at_half = np.full(201, 0.5, np.float32)
    assert (different.count, same.count, different.within(group).count) == (12, 3, 2)
    assert different.reached(at_half)[0] == pytest.approx(4 / 12)  # 0.8, 0.6, 0.5, 0.65
    assert different.within(group).reached(at_half)[0] == pytest.approx(1 / 2)
    assert same.reached(at_half)[0] == pytest.approx(2 / 3)


def test_a_threshold_lets_no_more_than_a_share_of_comparisons_pass() -> None:
    different = Compared.of(Draws(PEOPLE, samples=200), SCORES, mated=False)

    threshold = different.threshold_at(2 / 12)

    assert (SCORES[0:1] > threshold[0]).sum() == 1
    assert different.reached(threshold)[0] == pytest.approx(2 / 12)
    assert (different.reached(threshold)[1:] <= 2 / 12 + 1e-9).all()


def test_the_same_people_are_drawn_for_every_method() -> None:
    one, other = _searched(), _searched(SCORES * 2 + 1)

    difference = Difference.between(one.missed_at_rank(1), other.missed_at_rank(1))

    assert (difference.value, difference.low, difference.high) == (0, 0, 0)
    assert not difference.is_lower
    assert not difference.is_higher


def test_a_difference_counts_where_its_interval_leaves_out_zero() -> None:
    missed = _searched().missed_at_rank(1)

    assert Difference.between(missed - 0.1, missed).is_lower
    assert Difference.between(missed + 0.1, missed).is_higher

"""Raw scores of pairs: which of them so many reach."""

import tracemalloc
from array import array
from math import nan

import numpy as np
import pytest

from adapters.measurement import NumpyPairScores


def test_a_share_of_them_reaches_a_score() -> None:
    pairs = NumpyPairScores()
    for start in (0, 50):
        pairs.add(array("f", [one / 100 for one in range(start, start + 50)]))

    assert pairs.count == 100
    assert pairs.reached_by(0.1) == pytest.approx(0.891)
    assert pairs.at_or_above(0.895) == 10
    assert pairs.at_or_above(pairs.reached_by(0.1)) == 10


def test_what_is_no_score_is_left_out() -> None:
    pairs = NumpyPairScores()

    pairs.add(array("f", [nan, 0.5, nan]))

    assert (pairs.count, pairs.at_or_above(0.0)) == (1, 1)


def test_more_may_come_after_a_question() -> None:
    pairs = NumpyPairScores()
    pairs.add(array("f", [0.1, 0.2]))
    assert pairs.at_or_above(0.15) == 1

    pairs.add(array("f", [0.3]))

    assert pairs.at_or_above(0.15) == 2


def test_without_scores_no_share_reaches_any() -> None:
    assert NumpyPairScores().at_or_above(0.5) == 0
    with pytest.raises(ValueError, match="no scores"):
        NumpyPairScores().reached_by(0.1)


@pytest.mark.parametrize("share", [1.0, 0.5, 0.1, 0.01, 0.001, 0.0])
def test_a_share_lies_between_two_scores_as_a_quantile_does(share: float) -> None:
    scores = np.random.default_rng(1).normal(size=1234).astype(np.float32)
    pairs = NumpyPairScores()
    pairs.add(array("f", scores))

    exact = np.quantile(scores.astype(np.float64), 1 - share)

    assert pairs.reached_by(share) == pytest.approx(exact, abs=1e-12)


def test_a_raw_score_that_no_float32_is_parts_those_below_from_those_above() -> None:
    below, above = np.nextafter(np.float32(0.3), np.array([0, 1], np.float32)).tolist()
    pairs = NumpyPairScores()
    pairs.add(array("f", [below, above]))

    counted = [pairs.at_or_above(at) for at in (below, (below + above) / 2)]

    assert counted == [2, 1]


def test_a_pair_takes_four_bytes_and_at_a_moment_eight() -> None:
    parts = [
        array("f", part) for part in np.random.default_rng(1).random((10, 100_000), np.float32)
    ]
    tracemalloc.start()
    try:
        pairs = NumpyPairScores()
        for part in parts:
            pairs.add(part)
        pairs.reached_by(0.1)
        pairs.at_or_above(0.5)
        left, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert most < 8.5 * pairs.count
    assert left < 4.5 * pairs.count

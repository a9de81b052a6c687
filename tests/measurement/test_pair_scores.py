"""Raw scores of pairs: which of them so many reach."""

from array import array
from math import nan

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

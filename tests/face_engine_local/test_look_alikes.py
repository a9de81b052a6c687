"""Counting look-alikes by cosine, against plain counting."""

import numpy as np
import numpy.typing as npt

from adapters.face_engine.local.look_alikes import Crowd, counts_of

Floats = npt.NDArray[np.float32]


def _unit(rows: int) -> Floats:
    drawn = np.random.default_rng(1).normal(size=(rows, 32)) + 0.8
    found: Floats = (drawn / np.linalg.norm(drawn, axis=1, keepdims=True)).astype(np.float32)
    return found


def test_at_every_threshold_as_many_others_are_counted_as_there_are() -> None:
    vectors, firsts = _unit(600), np.arange(0, 600, 3)
    probes = [*range(0, 600, 6)]

    counts = counts_of(Crowd(vectors, firsts).histograms(probes, [row // 3 for row in probes]))

    cosines = vectors[probes] @ vectors.T
    best = np.maximum.reduceat(cosines, firsts, axis=1)
    best[np.arange(len(probes)), np.array(probes) // 3] = -2
    for place, raw_score in enumerate(counts.raw_scores):
        plain = (best >= raw_score).sum(axis=1)
        counted = np.array([seen[place] for seen in counts.seen])
        assert np.abs(plain - counted).sum() <= 2  # numbers at the very edge of a bin


def test_thresholds_leave_ever_fewer_pairs_some_to_each_decade() -> None:
    vectors = _unit(500)

    counts = counts_of(Crowd(vectors, np.arange(500)).histograms([*range(500)], [*range(500)]))

    totals = np.sum(counts.seen, axis=0)
    assert totals[0] == 500 * 499
    assert totals[-1] == 0
    assert (np.diff(totals) < 0).all()
    assert sum(100 <= total < 1000 for total in totals) >= 7
    assert totals[-2] <= 10


def test_one_photo_under_two_people_is_counted_below_a_score_that_nobody_reaches() -> None:
    """Rounded, equal templates have cosines around 1: below it, or a little above."""
    vectors = _unit(100)
    vectors[1] = vectors[0]
    vectors[3] = vectors[2] * np.float32(1.001)

    counts = counts_of(Crowd(vectors, np.arange(100)).histograms([0, 2, 4], [0, 2, 4]))

    assert [seen[-1] for seen in counts.seen] == [0, 0, 0]
    assert [seen[-2] for seen in counts.seen] == [1, 1, 0]
    assert counts.raw_scores[-1] > 1.001


def test_at_scores_of_an_earlier_count_a_part_is_counted_as_it_would_be() -> None:
    vectors = _unit(90)
    vectors[1] = vectors[0]
    histograms = Crowd(vectors, np.arange(90)).histograms([*range(90)], [*range(90)])
    whole = counts_of(histograms)

    again = counts_of(histograms[:5], whole.raw_scores)

    assert again.raw_scores == whole.raw_scores
    assert list(again.seen) == list(whole.seen[:5])

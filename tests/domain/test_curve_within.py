"""The interval of a group that is held against its own people, all of whom are a sample."""

import numpy as np

from app.domain.curve import Curve

PEOPLE, RATE, DRAWN_AGAIN = 120, 0.02, 300


def look_alikes(chance: np.random.Generator, unequal: float) -> list[tuple[int, int]]:
    """Return how many others each person resembles, who may be likely to or not, and nobody."""
    likely = chance.gamma(1 / unequal, unequal, PEOPLE) if unequal else np.ones(PEOPLE)
    alike = chance.random((PEOPLE, PEOPLE)) < RATE * np.outer(likely, likely)
    pairs = np.triu(alike, 1)
    return [(int(many), 0) for many in (pairs | pairs.T).sum(axis=1)]


def test_it_holds_the_truth_as_often_as_it_says_where_people_are_unequal() -> None:
    """As if the others were given, it would hold it three times in four."""
    chance = np.random.default_rng(1)

    drawn = [Curve.within("g", look_alikes(chance, 1.0), 1) for _ in range(DRAWN_AGAIN)]

    assert sum(one.low[0] <= RATE <= one.high[0] for one in drawn) >= 0.92 * DRAWN_AGAIN


def test_where_pairs_are_single_events_it_holds_it_too() -> None:
    chance = np.random.default_rng(2)

    drawn = [Curve.within("g", look_alikes(chance, 0.0), 1) for _ in range(DRAWN_AGAIN)]

    assert sum(one.low[0] <= RATE <= one.high[0] for one in drawn) >= 0.95 * DRAWN_AGAIN


def test_who_is_in_every_pair_widens_it() -> None:
    """80 look-alikes of one person, and 80 pairs of other people."""
    star = Curve.within("g", [(80, 0)] + [(1, 0)] * 80 + [(0, 0)] * 119, 1)
    apart = Curve.within("g", [(1, 0)] * 160 + [(0, 0)] * 40, 1)

    assert star.others == apart.others
    assert star.low[0] < apart.low[0] / 10
    assert star.high[0] > 2 * apart.high[0]


def test_pairs_as_alike_as_one_person_count_for_the_upper_end_alone() -> None:
    """40 pairs that may be one person, beside 20 that are not."""
    seen = [(1, 1, 0)] * 80 + [(1, 0, 0)] * 40 + [(0, 0, 0)] * 80
    doubtful, trusted = Curve.within("g", seen, 1), Curve.within("g", seen, 2)
    without = Curve.within("g", [(0, 0, 0)] * 80 + seen[80:], 2)

    assert doubtful.high == trusted.high
    assert doubtful.low == without.low < trusted.low

"""Pairs of photos that look mislabelled."""

from collections.abc import Callable, Iterable

import numpy as np

from adapters.measurement.arrays import Comparisons
from app.domain.evaluation import LabelDoubt, LabelDoubtKind
from app.ports.measurement import Searches

MOST = 50
"""Of each kind; the most doubtful are listed."""

UNLIKE = 0.1
"""A pair of one person is doubted where one in ten pairs of different people is as alike."""


def doubts(
    searches: Searches, of_one: Comparisons, of_two: Comparisons, unlike: float
) -> tuple[LabelDoubt, ...]:
    """Return the doubtful pairs, those of two names first, the most doubtful of each first.

    Two people are doubted who are as alike as half the pairs of one person, one person below the
    score `unlike`. `of_one` are all comparisons of a person with themselves, `of_two` the strongest
    of different people.
    """
    found = list[LabelDoubt]()
    if len(of_one.scores):
        alike = of_two.at_or_above(float(np.median(of_one.scores)))
        found += _listed(LabelDoubtKind.TWO_NAMES, searches, alike, range(len(alike.scores)))
    backwards = range(len(of_one.scores) - 1, -1, -1)
    least = (at for at in backwards if of_one.scores[at] < unlike)
    found += _listed(LabelDoubtKind.ONE_NAME, searches, of_one, least)
    return tuple(found)


def _listed(
    kind: LabelDoubtKind, searches: Searches, pairs: Comparisons, order: Iterable[int]
) -> list[LabelDoubt]:
    similarity: Callable[[float], float] = searches.similarity
    listed = list[LabelDoubt]()
    for at in order:
        if len(listed) == MOST:
            break
        probe = searches.probes[int(pairs.probes[at])]
        enrolled = searches.gallery[int(pairs.places[at])]
        score = float(pairs.scores[at])
        listed.append(
            LabelDoubt(
                kind,
                probe.image,
                probe.person,
                enrolled.image,
                enrolled.person,
                score,
                similarity(score),
            )
        )
    return listed

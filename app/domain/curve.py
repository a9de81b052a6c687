"""How many other people the probes of a group saw at each raw score, with its interval."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Self

from app.domain.counted import interval

EVENTS = 30
"""Fewer events than these behind a figure: it is not estimated, only bounded."""

LEAST_OF_GROUP = 30
"""People; of a smaller group nothing is said."""

EVERY_PAIR_TWICE = 1.0
"""The share of people drawn where every one of a group is held against every other of it."""

Seen = Sequence[Sequence[int]]
"""Other people, by probe and by raw score."""


@dataclass(frozen=True, slots=True)
class Curve:
    """What the probes of a group, or all of them (None), saw at or above each raw score.

    `others` adds up the other people that all probes saw. `low` and `high` bound the share of the
    people enrolled that one probe is to see; neither rises with the score, and `high` is never 0.
    """

    group: str | None
    probes: int
    others: tuple[int, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]

    @classmethod
    def counted(cls, group: str | None, seen: Seen, people: int, share: float) -> Self:
        """Return the curve of probes that each saw so many of the other people, by raw score.

        The people are given and the probes are drawn. `share` of the people were drawn, of whatever
        group: so likely is a pair seen from both sides, of a group too, whose look-alikes are
        mostly its own people.
        """
        probes, others = len(seen), _totals(seen)
        bounds = [
            # A pair of two probes is seen from both sides: one event adds two to the sum.
            interval(total, _between_probes(total, square, probes) + share * total, 1 + share)
            for total, square in zip(others, _squares(seen), strict=True)
        ]
        return cls._bounded(group, probes, others, probes * (people - 1), bounds)

    @classmethod
    def within(cls, group: str, seen: Seen, doubtful_from: int) -> Self:
        """Return the curve of a group of three or more who were each held against all others of it.

        Both people of a pair are drawn. What reaches the raw score at the place `doubtful_from` may
        be one person under two numbers: it counts for `high`, and not for `low`.
        """
        sure = [_without(each, doubtful_from) for each in seen]
        bounds = zip(_within(sure), _within(seen), strict=True)
        ends = [(low, high) for (low, _), (_, high) in bounds]
        return cls._bounded(group, len(seen), _totals(seen), len(seen) * (len(seen) - 1), ends)

    @classmethod
    def _bounded(
        cls,
        group: str | None,
        probes: int,
        others: Sequence[int],
        pairs: int,
        bounds: Sequence[tuple[float, float]],
    ) -> Self:
        low = accumulate((low / pairs for low, _ in bounds), min)
        high = [*accumulate((min(1.0, high / pairs) for _, high in reversed(bounds)), max)]
        return cls(group, probes, tuple(others), tuple(low), tuple(reversed(high)))

    def estimated(self, share: float) -> int:
        """So many of the first raw scores are estimated; the others are only bounded.

        A pair of two probes, as `share` of the pairs are, adds two to `others` and is one event.
        """
        return sum(total >= EVENTS * (1 + share) for total in self.others)


def _totals(seen: Seen) -> Sequence[int]:
    return [sum(column) for column in zip(*seen, strict=True)]


def _squares(seen: Seen) -> Iterable[int]:
    return (sum(one * one for one in column) for column in zip(*seen, strict=True))


def _without(each: Sequence[int], doubtful_from: int) -> Sequence[int]:
    """Return what one probe saw below a place alone; the raw scores from there on show nobody."""
    return [max(0, one - each[doubtful_from]) for one in each]


def _between_probes(total: int, squares: int, probes: int) -> float:
    """Return the variance of a sum, as far as its parts differ."""
    if probes < 2:  # noqa: PLR2004 - a variance needs two
        return float(squares)
    return max(0.0, probes / (probes - 1) * (squares - total**2 / probes))


def _within(seen: Seen) -> Sequence[tuple[float, float]]:
    """Return the bounds of the sums, at each raw score, over all pairs of the same people."""
    people = len(seen)
    return [
        interval(total, _between_people(total, square, people), 1 + EVERY_PAIR_TWICE)
        for total, square in zip(_totals(seen), _squares(seen), strict=True)
    ]


def _between_people(total: int, squares: int, people: int) -> float:
    """Return the variance of a sum over all pairs of the same people, each pair from both sides.

    The jackknife's, of a U-statistic of degree 2 (W. Hoeffding, 1948; B. Efron and C. Stein, 1981):
    with one person more or less all their pairs come or go, so that what differs between people
    counts four times what it counts with a gallery that is given. It is no less than that of single
    pairs, of which each adds two. Where people have several photos it takes them to be seen as
    unequally as they see.
    """
    unequal = max(0.0, squares - total**2 / people)
    return max(2.0 * total, 4 * people * (people - 1) / (people - 2) ** 2 * unequal)

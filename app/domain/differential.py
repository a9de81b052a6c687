"""How unequally a model errs between groups of people, as it was measured elsewhere."""

from dataclasses import dataclass
from math import inf
from typing import Final

from app.domain.counted import interval

_NO_LIMIT: Final = 1000.0
"""Times as often; an upper end above it is told as none."""


def at_most(high: float) -> str:
    """Say an upper end, in times as often, to people."""
    return "without a known limit" if high > _NO_LIMIT else f"up to {high:.1f} times"


def as_often_as(other: str, high: float, ratio: float | None = None) -> str:
    """Say how often a group is confused, measured by another; `ratio` where it is known."""
    about = None if ratio is None else f"about {ratio:.0f} times"
    if high <= _NO_LIMIT:
        return f"{', '.join(filter(None, (about, at_most(high))))} as often as {other}"
    return f"{f'{about} as often as' if about else 'more often than'} {other}, {at_most(high)}"


@dataclass(frozen=True, slots=True)
class GroupRate:
    """Pairs of different people of one group, and how many of them were taken for one person."""

    group: str
    false_matches: int
    pairs: int  # above 0, of photos
    people: int  # two or more, in all those pairs

    @property
    def rate(self) -> float:
        """The share of pairs."""
        return self.false_matches / self.pairs

    def bounds(self, apart: int) -> tuple[float, float]:
        """Return the 95 % interval of the rate if the pairs tell as much as so many separate ones.

        Poisson's, each false match weighted by the pairs that one separate pair stands for.
        """
        weight = max(1.0, self.pairs / apart)
        low, high = interval(self.false_matches, self.false_matches * weight, weight)
        return low / self.pairs, min(1.0, high / self.pairs)

    @property
    def apart(self) -> int:
        """How many pairs at least the pairs tell as much as, though they share people.

        The variance of a mean over all pairs is at most that over pairs of which no two share a
        person, and so many of those there are (W. Hoeffding, 1948, "A class of statistics with
        asymptotically normal distribution"). Who was confused with whom would tell more.
        """
        return self.people // 2


@dataclass(frozen=True, slots=True)
class MeasuredDifferential:
    """The groups with the highest and the lowest false match rate at one threshold."""

    data: str  # which set
    people: int
    threshold: str  # in words, such as: the score that 1 in 1,000 pairs reach
    worst: GroupRate
    best: GroupRate

    @property
    def ratio(self) -> float | None:
        """How many times as often the worst group is confused; None where the best never was."""
        return self.worst.rate / self.best.rate if self.best.false_matches else None

    @property
    def high(self) -> float:
        """How many times as often it may be: the furthest ends of both groups' 95 % intervals.

        As wide as the counts require, since pairs share people; infinite where the best never was.
        """
        return self._ends(self.worst.apart, self.best.apart)[1]

    @property
    def told(self) -> str:
        """Say it to people."""
        times = "" if self.ratio is None else f": about {self.ratio:.0f} times as often"
        low, high = self._ends(self.worst.pairs, self.best.pairs)
        return (
            f"Measured on {self.data} ({self.people} people, a small set: the interval is wide): "
            f"at {self.threshold}, {_counted(self.worst)} are confused, and "
            f"{_counted(self.best)}{times}. Its 95 % interval would be {low:.1f} times or more, "
            f"{at_most(high)}, if no two pairs shared a person; they do, and the counts alone "
            f"allow for more: {at_most(self.high)}."
        )

    def _ends(self, worst_apart: int, best_apart: int) -> tuple[float, float]:
        worst_low, worst_high = self.worst.bounds(worst_apart)
        best_low, best_high = self.best.bounds(best_apart)
        return max(1.0, worst_low / best_high), worst_high / best_low if best_low else inf


def _counted(rate: GroupRate) -> str:
    return f"{rate.false_matches:,} of {rate.pairs:,} pairs of different {rate.group} people"

"""Intervals: people are drawn again with replacement, and Wilson's interval bounds from below.

The bootstrap by person (not by photo: photos of one person fail together) is the percentile
interval of B. Efron and R. J. Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13. It
knows no error where none was seen, and is short where few were; so the interval told is the wider
one, at each end, of it and of Wilson's on as many trials as are independent. That of a ratio is the
wider one of the bootstrap's and of the one that both rates' intervals give.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from adapters.measurement.arrays import Bools, Floats, Ints, People
from adapters.measurement.independence import TOGETHER, Independence, of_people, wilson
from app.domain.evaluation import Interval, Rate, Ratio

Counts = npt.NDArray[np.uint8]

_ENDS = 2.5, 97.5  # per cent
_AT_ONCE = 2_000  # people, or pairs of them; 16 MB in 1,000 samples
_REPETITIONS_AT_ONCE = 50
_ALL = slice(None)


class Bootstrap:
    """Draws people again `samples` times, each part of them among itself."""

    def __init__(self, people: People, samples: int, seed: int) -> None:
        self._people = people
        self._samples = samples
        self._seed = seed
        self._drawn = dict[int, Counts]()  # by part: a large gallery is drawn where it counts

    def weights(self, people: Ints, repetitions: slice = _ALL) -> Floats:
        """Return how often some people are drawn, (repetitions, people given); 8 bytes each."""
        weights = np.empty((len(range(self._samples)[repetitions]), len(people)))
        parts, columns = self._places
        for part in np.unique(parts[people]):
            within = parts[people] == part
            weights[:, within] = self._draws(int(part))[repetitions, columns[people[within]]]
        return weights

    def cumulated(self, people: Ints) -> Iterator[Floats]:
        """Yield how often the first so many people are drawn, (some repetitions, people given).

        All repetitions come, in their order; people may stand there several times.
        """
        for start in range(0, self._samples, _REPETITIONS_AT_ONCE):
            some = slice(start, start + _REPETITIONS_AT_ONCE)
            yield np.cumsum(self.weights(people, some), axis=1)

    def _draws(self, part: int) -> Counts:
        """Return how often each person of a part is drawn, (samples, people of the part)."""
        if part not in self._drawn:
            random = np.random.default_rng((self._seed, part))
            count = len(self._people.parts[part])
            draws = np.empty((self._samples, count), np.uint8)
            for row in draws:
                row[:] = np.bincount(random.integers(0, count, count), minlength=count)
            self._drawn[part] = draws
        return self._drawn[part]

    @cached_property
    def _places(self) -> tuple[Ints, Ints]:
        """Return the part of each person, and their place in it."""
        parts = np.empty(self._people.count, np.int64)
        columns = np.empty(self._people.count, np.int64)
        for part, people in enumerate(self._people.parts):
            parts[people], columns[people] = part, np.arange(len(people))
        return parts, columns

    def totals(self, values: Floats | Ints) -> Floats:
        """Return the sum over everybody of a value a person, (samples,); whole numbers exactly."""
        return self._sums(values, 1)

    def _sums(self, values: Floats | Ints, power: int) -> Floats:
        """Return the sum over everybody of a value times a power of how often they are drawn."""
        people = np.flatnonzero(values)
        total = np.zeros(self._samples)
        for start in range(0, len(people), _AT_ONCE):
            some = people[start : start + _AT_ONCE]
            total += self.weights(some) ** power @ values[some].astype(np.float64)
        return total

    def repeated(self, people: Ints, failed: Bools) -> "Repeated":
        """Count the trials that failed, each of a person by index."""
        trials = np.bincount(people, minlength=self._people.count)
        failures = np.bincount(people, failed, minlength=self._people.count)
        return Repeated(
            int(failed.sum()),
            len(failed),
            self.totals(failures),
            self.totals(trials),
            of_people(people, failed),
        )

    def rate(self, people: Ints, failed: Bools) -> Rate:
        """Return the rate of trials that failed, each of a person by index."""
        return self.repeated(people, failed).rate()

    def pairs(self, one: Ints, other: Ints) -> Floats:
        """Return how many of some pairs of people are drawn, (samples,)."""
        total = np.zeros(self._samples)
        for start in range(0, len(one), _AT_ONCE):
            part = slice(start, start + _AT_ONCE)
            total += np.einsum("ij,ij->i", self.weights(one[part]), self.weights(other[part]))
        return total

    def pairs_between(self, one: Ints, other: Ints) -> tuple[int, Floats]:
        """Count the pairs of two different people's photos, `one` and `other` photos a person.

        Returns the count, and that of each repetition, (samples,).
        """
        of_one_person = one * other
        count = int(one.sum()) * int(other.sum()) - int(of_one_person.sum())
        drawn = self.totals(one) * self.totals(other) - self._sums(of_one_person, 2)
        return count, drawn


@dataclass(frozen=True, slots=True)
class Repeated:
    """k of n, and both as each repetition counts them, (samples,)."""

    k: int
    n: int
    drawn_k: Floats
    drawn_n: Floats
    independence: Independence

    @property
    def shares(self) -> Floats:
        """The shares of the repetitions in which anything was tried."""
        some = self.drawn_n > 0
        return self.drawn_k[some] / self.drawn_n[some]

    def closeness(self, before: float = TOGETHER) -> float:
        """Return how closely the trials of a person go together; `before` where few failed."""
        if not self.n:
            return before
        return self.independence.closeness(self.k / self.n, self.shares, before)

    def rate(self, before: float = TOGETHER) -> Rate:
        """Return the rate with its interval; `before` is the closeness held where few failed."""
        if not self.n:
            return Rate(self.k, self.n, None)
        trials = self.independence.effective(self.closeness(before))
        low, high = wilson(self.k / self.n * trials, trials)
        if len(shares := self.shares):
            ends = np.percentile(shares, _ENDS)
            low, high = min(low, float(ends[0])), max(high, float(ends[1]))
        behind = self.independence.failed, self.independence.of_pairs
        return Rate(self.k, self.n, Interval(low, high), *behind)


def ratio(worst: tuple[str, Rate, Repeated], best: tuple[str, Rate, Repeated]) -> Ratio:
    """Return how many times one group's rate is another's; each with its name and what it is of.

    Where the best group's rate is nothing in some repetitions, the ratio has no upper bound.
    """
    (worst_name, high, of_high), (best_name, low, of_low) = worst, best
    value = high.k * low.n / (high.n * low.k) if low.k else None
    return Ratio(worst_name, best_name, value, _ratio_interval(high, low, of_high, of_low))


def _ratio_interval(high: Rate, low: Rate, of_high: Repeated, of_low: Repeated) -> Interval | None:
    if high.interval is None or low.interval is None:
        return None
    with np.errstate(divide="ignore", invalid="ignore"):
        ratios = (of_high.drawn_k / of_high.drawn_n) / (of_low.drawn_k / of_low.drawn_n)
    ratios = np.sort(ratios[~np.isnan(ratios)])
    if not len(ratios):
        return None
    # No interpolation: between a number and infinity there is none.
    least, most = np.percentile(ratios, _ENDS, method="nearest")
    by_rates = recovered(high, low)
    lowest, highest = min(float(least), by_rates[0]), max(float(most), by_rates[1])
    return Interval(lowest, highest if math.isfinite(highest) else None)


def recovered(high: Rate, low: Rate) -> tuple[float, float]:
    """Return the interval of a ratio that those of its two rates give; infinite where open.

    MOVER on the logarithms (A. Donner and G. Y. Zou, Stat. Methods Med. Res. 21, 2012): at each end
    the distances of the rates from their own ends are added as lengths at right angles are.
    """
    if not (high.interval and low.interval and high.value and low.interval.high):
        return 0.0, math.inf
    if not low.value:
        return high.interval.low / low.interval.high, math.inf
    ratio, least, most = high.value / low.value, 0.0, math.inf
    if high.interval.low:
        down = math.log(high.value / high.interval.low), math.log(low.interval.high / low.value)
        least = ratio * math.exp(-math.hypot(*down))
    if low.interval.low and high.interval.high:
        up = math.log(high.interval.high / high.value), math.log(low.value / low.interval.low)
        most = ratio * math.exp(math.hypot(*up))
    return least, most

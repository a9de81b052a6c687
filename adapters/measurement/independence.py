"""How many independent trials stand behind a rate, and Wilson's interval on so many.

Photos of one person fail together, and so do comparisons with one person. How closely is a number
from 0, each trial stands alone, to 1, all of a person are one trial. At 1 there are as many trials
as people, by L. Kish's effective sample size (Survey Sampling, 1965) where some have more photos;
and of comparisons as many as half the people, which is how many pairs have nobody in common, by
W. Hoeffding's bound of a U-statistic's variance (Ann. Math. Stat. 19, 1948, section 5). The people
drawn again tell how close it is, by the design effect (E. L. Korn and B. I. Graubard, Survey
Methodology 24, 1998), but only where several people failed: in proportion to those, up to 30, that
is believed, and otherwise what was held before. Of comparisons those are pairs with nobody in
common: of one person with thirty look-alikes it is one. 1 is held, but of a group's false matches
what everybody's came to.
"""

import math
from dataclasses import dataclass

import numpy as np

from adapters.measurement.arrays import Bools, Floats, Ints
from app.domain.evaluation import LEAST_EVENTS

_Z = 1.959963984540054  # the 97.5 % point of the normal distribution


TOGETHER = 1.0
"""The closeness that is held where nothing tells it."""


@dataclass(frozen=True, slots=True)
class Independence:
    """Between how many independent trials a rate may stand, and how many people behind it."""

    least: float  # trials, if all of one person are one
    most: float  # trials, if each stands alone
    failed: int  # people of whom any trial failed; of comparisons, as nobody_in_common counts
    passed: int  # people of whom any did not; of comparisons, pairs of people
    of_pairs: bool = False

    def closeness(self, share: float, shares: Floats, before: float) -> float:
        """Return how closely trials go together, by a share and those of the repetitions."""
        trusted = min(1.0, min(self.failed, self.passed) / LEAST_EVENTS)
        if not trusted or not len(shares) or self.most <= self.least:
            return before
        design_effect = float(np.var(shares)) * self.most / (share * (1 - share))
        own = (design_effect - 1) / (self.most / self.least - 1)
        return before + trusted * (min(max(own, 0.0), 1.0) - before)

    def effective(self, closeness: float) -> float:
        """Return how many independent trials that leaves."""
        return self.most / (1 + closeness * (self.most / self.least - 1))


def of_people(people: Ints, failed: Bools) -> Independence:
    """Return that of trials, each of a person by index."""
    return Independence(
        least=_kish(np.bincount(people)),
        most=len(people),
        failed=len(np.unique(people[failed])),
        passed=len(np.unique(people[~failed])),
    )


def of_pairs(one: Ints, other: Ints, probes: Ints, places: Ints) -> Independence:
    """Return that of comparisons.

    `one` and `other` are the two people of each that failed, by index; `probes` and `places` count
    the photos of each person that were compared, (people,). All comparisons of two people are one
    trial at most.
    """
    searched, enrolled = int((probes > 0).sum()), int((places > 0).sum())
    both = int(((probes > 0) & (places > 0)).sum())
    pairs = searched * enrolled - both - both * (both - 1) // 2
    first, second = np.minimum(one, other), np.maximum(one, other)
    failed = np.unique(first * len(probes) + second)
    takes_part = probes * (places.sum() - places) + places * (probes.sum() - probes)
    most = _kish_of_pairs(probes, places)
    return Independence(
        least=min(_kish(probes), _kish(places), _kish(takes_part) / 2, most),
        most=most,
        failed=nobody_in_common(failed // len(probes), failed % len(probes)),
        passed=pairs - len(failed),
        of_pairs=True,
    )


def nobody_in_common(one: Ints, other: Ints) -> int:
    """Count pairs of people that have nobody in common, LEAST_EVENTS at most.

    `one` and `other` are the people of each pair, by index. Whoever is in fewest pairs is taken
    first (R. M. Karp and M. Sipser, FOCS 1981), which finds as many as there are, or nearly.
    """
    found = 0
    while len(one) and found < LEAST_EVENTS:
        pairs_of = np.bincount(np.concatenate([one, other]))
        at = np.argmin(np.minimum(pairs_of[one], pairs_of[other]))
        taken = [one[at], other[at]]
        left = ~(np.isin(one, taken) | np.isin(other, taken))
        one, other = one[left], other[left]
        found += 1
    return found


def _kish(weights: Ints) -> float:
    """Return how many of equal weight would tell as much."""
    squares = float((weights.astype(np.float64) ** 2).sum())
    return float(weights.sum()) ** 2 / squares if squares else 0.0


def _kish_of_pairs(probes: Ints, places: Ints) -> float:
    """Return the same of pairs of people, each with as many comparisons as it has."""
    searched, enrolled = probes.astype(np.float64), places.astype(np.float64)
    own = searched * enrolled
    count = searched.sum() * enrolled.sum() - own.sum()
    squares = (searched**2).sum() * (enrolled**2).sum() + own.sum() ** 2 - 2 * (own**2).sum()
    return float(count**2 / squares) if squares else 0.0


def wilson(k: float, n: float) -> tuple[float, float]:
    """Return the 95 % interval of k in n, which need not be whole (E. B. Wilson, JASA 22, 1927)."""
    share, spread = k / n, _Z * _Z / n
    middle = share + spread / 2
    half = _Z * math.sqrt(share * (1 - share) / n + spread / (4 * n))
    low, high = (middle - half) / (1 + spread), (middle + half) / (1 + spread)
    return (max(low, 0.0) if k else 0.0), (min(high, 1.0) if k < n else 1.0)

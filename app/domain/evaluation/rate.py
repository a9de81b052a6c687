"""A measured rate: k of n, the interval it stands in, and whether the figure may be quoted."""

from dataclasses import dataclass

LEAST_EVENTS = 30
"""Doddington's rule of 30: with 30 errors the true rate is within 30 % of the one observed, at 90 %
confidence (G. R. Doddington et al., The NIST speaker recognition evaluation, Speech Communication
31, 2000, section 5). The rule is of independent errors, so people are counted, or pairs of them
that have nobody in common. With fewer the interval is told and the figure is not to be quoted."""


@dataclass(frozen=True, slots=True)
class Interval:
    """Where the true value lies in 95 of 100 repetitions, as far as the set's people are typical.

    `high` is None where nothing bounds it.
    """

    low: float
    high: float | None


@dataclass(frozen=True, slots=True)
class Rate:
    """`k` events in `n` trials; `interval` is of the share, 0 to 1, None where n is 0.

    `distinct` counts the people behind the events, each once, however many photos they have; of
    comparisons (`of_pairs`) it counts pairs of people that have nobody in common, LEAST_EVENTS at
    most. None: an older result did not count them, and its interval is of the older, narrower kind.
    """

    k: int
    n: int
    interval: Interval | None
    distinct: int | None = None
    of_pairs: bool = False

    @property
    def value(self) -> float | None:
        """The share, 0 to 1; None where nothing was tried."""
        return self.k / self.n if self.n else None

    @property
    def not_estimable(self) -> str | None:
        """Why the figure must not be quoted without its interval; None: it may be."""
        if not self.n:
            return "nothing was tried"
        if self.k < LEAST_EVENTS:
            return f"only {self.k} events, fewer than {LEAST_EVENTS}"
        if self.distinct is not None and self.distinct < LEAST_EVENTS:
            whose = "pairs of people with nobody in common" if self.of_pairs else "people"
            return f"{self.k} events of only {self.distinct} {whose}, fewer than {LEAST_EVENTS}"
        return None

    @property
    def is_older(self) -> bool:
        """Whether its interval is of the older kind: on photos or comparisons, not on people."""
        return self.n > 0 and self.distinct is None


@dataclass(frozen=True, slots=True)
class Ratio:
    """How many times the worst group's rate is the best group's.

    `value` is None where the best group had no event at all; then only `interval.low` bounds it.
    The two are found by these same rates, so of many groups their difference looks too large.
    """

    worst: str
    best: str
    value: float | None
    interval: Interval | None

    @property
    def tells_nothing(self) -> bool:
        """Whether neither a figure nor a bound on either side of 1 can be told."""
        if self.interval is None:
            return self.value is None
        return self.interval.high is None and self.interval.low < 1

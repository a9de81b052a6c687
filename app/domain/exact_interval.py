"""The interval of a rate that was counted: exact, so that it holds for twenty searches too."""

from collections.abc import Callable
from math import exp, lgamma, log, log1p
from typing import Final

COVERED: Final = 0.95
"""Of all such intervals so many hold the true rate, or more."""

_HALVINGS = 60  # of the interval from 0 to 1: finer than a float needs


def exact_interval(count: int, of: int, covered: float = COVERED) -> tuple[float, float]:
    """Return the interval of Clopper and Pearson for a rate that was seen `count` times of `of`.

    Source: C. Clopper, E. Pearson, The use of confidence or fiducial limits illustrated in the
    case of the binomial, Biometrika 26 (1934), 404-413. ValueError where nothing was tried.
    """
    if not 0 <= count <= of or not of:
        raise ValueError(f"{count} of {of} is no rate")
    tail = (1 - covered) / 2
    low = 0.0 if count == 0 else _crossing(lambda p: 1 - _at_most(count - 1, of, p) > tail)
    high = 1.0 if count == of else _crossing(lambda p: _at_most(count, of, p) < tail)
    return low, high


def _at_most(count: int, of: int, rate: float) -> float:
    """Return how probable it is that at most `count` of `of` events happen at a rate."""
    return sum(
        exp(_log_ways(of, k) + k * log(rate) + (of - k) * log1p(-rate)) for k in range(count + 1)
    )


def _log_ways(of: int, count: int) -> float:
    """Return the logarithm of a binomial coefficient, which itself is soon beyond a float."""
    return lgamma(of + 1) - lgamma(count + 1) - lgamma(of - count + 1)


def _crossing(is_beyond: Callable[[float], bool]) -> float:
    """Return the least rate between 0 and 1 from which on it is so."""
    below, above = 0.0, 1.0
    for _ in range(_HALVINGS):
        middle = (below + above) / 2
        below, above = (below, middle) if is_beyond(middle) else (middle, above)
    return above

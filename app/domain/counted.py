"""How far a count of rare events may be off: an interval of the number that is to be expected."""

import math
from typing import Final

from app.domain.gamma_quantile import gamma_quantile

_TAIL: Final = 0.025
"""Left out at either end: intervals hold 95 times in 100."""
_NONE_SEEN: Final = -math.log(_TAIL)
"""What a count of 0 allows for, by Poisson: 3.69."""


def interval(events: float, variance: float, weight: float) -> tuple[float, float]:
    """Return the 95 % interval of the expected sum of counts of which `events` were seen.

    `variance` is that of the sum, which is more than `events` where they come in clusters, as they
    do when some people have many look-alikes; `weight` is how much one further event adds to the
    sum. The gamma interval of M. P. Fay and E. J. Feuer, "Confidence intervals for directly
    standardized rates", Statistics in Medicine 16 (1997) 791-801: Poisson's exact one (F. Garwood,
    1936) where the variance is the sum and the weight is 1.
    """
    if events <= 0:
        return 0.0, weight * _NONE_SEEN
    low = variance / events * gamma_quantile(_TAIL, events**2 / variance)
    more, spread = events + weight, variance + weight**2
    return low, spread / more * gamma_quantile(1 - _TAIL, more**2 / spread)

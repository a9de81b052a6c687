"""Quantiles of the gamma distribution of scale 1; half of those of chi-square."""

import math
from statistics import NormalDist
from typing import Final

_LARGE: Final = 50.0
"""From this shape on E. B. Wilson and M. M. Hilferty's cube (1931) is good to 1 in 10,000."""
_ENOUGH: Final = 1e-12
"""Of a sum: what is less is left out."""
_STEPS: Final = 60
_EXACT: Final = 1e-9
"""Of the quantile: a smaller step is none."""


def gamma_quantile(share: float, shape: float) -> float:
    """Return what a gamma variable is at most with a probability of `share`, 0.001 to 0.999.

    By Newton's steps from an approximation, halved where they leave what is known; ValueError
    unless the shape is above 0.
    """
    if shape <= 0:
        raise ValueError("A gamma distribution has a shape above 0.")
    part = 1 / (9 * shape)
    near = float(shape * (1 - part + NormalDist().inv_cdf(share) * math.sqrt(part)) ** 3)
    if shape >= _LARGE:
        return near
    low, high = 0.0, shape + 8 * math.sqrt(shape) + 16
    value = near if low < near < high else (low + high) / 2
    for _ in range(_STEPS):
        density = math.exp((shape - 1) * math.log(value) - value - math.lgamma(shape))
        missing = share - _at_most(value, shape)
        low, high = (value, high) if missing > 0 else (low, value)
        better = value + missing / density
        better = better if low < better < high else (low + high) / 2
        if abs(better - value) <= _EXACT * value:
            break
        value = better
    return value


def _at_most(value: float, shape: float) -> float:
    """Return the regularised lower incomplete gamma function (DLMF 8.11.4, which has no minus)."""
    term = total = 1 / shape
    step = 0
    while term >= total * _ENOUGH:
        step += 1
        term *= value / (shape + step)
        total += term
    return total * math.exp(shape * math.log(value) - value - math.lgamma(shape))

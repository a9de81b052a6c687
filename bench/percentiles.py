"""Percentiles of so many calls as can tell them: of fewer, there is none to tell."""

from collections.abc import Sequence

import numpy as np


def percentile(values: Sequence[float], percent: int) -> float | None:
    """Return what so many percent of the values do not pass, in their unit.

    Returns None where not one of the values lies beyond: the 99th of fewer than 100 is the most.
    """
    if len(values) * (100 - percent) < 100:
        return None
    return float(np.percentile(values, percent))


def told(value: float | None, unit: str = "", digits: int = 0) -> str:
    """Return a figure with its unit, or a dash where there is none."""
    return "-" if value is None else f"{value:.{digits}f}{unit}"

"""The measurement port on NumPy."""

from adapters.measurement.measurement import NumpyMeasurement
from adapters.measurement.pair_scores import NumpyPairScores

__all__ = ["NumpyMeasurement", "NumpyPairScores"]

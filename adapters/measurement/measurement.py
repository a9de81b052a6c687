"""Error rates by NIST's definitions, with intervals by person, on NumPy."""

from collections.abc import Iterable

import numpy as np
from typing_extensions import override

from adapters.measurement.arrays import People
from adapters.measurement.bootstrap import Bootstrap
from adapters.measurement.tally import NumpyTally
from app.domain.evaluation import Rate
from app.ports.measurement import Measurement, Searches, Trial


class NumpyMeasurement(Measurement):
    """Draws people again `samples` times, the same way each time for the same `seed`."""

    def __init__(self, samples: int = 1_000, seed: int = 1) -> None:
        self.samples = samples
        self.seed = seed

    @override
    def tally(self, searches: Searches) -> NumpyTally:
        return NumpyTally(searches, self.samples, self.seed)

    @override
    def rate(self, trials: Iterable[Trial]) -> Rate:
        tried = list(trials)
        names = {name: at for at, name in enumerate(sorted({one.person for one in tried}))}
        people = np.array([names[one.person] for one in tried], np.int64)
        nobody = np.empty(0, np.int64)
        drawn = People(nobody, people, np.ones(len(tried), bool), len(names))
        failed = np.array([one.failed for one in tried], bool)
        return Bootstrap(drawn, self.samples, self.seed).rate(people, failed)

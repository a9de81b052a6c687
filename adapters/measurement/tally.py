"""Counts searches one by one: what each came to, and the comparisons that matter later."""

from array import array

import numpy as np
import numpy.typing as npt
from typing_extensions import override

from adapters.measurement.arrays import (
    NOT_RETURNED,
    Bools,
    Comparisons,
    People,
    Searched,
    sorted_comparisons,
)
from adapters.measurement.bootstrap import Bootstrap
from adapters.measurement.doubts import UNLIKE, doubts
from adapters.measurement.groups import FALSE_MATCH_RATES, GroupRates
from adapters.measurement.histograms import FineHistogram, filled, shown
from adapters.measurement.open_set import FALSE_POSITIVE_RATES, RANKS, OpenSetFigures
from adapters.measurement.strongest import Strongest
from app.domain.evaluation import OpenSet
from app.domain.evaluation.grouping import columns_of
from app.ports.measurement import Figures, Searches, Tally

_MOST_KEPT = 4_000_000
"""Comparisons: 100 MB. With more than 400 million in all, the highest false match rates are out of
reach, and the lower ones are told."""
_LEAST_KEPT = 1_000  # of which the doubtful are listed

Scores = npt.NDArray[np.float32]


class NumpyTally(Tally):
    """Counts in memory of one row of scores, and of what is kept."""

    def __init__(self, searches: Searches, samples: int, seed: int) -> None:
        self._searches = searches
        self._people = people = People.of(searches)
        self._bootstrap = Bootstrap(people, samples, seed)
        count, places = len(searches.probes), len(searches.gallery)
        self._searched = Searched(
            counted=np.zeros(count, bool),
            rank=np.full(count, NOT_RETURNED),
            mate=np.full(count, -np.inf),
            best_other=np.full(count, -np.inf),
        )
        self._compared = FineHistogram(searches.scores)
        expected = int(max(FALSE_MATCH_RATES) * count * places)
        self._strongest = Strongest(min(max(expected, _LEAST_KEPT) + 1, _MOST_KEPT))
        self._own: list[tuple[int, int, float]] = []
        self._in_order = np.argsort(people.gallery, kind="stable")
        _, self._starts = np.unique(people.gallery[self._in_order], return_index=True)

    @override
    def add(self, probe: int, scores: "array[float]") -> None:
        row: Scores = np.frombuffer(scores, np.float32)
        told = ~np.isnan(row)
        own = self._people.gallery == self._people.probes[probe]
        others = np.flatnonzero(told & ~own)
        self._compared.add(row[others])
        self._strongest.add(probe, others, row[others])
        self._own += [(probe, int(at), float(row[at])) for at in np.flatnonzero(told & own)]
        self._searched.counted[probe] = True
        if len(others):
            self._searched.best_other[probe] = row[others].max()
        self._place(probe, row, told & own)

    def _place(self, probe: int, row: Scores, own: Bools) -> None:
        """Note the best score of the probe's own person, and their place among people."""
        if not own.any():
            return
        mate = row[own].max()
        in_order = np.where(np.isnan(row), -np.inf, row)[self._in_order]
        best = np.maximum.reduceat(in_order, self._starts)
        self._searched.mate[probe] = mate
        self._searched.rank[probe] = int((best >= mate).sum())

    @override
    def figures(self) -> Figures:
        own, strongest = self._own_comparisons(), self._strongest.comparisons()
        figures = OpenSetFigures(self._people, self._searched, self._bootstrap)
        similarity = self._searches.similarity
        rates = GroupRates(figures, np.array(self._searches.enrolled, bool), strongest, similarity)
        columns = columns_of(self._searches.gallery, self._searches.probes)
        return Figures(
            self._open_set(figures),
            tuple(rates.by(column) for column in columns),
            doubts(self._searches, own, strongest, self._compared.reached_by(UNLIKE)),
        )

    def _open_set(self, figures: OpenSetFigures) -> OpenSet:
        scores, mated = self._searches.scores, self._people.is_mated
        mated_scores, nonmated_scores, compared = shown(
            scores,
            filled(scores, self._searched.mate[mated]),
            filled(scores, self._searched.best_other[~mated]),
            self._compared,
        )
        return OpenSet(
            figures.ranks(RANKS),
            tuple(figures.at(fpir, self._searches.similarity) for fpir in FALSE_POSITIVE_RATES),
            figures.curve(),
            figures.trade_off(),
            mated_scores,
            nonmated_scores,
            compared,
        )

    def _own_comparisons(self) -> Comparisons:
        probes, places, scores = zip(*self._own, strict=True) if self._own else ((), (), ())
        return sorted_comparisons(
            np.array(probes, np.int64), np.array(places, np.int64), np.array(scores, np.float64)
        )

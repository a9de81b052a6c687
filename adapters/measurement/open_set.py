"""NIST's open-set figures (FRTE 1:N, NISTIR 8271, section 3): FNIR, FPIR, CMC and DET."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from adapters.measurement.arrays import Bools, Floats, Ints, People, Searched, above, at
from adapters.measurement.bootstrap import Bootstrap, Repeated
from adapters.measurement.independence import of_people
from app.domain.evaluation import (
    LEAST_EVENTS,
    MissAtFalsePositiveRate,
    RankPoint,
    Rate,
    TradeOffPoint,
)

RANKS = 1, 5, 20
FALSE_POSITIVE_RATES = 0.1, 0.01, 0.003, 0.001
_CURVE_RANKS = 50
_CURVE_POINTS = 200
_ROUNDING = 1e-9  # 0.003 * 10,000 is 30


@dataclass(frozen=True)
class OpenSetFigures:
    """Computes the rates of some searches."""

    people: People
    searched: Searched
    bootstrap: Bootstrap

    def ranks(self, ranks: Sequence[int], of: Bools | None = None) -> tuple[RankPoint, ...]:
        """Return FNIR at ranks with threshold 0; of all mated probes, or of some probes."""
        mated = self.people.is_mated if of is None else self.people.is_mated & of
        people, found = self.people.probes[mated], self.searched.rank[mated]
        return tuple(RankPoint(rank, self.bootstrap.rate(people, found > rank)) for rank in ranks)

    def curve(self) -> tuple[RankPoint, ...]:
        """Return FNIR at every rank that the cumulative match characteristic shows."""
        most = min(_CURVE_RANKS, len(np.unique(self.people.gallery)))
        return self.ranks(range(1, most + 1))

    def misses_below(self, threshold: float, of: Bools) -> Repeated:
        """Count the misses at a threshold, at whatever rank, of the mated among some probes."""
        mated = self.people.is_mated & of
        missed = self.searched.mate[mated] < threshold
        return self.bootstrap.repeated(self.people.probes[mated], missed)

    def at(self, fpir: float, similarity: Callable[[float], float]) -> MissAtFalsePositiveRate:
        """Return FNIR where at most `fpir` of the non-mated searches return anybody."""
        tops = np.sort(self._tops)[::-1]
        allowed = int(fpir * len(tops) + _ROUNDING)
        if allowed < LEAST_EVENTS:
            return MissAtFalsePositiveRate(fpir, None, None, None, None, _too_few(fpir, len(tops)))
        if not np.isfinite(tops[allowed]):
            why = f"fewer than {allowed + 1} non-mated searches returned anybody at all"
            return MissAtFalsePositiveRate(fpir, None, None, None, None, why)
        threshold = above(tops[allowed])
        return MissAtFalsePositiveRate(
            fpir,
            threshold,
            similarity(threshold),
            self.bootstrap.rate(self._nonmated_people, self._tops >= threshold),
            self._miss_rate(threshold, fpir),
        )

    def trade_off(self) -> tuple[TradeOffPoint, ...]:
        """Return the detection error trade-off at thresholds where FPIR changes, rising."""
        tops = np.unique(self._tops[np.isfinite(self._tops)])[::-1]
        if not len(tops) or not self.people.is_mated.any():
            return ()
        places = np.unique(np.geomspace(1, len(tops), _CURVE_POINTS).astype(np.int64)) - 1
        return tuple(self._traded(at(top)) for top in tops[places[::-1]])

    def _traded(self, threshold: float) -> TradeOffPoint:
        mated = self.people.is_mated
        false_positives = self._tops >= threshold
        misses = self.searched.mate[mated] < threshold
        people = (
            len(np.unique(self._nonmated_people[false_positives])),
            len(np.unique(self.people.probes[mated][misses])),
        )
        rates = float(false_positives.mean()), float(misses.mean())
        return TradeOffPoint(threshold, *rates, min(people))

    @property
    def _tops(self) -> Floats:
        return self.searched.best_other[~self.people.is_mated]

    @property
    def _nonmated_people(self) -> Ints:
        return self.people.probes[~self.people.is_mated]

    def _miss_rate(self, threshold: float, fpir: float) -> Rate:
        """Return FNIR at a threshold that each repetition sets anew by its non-mated searches."""
        mated = self.people.is_mated
        if not mated.any():
            return Rate(0, 0, None)
        mates, people = self.searched.mate[mated], self.people.probes[mated]
        order = np.argsort(mates, kind="stable")
        # A mate is missed that does not exceed the strongest score that is one too many.
        missed = np.searchsorted(mates[order], self._tops_too_many(fpir), side="right")
        drawn_k, drawn_n = np.zeros(len(missed)), np.empty(len(missed))
        start = 0
        for below in self.bootstrap.cumulated(people[order]):
            some = slice(start, start + len(below))
            rows, last = np.arange(len(below)), missed[some] - 1
            drawn_k[some] = np.where(last >= 0, below[rows, np.maximum(last, 0)], 0.0)
            drawn_n[some] = below[:, -1]
            start = some.stop
        is_below = mates < threshold
        independence = of_people(people, is_below)
        return Repeated(int(is_below.sum()), len(mates), drawn_k, drawn_n, independence).rate()

    def _tops_too_many(self, fpir: float) -> Floats:
        """Return, of each repetition, the first score that `fpir` no longer allows, (samples,)."""
        order = np.argsort(-self._tops, kind="stable")
        first = [
            np.argmax(counts > np.floor(fpir * counts[:, -1:] + _ROUNDING), axis=1)
            for counts in self.bootstrap.cumulated(self._nonmated_people[order])
        ]
        tops: Floats = self._tops[order][np.concatenate(first)]
        return tops


def _too_few(fpir: float, probes: int) -> str:
    needed = round(LEAST_EVENTS / fpir)
    return f"needs {needed:,} non-mated probes; there are {probes:,}"

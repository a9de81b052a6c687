"""A scale of similarities: how rarely two different people look as much alike, as measured."""

import hashlib
import json
import re
from dataclasses import asdict, astuple, dataclass
from datetime import datetime
from itertools import pairwise
from typing import Final

RATES: Final = {20.0: 1e-1, 40.0: 1e-2, 60.0: 1e-3, 80.0: 1e-4, 90.0: 1e-5}
"""What a similarity says: so many of all pairs of different people reach it, or more."""

EVENTS: Final = 30
"""Fewer pairs than these are no measurement of a rate: the scale ends before them."""


@dataclass(frozen=True, slots=True)
class ScalePoint:
    """One similarity, and what of the measured pairs reaches it."""

    similarity: float  # 0 to 100
    raw_score: float
    false_match_rate: float
    pairs: int  # of different people, at or above the raw score
    mated_pairs: int  # of one person


@dataclass(frozen=True, slots=True)
class ScaleData:
    """What a scale was fitted on."""

    set_name: str
    sha256: str  # of labels and photos
    people: int  # one photo each
    pairs: int  # of different people
    mated_pairs: int  # further photos of them
    made_at: datetime


@dataclass(frozen=True, slots=True)
class ScoreScale:
    """Points from which similarities are read, for the raw scores of one model of one engine.

    Similarities and raw scores rise. The scale ends at its last point: what is rarer was not seen.
    """

    name: str  # versioned; two scales of one name are the same scale
    engine: str
    model: str
    bottom: float  # the raw score of similarity 0
    points: tuple[ScalePoint, ...]
    data: ScaleData

    @property
    def rises(self) -> bool:
        """Whether similarities and raw scores rise from point to point."""
        every = [(0.0, self.bottom), *((one.similarity, one.raw_score) for one in self.points)]
        return all(low[0] < high[0] and low[1] < high[1] for low, high in pairwise(every))

    @property
    def ends_at(self) -> float:
        """The false match rate at which the data end."""
        return self.points[-1].false_match_rate

    @property
    def top(self) -> float:
        """The highest similarity."""
        return self.points[-1].similarity


def fitted(
    engine: str, model: str, bottom: float, points: tuple[ScalePoint, ...], data: ScaleData
) -> ScoreScale:
    """Return the scale of a site, named by its set, its model and a short hash of all it says.

    But for the date: the same photos give the same scale, and so the same name.
    """
    of_set = re.sub(r"[^a-zA-Z0-9_.\-]+", "-", data.set_name)
    counted = asdict(data)
    del counted["made_at"]
    said = json.dumps(
        [
            engine,
            float(bottom),
            [[float(figure) for figure in astuple(one)] for one in points],
            counted,
        ]
    )
    short = hashlib.sha256(said.encode()).hexdigest()[:8]
    return ScoreScale(f"fmr-{of_set}:{model}:{short}", engine, model, bottom, points, data)

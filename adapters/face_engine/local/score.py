"""Turns a cosine into the similarity that is shown: 0 to 100 by measured false match rate.

The scale says how rarely two *different* people look this alike to the network, measured on one
set of photographs: 20 for one pair in ten, 40 for one in a hundred, 60 for one in a thousand, 80
for one in ten thousand, 90 for one in a hundred thousand. There the measured pairs end, and so does
the scale: everything rarer is shown as 90 too, the same photo sent twice included, and is ranked by
its cosine. It is no probability that two photos show one person.
"""

import math
from dataclasses import dataclass

import numpy as np

from app.domain.similarity_scale import SAME, SimilarityScale


@dataclass(frozen=True, slots=True)
class ScoreTable:
    """Similarities at some cosines, a straight line between them."""

    name: str
    cosines: tuple[float, ...]
    similarities: tuple[float, ...]
    rekognition: SimilarityScale = SAME

    @property
    def top(self) -> float:
        """Where the scale ends."""
        return self.similarities[-1]

    def similarity(self, cosine: float) -> float:
        """Return 0 to the scale's end; never falls while the cosine rises."""
        return float(np.interp(cosine, self.cosines, self.similarities))

    def cosine(self, similarity: float) -> float:
        """Return the least cosine shown as this similarity; infinite above the scale's end."""
        if similarity > self.top:
            return math.inf
        return float(np.interp(similarity, self.similarities, self.cosines))

    def lowest(self, floor: float) -> float:
        """Return the least cosine that is not below a floor; everybody reaches 0."""
        return self.cosine(floor) if floor > 0 else -1.0


_REKOGNITION = SimilarityScale(
    ((0.0, 0.0), (20.0, 70.0), (40.0, 80.0), (60.0, 90.0), (80.0, 99.0), (90.0, 100.0))
)
"""Keeps the thresholds of Amazon Rekognition's clients useful; no two engines' numbers are equal.

Rekognition's own default, 80, stands at a false match rate of 1e-2, where one in 150 of LFW's 1,518
pairs of one person is lost and none of the London set's 102. Ten times more strangers pass at 70,
ten times fewer at 90; 99, which AWS names for public safety, stands at 1e-4. Taken as a number of
this scale, 80 would lose 17 in 100 of LFW's right people.
"""

DLIB = ScoreTable(
    "dlib-resnet-v1-lfw-fmr/1",
    (0.0, 0.8818, 0.9106, 0.9290, 0.9434, 0.9546),
    (0.0, 20.0, 40.0, 60.0, 80.0, 90.0),
    _REKOGNITION,
)
"""False match rates 1e-1 to 1e-5 on LFW as `python -m bench.fit_score_table` prints them."""


def uncalibrated(model: str) -> ScoreTable:
    """Return a scale for a site's own network: its cosine times 100, and its name says so."""
    return ScoreTable(f"uncalibrated-cosine:{model}", (0.0, 1.0), (0.0, 100.0))

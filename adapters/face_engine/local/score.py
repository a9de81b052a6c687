"""Turns a cosine into the similarity that is shown: 0 to 100 by measured false match rate.

The scale says how rarely two *different* people look this alike to the network, measured on one
set of photographs: 20 for one pair in ten, 40 for one in a hundred, 60 for one in a thousand, 80
for one in ten thousand, 90 for one in a hundred thousand. There the measured pairs end, and so does
the scale: everything rarer is shown as 90 too, the same photo sent twice included, and is ranked by
its cosine. It is no probability that two photos show one person.
"""

import math
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from app.domain.score_scale import ScaleData, ScalePoint, ScoreScale
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


def of_scale(scale: ScoreScale) -> ScoreTable:
    """Return the table of a scale; a threshold of Rekognition's keeps its false match rate."""
    return ScoreTable(
        scale.name,
        (scale.bottom, *(one.raw_score for one in scale.points)),
        (0.0, *(one.similarity for one in scale.points)),
        _REKOGNITION,
    )


def uncalibrated(model: str) -> ScoreTable:
    """Return a scale for a site's own network: its cosine times 100, and its name says so."""
    return ScoreTable(f"uncalibrated-cosine:{model}", (0.0, 1.0), (0.0, 100.0))


DLIB_SCALE = ScoreScale(
    name="dlib-resnet-v1-lfw-fmr/1",
    engine="local",
    model="dlib-resnet-v1+blazeface/1-fc53b58f",
    bottom=0.0,
    points=(
        ScalePoint(20.0, 0.8818, 1e-1, 797_478, 1_518),
        ScalePoint(40.0, 0.9106, 1e-2, 79_916, 1_508),
        ScalePoint(60.0, 0.9290, 1e-3, 8_016, 1_441),
        ScalePoint(80.0, 0.9434, 1e-4, 799, 1_259),
        ScalePoint(90.0, 0.9546, 1e-5, 81, 906),
    ),
    data=ScaleData(
        set_name="lfw",
        sha256="b671ee2fa1d76a42aac6771e6b5285e6264541bdbdc5f097c3329eef257f2bac",
        people=4000,
        pairs=7_998_000,
        mated_pairs=1518,
        made_at=datetime(2026, 11, 30, tzinfo=UTC),
    ),
)
"""As `candid calibrate LFW --face central` prints it, of the set's roles; bar the name."""

DLIB = of_scale(DLIB_SCALE)

"""Stands a face upright by a second look at it, turned and scaled as the detector likes it."""

from dataclasses import dataclass

import numpy as np
from PIL import Image

from adapters.face_engine.local.blaze_face import BlazeFace, Sighting
from adapters.face_engine.local.geometry import PixelRows, Similarity, cut, pixel_rows

FIRST_LOOK = np.array([44.9 + 46.0j, 101.2 + 45.4j, 72.5 + 74.9j, 72.6 + 104.1j])
SECOND_LOOK = np.array([46.1 + 46.2j, 103.2 + 46.2j, 74.5 + 74.2j, 74.3 + 104.5j])
"""Where BlazeFace's eyes, nose and mouth lie in dlib's 150-pixel chip (5 points, padding 0.25),
seen in a whole photo and in the second look: means over the 204 portraits of the Face Research Lab
London Set (DOI 10.6084/m9.figshare.5047666)."""

TRUST = np.array([2.0, 2.0, 1.0, 0.7])
"""Weights of the points in the fit: the mouth moves with the expression, the eyes hardly."""

CHIP = 150
TIGHTER = Similarity(1.03, CHIP * (1 - 1.03) / 2 * (1 + 1j) + 2j)
"""A chip 3 % larger and 2 pixels lower than dlib's own ranks better. With the weights, on LFW:
rank 1 from 0.895 to 0.903, rank 5 from 0.964 to 0.968."""

LOOK_SCALE = 128 * 0.62 / CHIP
"""The second look sees the chip and a good margin around it, as BlazeFace was trained to."""


@dataclass(frozen=True, slots=True)
class Aligned:
    """A face with its sharper landmarks, cut upright out of the picture."""

    sighting: Sighting
    chip: PixelRows  # as dlib's network takes it, [150, 150, 3]
    confirmed: bool  # whether the second look saw a face too


class Aligner:
    """Looks at a sighting again, upright and at the detector's best size."""

    def __init__(self, detector: BlazeFace) -> None:
        self._detector = detector
        margin = complex(1, 1) * (detector.side - CHIP * LOOK_SCALE) / 2
        self._chip_to_look = Similarity(complex(LOOK_SCALE), margin)
        self._middle = complex(1, 1) * detector.side / 2

    def align(self, picture: Image.Image, sighting: Sighting) -> Aligned:
        """Return the face aligned; where the second look sees nothing, by the first."""
        to_chip = Similarity.between(sighting.points, FIRST_LOOK)
        to_look = to_chip.then(self._chip_to_look)
        rows = pixel_rows(cut(picture, to_look, self._detector.side))
        seen = self._detector.faces_in_square(rows)
        if not seen:
            return Aligned(sighting, _chip(picture, to_chip), confirmed=False)
        nearest = min(seen, key=lambda one: abs(complex(one.points[:2].mean()) - self._middle))
        places = to_look.inverse()(nearest.places)
        places[:2] = sighting.places[:2]  # the box stays the one of the upright photo
        better = Sighting(max(sighting.score, nearest.score), places)
        to_chip = Similarity.between(better.points, SECOND_LOOK, TRUST)
        return Aligned(better, _chip(picture, to_chip), confirmed=True)


def _chip(picture: Image.Image, to_chip: Similarity) -> PixelRows:
    return pixel_rows(cut(picture, to_chip.then(TIGHTER), CHIP))

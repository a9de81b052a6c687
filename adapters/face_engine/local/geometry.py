"""Plane geometry of pictures: points are complex numbers, x + y*1j, in pixels from the corner.

A similarity (turn, scale, shift) is then `w = turn * z + shift`, and its least-squares fit is one
division. Pixel centres lie at halves, as in Pillow.
"""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image

Points = npt.NDArray[np.complex128]
Weights = npt.NDArray[np.float64]
PixelRows = npt.NDArray[np.uint8]

_FINE_ENOUGH = 2 / 3
"""Bilinear sampling needs no shrinking first down to this scale."""
_MARGIN = 1.2
"""A region shrunk first is left this much larger than it will be sampled."""


@dataclass(frozen=True, slots=True)
class Similarity:
    """Maps points of one picture to another: turned and scaled by `turn`, then shifted."""

    turn: complex
    shift: complex

    @classmethod
    def between(
        cls, source: Points, target: Points, weights: Weights | None = None
    ) -> "Similarity":
        """Fit source onto target with the least squares of distance; turns, never mirrors."""
        shares = np.ones(len(source)) if weights is None else weights
        shares = shares / shares.sum()
        from_mean, to_mean = complex(shares @ source), complex(shares @ target)
        centred = source - from_mean
        spread = float(np.vdot(centred, shares * centred).real)
        turn = complex(np.vdot(centred, shares * (target - to_mean))) / (spread or 1.0)
        return cls(turn, to_mean - turn * from_mean)

    def __call__(self, points: Points) -> Points:
        """Map points."""
        return self.turn * points + self.shift

    def inverse(self) -> "Similarity":
        """Return the way back; a collapsed similarity leads back to one point."""
        turn = 1 / self.turn if self.turn else 0j
        return Similarity(turn, -turn * self.shift)

    def then(self, after: "Similarity") -> "Similarity":
        """Return this one followed by another."""
        return Similarity(after.turn * self.turn, after.turn * self.shift + after.shift)


def cut(picture: Image.Image, similarity: Similarity, side: int) -> Image.Image:
    """Cut a square of `side` pixels out of the picture as the similarity maps it.

    Outside the picture it is black. A region that will be scaled down much is averaged first.
    """
    back = similarity.inverse()
    fx = fy = 1.0
    scale = abs(similarity.turn)
    box = _around(picture, back(np.array([0, side, side * 1j, side * (1 + 1j)])))
    if 0 < scale < _FINE_ENOUGH and box[2] - box[0] > 1 and box[3] - box[1] > 1:
        picture, fx, fy = _shrunk(picture, box, scale * _MARGIN)
        back = back.then(Similarity(1, -complex(box[0], box[1])))
    turn, shift = back.turn, back.shift
    across = turn.real * fx, -turn.imag * fx, shift.real * fx
    down = turn.imag * fy, turn.real * fy, shift.imag * fy
    return picture.transform(
        (side, side), Image.Transform.AFFINE, (*across, *down), Image.Resampling.BILINEAR
    )


def _around(picture: Image.Image, corners: Points) -> tuple[int, int, int, int]:
    """The part of the picture that the corners span, and two pixels more."""
    return (
        max(0, math.floor(corners.real.min()) - 2),
        max(0, math.floor(corners.imag.min()) - 2),
        min(picture.width, math.ceil(corners.real.max()) + 2),
        min(picture.height, math.ceil(corners.imag.max()) + 2),
    )


def _shrunk(
    picture: Image.Image, box: tuple[int, int, int, int], scale: float
) -> tuple[Image.Image, float, float]:
    """Average a box down, by a whole number where that suffices; returns the scale both ways."""
    times = int(1 / scale)
    if times > 1:
        return picture.reduce(times, box), 1 / times, 1 / times
    width, height = box[2] - box[0], box[3] - box[1]
    size = max(1, round(width * scale)), max(1, round(height * scale))
    small = picture.resize(size, Image.Resampling.BOX, box=box)
    return small, size[0] / width, size[1] / height


def pixel_rows(picture: Image.Image) -> PixelRows:
    """Return the RGB values, [height, width, 3]."""
    return np.asarray(picture)

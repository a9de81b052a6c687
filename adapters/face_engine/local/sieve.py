"""Coarse 8-bit copies of templates: which rows can be among the strongest, with a proof.

Scanning a byte a number instead of two takes half the memory traffic. What the rounding can change
in a cosine is bounded (Cauchy-Schwarz), so the caller knows when the exact strongest are among the
rows given, and every score that leaves the gallery is computed from the exact templates.
"""

import math
from dataclasses import dataclass

import faiss
import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Rows = npt.NDArray[np.int64]

_LARGEST = 127
_ZERO = 128  # faiss keeps -128..127 as 0..255
_SMALLEST = 1e-12  # stands for a scale of zero
_MARGIN = 1.3  # how much wider than the sample's the widest of all may be, or be cut off
_BLOCK = 1024  # rows coarsened at once, small enough to stay in a core's cache
_HALF_UNIT = 2.0**-24  # of float32's last place, relative


@dataclass(frozen=True, slots=True)
class Sifted:
    """Rows with the highest coarse cosines; no other row's cosine can reach `others_below`."""

    rows: Rows
    most: Floats  # of each row: what its exact cosine is at most
    others_below: float


class Sieve:
    """Keeps the coarse copy of each row, in the order of the rows.

    Rows are centred on the mean of the templates at hand when the sieve was made, and each number
    has a scale of its own, since face templates lie close together and vary more in some numbers.
    With t a centred template, x its whole numbers and s the scales, and y the whole numbers of
    q * s, q a unit query: |q.t - y.x| <= |t - s * x| + |q * s - y| |x|.

    Sums in float32 are off by more than that. A sum of n products a_i b_i, in whatever order it is
    formed, is off by at most n u |a| |b| and a little, with u half a unit of the last place
    (Higham, Accuracy and Stability of Numerical Algorithms, 3.1). There are three: the exact cosine
    that is compared in the end, the one with the centre, and y.x.
    """

    def __init__(self, sample: Floats) -> None:
        self._centre: Floats = sample.mean(axis=0)
        widest = np.abs(sample - self._centre).max(axis=0)
        self._scales: Floats = np.maximum(widest * _MARGIN / _LARGEST, _SMALLEST)
        self._error = self._longest = 0.0  # the most of |t - s * x| and of |x|
        self._index = faiss.IndexScalarQuantizer(
            sample.shape[1],
            faiss.ScalarQuantizer.QT_8bit_direct_signed,
            faiss.METRIC_INNER_PRODUCT,
        )

    def append(self, templates: Floats) -> None:
        """Add rows at the end."""
        for start in range(0, len(templates), _BLOCK):
            centred = templates[start : start + _BLOCK] - self._centre
            coarse = centred / self._scales
            np.rint(coarse, out=coarse)
            np.clip(coarse, -_LARGEST, _LARGEST, out=coarse)
            centred -= coarse * self._scales
            self._error = max(self._error, _most_length(centred))
            self._longest = max(self._longest, _most_length(coarse))
            coarse += _ZERO
            self._index.add_sa_codes(coarse.astype(np.uint8))

    def move(self, sources: Rows, holes: Rows, count: int) -> None:
        """Copy rows `sources` into `holes` and keep the first `count` rows."""
        codes = self._index.codes
        held = faiss.rev_swig_ptr(codes.data(), codes.size()).reshape(-1, self._index.d)
        held[holes] = held[sources]
        codes.resize(count * self._index.d)
        self._index.ntotal = count

    def sift(self, query: Floats, count: int) -> Sifted:
        """Return the `count` rows whose coarse cosines with a unit vector are highest."""
        scaled = query * self._scales
        unit = max(float(np.abs(scaled).max()), _SMALLEST) / _LARGEST
        coarse = np.rint(scaled / unit)
        sums, rows = self._index.search(coarse[np.newaxis], count)
        cosines = sums[0] * unit + float(query @ self._centre)
        rounded = float(np.linalg.norm(scaled - coarse * unit))
        length = float(np.linalg.norm(query))
        summed = 2.1 * length + float(np.linalg.norm(coarse)) * unit * self._longest
        rounding = (self._index.d + 8) * _HALF_UNIT * summed  # 2.1 and 8: the little
        slack = length * self._error + rounded * self._longest + rounding
        return Sifted(rows[0], cosines + slack, float(cosines[-1]) + slack)


def _most_length(vectors: Floats) -> float:
    return math.sqrt(float(np.einsum("ij,ij->i", vectors, vectors).max()))

"""The methods that were tried: how scores are normalised, and how templates are averaged.

R. Auckenthaler, M. Carey and H. Lloyd-Thomas, Score normalization for text-independent speaker
verification systems, Digital Signal Processing 10, 2000 (z-norm, t-norm); P. Matejka et al.,
Analysis of score normalization in multilingual speaker recognition, Interspeech 2017 (s-norm, and
adaptive s-norm by the nearest of the cohort).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Spread:
    """Where the scores of some templates with the cohort lie: mean and standard deviation, (n,)."""

    mean: Floats
    deviation: Floats

    @classmethod
    def of(cls, scores: Floats, nearest: int | None = None) -> "Spread":
        """Measure scores with the cohort, (n, cohort); by its `nearest` alone, or all of it."""
        if nearest is not None and nearest < scores.shape[1]:
            scores = -np.partition(-scores, nearest - 1, axis=1)[:, :nearest]
        return cls(scores.mean(1), scores.std(1))


def z_norm(scores: Floats, enrolled: Spread) -> Floats:
    """Return scores, (probes, gallery), by what is usual for each enrolled template."""
    return (scores - enrolled.mean) / enrolled.deviation


def t_norm(scores: Floats, probes: Spread) -> Floats:
    """Return scores, (probes, gallery), by what is usual for each probe."""
    return z_norm(scores.T, probes).T


def s_norm(scores: Floats, probes: Spread, enrolled: Spread) -> Floats:
    """Return the mean of z-norm and t-norm."""
    both: Floats = (z_norm(scores, enrolled) + t_norm(scores, probes)) / np.float32(2)
    return both


def templates(embeddings: Floats, crops: Sequence[int] = (0,), *, mirror: bool = True) -> Floats:
    """Average raw embeddings, (n, crops, 2, d), as the engine does; (n, d), unit length or zero.

    They are rounded to float16 as the service keeps them.
    """
    sides = embeddings[:, list(crops), : 2 if mirror else 1]
    kept: Floats = unit(sides.sum((1, 2))).astype(np.float16).astype(np.float32)
    return kept


def fused(of_photos: Floats, weights: Floats | None = None) -> Floats:
    """Make one template of several photos, (n, photos, d), weighted by (n, photos); (n, d)."""
    if weights is not None:
        of_photos = of_photos * weights[:, :, None]
    return unit(of_photos.sum(1))


def unit(vectors: Floats) -> Floats:
    """Scale vectors, (..., d), to length 1; zeros stay zeros."""
    length = np.linalg.norm(vectors, axis=-1, keepdims=True)
    scaled: Floats = (vectors / np.where(length == 0, 1, length)).astype(np.float32)
    return scaled


def best_of(scores: Floats, photos: int) -> Floats:
    """Return the best score a person, of (probes, people x photos), as the service ranks people."""
    best: Floats = scores.reshape(len(scores), -1, photos).max(2)
    return best

"""Counts look-alikes in the gallery: every probe against every person, by cosine."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
import numpy.typing as npt
from typing_extensions import override

from adapters.face_engine.local.gallery import Gallery
from adapters.face_engine.local.templates import Floats, Templates, packed_ids
from app.ports.look_alikes import HeldFaces, LookAlikeCounts, LookAlikes, People, ProbeFace

_BLOCK = 16  # probes at once: 19 MB of cosines in a gallery of 300,000 faces
_BINS = 8192
"""Between the cosines -1 and 1: thresholds stand on their edges."""
_ABOVE_ALL = 2.0
"""The upper edge of the last bin, in which templates that are equal are: rounded, above 1 too."""
_A_DECADE = 8
"""Thresholds for each ten times fewer pairs."""

Rows = npt.NDArray[np.int64]
Counts = npt.NDArray[np.int32]  # of people: 164 MB for 5,000 probes


class LocalLookAlikes(LookAlikes):
    """Reads the gallery's templates and changes nothing."""

    def __init__(self, gallery: Gallery, model: str) -> None:
        self._gallery = gallery
        self.model = model

    @override
    async def taken(self, face_ids: Sequence[str]) -> HeldFaces:
        places, vectors = await self._gallery.with_templates(
            Templates.vectors, packed_ids(face_ids)
        )
        return LocalHeldFaces(self._gallery, [face_ids[place] for place in places], vectors)


class LocalHeldFaces(HeldFaces):
    """A copy of their templates: the gallery goes on changing."""

    def __init__(self, gallery: Gallery, face_ids: Sequence[str], vectors: Floats) -> None:
        self._gallery = gallery
        self._row_of = {face_id: row for row, face_id in enumerate(face_ids)}
        self._vectors = vectors
        self.held = frozenset(face_ids)

    @override
    async def count(
        self,
        people: People,
        probes: Sequence[ProbeFace],
        done: Callable[[int], None],
        at: Sequence[float] | None = None,
    ) -> LookAlikeCounts:
        faces = list(chain.from_iterable(people))
        vectors = self._vectors[[self._row_of[face_id] for face_id in faces]]
        crowd = Crowd(vectors, np.cumsum([0, *map(len, people[:-1])]))
        row_of = {face_id: row for row, face_id in enumerate(faces)}
        histograms = []
        for start in range(0, len(probes), _BLOCK):
            block = probes[start : start + _BLOCK]
            rows = [row_of[probe.face_id] for probe in block]
            own = [probe.person for probe in block]
            histograms.append(await self._gallery.in_thread(crowd.histograms, rows, own))
            done(start + len(block))
        return counts_of(np.concatenate(histograms), at)


@dataclass(frozen=True, slots=True)
class Crowd:
    """People with their faces in one piece, each person's first row in `firsts`."""

    vectors: Floats
    firsts: Rows

    def histograms(self, rows: Sequence[int], own: Sequence[int]) -> Counts:
        """Return, for the faces in some rows, how many other people fall into each bin.

        A person counts by their best face; `own` are the persons of the rows, left out.
        """
        cosines = self.vectors[rows] @ self.vectors.T
        best = np.maximum.reduceat(cosines, self.firsts, axis=1)
        bins = np.clip(((best + 1) * (_BINS / 2)).astype(np.int64), 0, _BINS - 1)
        bins += np.arange(len(rows))[:, np.newaxis] * _BINS
        found = np.bincount(bins.ravel(), minlength=len(rows) * _BINS).reshape(-1, _BINS)
        found[np.arange(len(rows)), bins[np.arange(len(rows)), own] % _BINS] -= 1
        return found.astype(np.int32)


def counts_of(histograms: Counts, at: Sequence[float] | None = None) -> LookAlikeCounts:
    """Return the numbers at and above raw scores of an earlier count, or suitable ones.

    Those are thresholds that leave ever fewer pairs, and none at last.
    """
    seen = np.zeros((len(histograms), _BINS + 1), np.int32)  # nobody is above the last bin
    np.cumsum(histograms[:, ::-1], axis=1, out=seen[:, _BINS - 1 :: -1])
    edges = _suitable(seen.sum(axis=0, dtype=np.int64)) if at is None else _edges_of(at)
    raw_scores = tuple(_ABOVE_ALL if edge == _BINS else edge * 2 / _BINS - 1 for edge in edges)
    return LookAlikeCounts(raw_scores, [tuple(map(int, row)) for row in seen[:, edges]])


def _suitable(total: Rows) -> list[int]:
    wanted = total[0] * 10.0 ** -np.arange(0, np.log10(max(total[0], 1)) + 1, 1 / _A_DECADE)
    first_with_fewer = np.searchsorted(-total, -wanted)
    last = int((total > 0).sum())  # the first edge that nobody reaches
    return [int(edge) for edge in np.unique([0, *first_with_fewer[first_with_fewer < last], last])]


def _edges_of(raw_scores: Sequence[float]) -> list[int]:
    return [min(round((score + 1) * (_BINS / 2)), _BINS) for score in raw_scores]

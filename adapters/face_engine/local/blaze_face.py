"""Runs BlazeFace: a picture in, boxes with six points out.

Anchors, decoding and weighted suppression follow MediaPipe's face detection graphs (`ssd_anchors`,
`tensors_to_detections`, `non_max_suppression`: fixed anchor size, scale = input side, 0.3 overlap).
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from adapters.face_engine.local.geometry import PixelRows, Points, Similarity
from adapters.face_engine.local.sessions import session_of

Floats = npt.NDArray[np.float32]

_OVERLAP = 0.3
_MOST_CANDIDATES = 400
SHORT_RANGE_LAYERS = ((16, 2), (8, 6))
FULL_RANGE_LAYERS = ((48, 1),)
"""Cells a side and anchors a cell of each output layer."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """A face as the detector saw it, in pixels of the picture.

    `places` are the box's two corners, then picture-left eye, picture-right eye, nose, mouth,
    picture-left ear, picture-right ear.
    """

    score: float  # 0 to 1
    places: Points

    @property
    def points(self) -> Points:
        """The eyes, nose and mouth."""
        return self.places[2:6]

    @property
    def area(self) -> float:
        """The box's area in square pixels."""
        diagonal = complex(self.places[1] - self.places[0])
        return abs(diagonal.real * diagonal.imag)

    def mapped(self, similarity: Similarity) -> "Sighting":
        """Return it in another picture; the box stays parallel to the picture's sides."""
        places = similarity(self.places)
        corners = places[:2].copy()
        places[0] = complex(corners.real.min(), corners.imag.min())
        places[1] = complex(corners.real.max(), corners.imag.max())
        return Sighting(self.score, places)


class BlazeFace:
    """One detector network; safe to call from one thread at a time."""

    def __init__(self, file: Path | bytes, layers: tuple[tuple[int, int], ...]) -> None:
        self._session = session_of(file)
        self.side = int(self._session.get_inputs()[0].shape[1])
        self._anchors = _anchors(layers)

    def faces(self, picture: Image.Image, least: float = 0.5) -> list[Sighting]:
        """Find faces in the whole picture, scaled to fit the network's square; surest first."""
        scale = self.side / max(picture.size)
        width, height = (max(1, round(length * scale)) for length in picture.size)
        small = picture
        if picture.size != (width, height):
            small = picture.resize((width, height), Image.Resampling.BILINEAR, reducing_gap=2)
        left, top = (self.side - width) // 2, (self.side - height) // 2
        rows = np.zeros((self.side, self.side, 3), np.uint8)
        rows[top : top + height, left : left + width] = np.asarray(small)
        fx, fy = picture.width / width, picture.height / height
        found = self.faces_in_square(rows, least)
        return [
            Sighting(one.score, (one.places.real - left) * fx + (one.places.imag - top) * fy * 1j)
            for one in found
        ]

    def faces_in_square(self, rows: PixelRows, least: float = 0.5) -> list[Sighting]:
        """Find faces in pixels that already have the network's size; surest first."""
        boxes, scores = self._session.run(("boxes", "scores"), {"pixels": rows[None]})
        logits = scores.ravel()
        kept = np.flatnonzero(logits > np.log(least / (1 - least)))
        if not kept.size:
            return []
        order = kept[np.argsort(-logits[kept], kind="stable")][:_MOST_CANDIDATES]
        likely = 1 / (1 + np.exp(-logits[order].clip(max=80).astype(np.float64)))
        return _suppressed(likely, self._decoded(boxes[0], order))

    def _decoded(self, boxes: Floats, order: npt.NDArray[np.intp]) -> Points:
        pairs = boxes[order].reshape(-1, 8, 2) / self.side
        values = pairs[..., 0] + pairs[..., 1] * 1j
        half = values[:, 1] / 2
        centre = values[:, 0] + self._anchors[order]
        points = values[:, 2:] + self._anchors[order, None]
        corners = np.stack([centre - half, centre + half], axis=1)
        return np.concatenate([corners, points], axis=1).astype(np.complex128) * self.side


def _anchors(layers: tuple[tuple[int, int], ...]) -> Points:
    """The centres of the cells in ratios of the side, row by row, each as often as it has boxes."""
    every = []
    for cells, boxes in layers:
        centres = (np.arange(cells) + 0.5) / cells
        grid = centres[None, :] + centres[:, None] * 1j
        every.append(np.repeat(grid.ravel(), boxes))
    return np.concatenate(every)


def _suppressed(scores: npt.NDArray[np.float64], places: Points) -> list[Sighting]:
    """Join what overlaps the surest into one, weighted by score."""
    found = []
    low, high = places[:, 0], places[:, 1]
    areas = (high - low).real * (high - low).imag
    left = np.arange(len(scores))
    while left.size:
        first = left[0]
        wide = np.minimum(high[left].real, high[first].real) - np.maximum(
            low[left].real, low[first].real
        )
        tall = np.minimum(high[left].imag, high[first].imag) - np.maximum(
            low[left].imag, low[first].imag
        )
        shared = wide.clip(min=0) * tall.clip(min=0)
        same = shared > _OVERLAP * (areas[left] + areas[first] - shared)
        same[0] = True
        weights = scores[left[same]] / scores[left[same]].sum()
        found.append(Sighting(float(scores[first]), weights @ places[left[same]]))
        left = left[~same]
    return found

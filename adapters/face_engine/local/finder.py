"""Finds the faces of a picture, at little cost in a booking photo and with patience elsewhere."""

import math
from collections.abc import Callable, Iterator
from typing import TypeVar

from PIL import Image

from adapters.face_engine.local.alignment import Aligned, Aligner
from adapters.face_engine.local.blaze_face import (
    FULL_RANGE_LAYERS,
    SHORT_RANGE_LAYERS,
    BlazeFace,
    Sighting,
)
from adapters.face_engine.local.geometry import Similarity
from adapters.face_engine.local.models import ModelFiles, Network, verified

Seen = TypeVar("Seen", Sighting, Aligned)

MOST_FACES = 100
"""In one photo, as in Amazon Rekognition."""
SMALLEST_FACE = 14
"""Pixels: below, nothing can be told of a face, and much that is no face looks like one."""

_NEAR = 0.25
"""A face at least this wide, of the longer side, is a portrait's: nobody else is looked for."""
_FAR = 0.1
_SURE = 0.8
"""A sighting this sure stands without a second look that confirms it."""
_LIKELY = 0.7
"""With that second look, the better of both must reach this; noise and patterns stay below."""
_CERTAIN = 0.85
"""Below, it may be a face upside down, which looks like a poor upright one: turn and compare."""
_SAME = 0.4
_COARSE = 0.6
"""Sides of the square tiles, of the longer side. The full range sees faces down to a twelfth of its
square: whole, in coarse tiles and in fine ones faces of 1/12, 1/20 and 1/32 of the photo."""
_FINE = 0.36
"""Only where nothing is certain, and what they show must be sure: there 3 of 60 landscapes without
people looked like a face otherwise, up to 0.78."""
_OVERLAP = 0.25
"""Of neighbouring tiles, at least: a face of that size lies whole in one of them."""
_TILED_FROM = 300
_TURNED_SIDE = 400


class FaceFinder:
    """Finds and aligns faces; safe to call from one thread at a time."""

    def __init__(self, files: ModelFiles) -> None:
        """Load the detectors; raises EngineMisconfiguredError when a file is not theirs."""
        short = verified(files.short_range, Network.SHORT_RANGE)
        full = verified(files.full_range, Network.FULL_RANGE)
        self._short = BlazeFace(short, SHORT_RANGE_LAYERS)
        self._full = BlazeFace(full, FULL_RANGE_LAYERS)
        self._aligner = Aligner(self._short)

    def faces(self, picture: Image.Image) -> list[Aligned]:
        """Return the faces in pixels of the picture, in no order; none in a picture of nobody."""
        found = self._believed(picture, self._upright(picture))
        if _surest(found) < _CERTAIN and not _holds_a_portrait(picture, found):
            small = self._believed(picture, self._in_tiles(picture, _FINE), _SURE)
            found = joined(found, small)
        if _surest(found) < _CERTAIN:
            turned = self._believed(picture, self._turned(picture))
            if _surest(turned) > _surest(found):
                return turned
        return found

    def _upright(self, picture: Image.Image) -> list[Sighting]:
        side = max(picture.size)
        near = self._short.faces(picture)
        if _widest(_sure(near)) >= _NEAR * side:
            return near
        found = _without_doubles([*self._full.faces(picture), *near], _itself)
        if _widest(_sure(found)) >= _FAR * side:
            return found
        return _without_doubles([*found, *self._in_tiles(picture, _COARSE)], _itself)

    def _in_tiles(self, picture: Image.Image, share: float) -> list[Sighting]:
        if max(picture.size) < _TILED_FROM:
            return []
        found = []
        for left, top, right, bottom in _tiles(picture, share):
            tile = picture.crop((left, top, right, bottom))
            there = Similarity(1, complex(left, top))
            found += [one.mapped(there) for one in self._full.faces(tile)]
        return _without_doubles(found, _itself)

    def _turned(self, picture: Image.Image) -> list[Sighting]:
        """Look at the picture lying on its other sides, and take the side that shows most."""
        scale = min(1.0, _TURNED_SIDE / max(picture.size))
        width, height = (max(1, round(side * scale)) for side in picture.size)
        small = picture.resize((width, height), reducing_gap=2)
        best: list[Sighting] = []
        for turned, back in _turns(small):
            every = [*self._short.faces(turned), *self._full.faces(turned)]
            seen = _without_doubles(every, _itself)
            if sum(one.score for one in seen) > sum(one.score for one in best):
                to_picture = back.then(Similarity(complex(picture.width / small.width), 0))
                best = [one.mapped(to_picture) for one in seen]
        return best

    def _believed(
        self, picture: Image.Image, sightings: list[Sighting], likely: float = _LIKELY
    ) -> list[Aligned]:
        largest = sorted(sightings, key=lambda one: -one.area)[:MOST_FACES]
        every = [
            self._aligner.align(picture, one) for one in largest if _side(one) >= SMALLEST_FACE
        ]
        return [one for one in every if one.sighting.score >= (likely if one.confirmed else _SURE)]


def joined(faces: list[Aligned], others: list[Aligned]) -> list[Aligned]:
    """Return the faces of two looks, each once; where they are too many, the largest."""
    every = _without_doubles([*faces, *others], lambda one: one.sighting)
    return sorted(every, key=lambda one: -one.sighting.area)[:MOST_FACES]


def _side(sighting: Sighting) -> float:
    return float(sighting.area**0.5)


def _surest(faces: list[Aligned]) -> float:
    return max((one.sighting.score for one in faces), default=0.0)


def _widest(sightings: list[Sighting]) -> float:
    return max((_side(one) for one in sightings), default=0.0)


def _sure(sightings: list[Sighting]) -> list[Sighting]:
    return [one for one in sightings if one.score >= _SURE]


def _holds_a_portrait(picture: Image.Image, faces: list[Aligned]) -> bool:
    return _widest([one.sighting for one in faces]) >= _NEAR * max(picture.size)


def _itself(sighting: Sighting) -> Sighting:
    return sighting


def _without_doubles(every: list[Seen], sighting: Callable[[Seen], Sighting]) -> list[Seen]:
    """Keep of those that lie on one another the surest."""
    kept: list[Seen] = []
    for one in sorted(every, key=lambda one: -sighting(one).score):
        if not any(_shared(sighting(one), sighting(other)) > _SAME for other in kept):
            kept.append(one)
    return kept


def _shared(one: Sighting, other: Sighting) -> float:
    """The common area as a share of the smaller box."""
    low, high = one.places[:2]
    other_low, other_high = other.places[:2]
    wide = min(high.real, other_high.real) - max(low.real, other_low.real)
    tall = min(high.imag, other_high.imag) - max(low.imag, other_low.imag)
    return float(max(wide, 0) * max(tall, 0) / (min(one.area, other.area) or 1))


def _tiles(picture: Image.Image, share: float) -> Iterator[tuple[int, int, int, int]]:
    """Yield squares of that share of the longer side that overlap and cover the picture."""
    side = round(share * max(picture.size))
    for top in _starts(picture.height, side):
        for left in _starts(picture.width, side):
            right, bottom = min(left + side, picture.width), min(top + side, picture.height)
            yield left, top, right, bottom


def _starts(length: int, side: int) -> list[int]:
    """Where to begin, so that neighbours share at least a quarter of a side."""
    if length <= side:
        return [0]
    count = math.ceil((length - side) / (side * (1 - _OVERLAP))) + 1
    return [round(i * (length - side) / (count - 1)) for i in range(count)]


def _turns(picture: Image.Image) -> Iterator[tuple[Image.Image, Similarity]]:
    """Yield the picture on its other sides with the way back from each."""
    width, height = picture.size
    for transpose, there in (
        (Image.Transpose.ROTATE_90, Similarity(-1j, width * 1j)),
        (Image.Transpose.ROTATE_270, Similarity(1j, height)),
        (Image.Transpose.ROTATE_180, Similarity(-1, complex(width, height))),
    ):
        yield picture.transpose(transpose), there.inverse()

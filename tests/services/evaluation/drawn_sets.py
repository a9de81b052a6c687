"""Sets of drawn photos in memory, and the use case that measures the fake engine on them."""

import hashlib
from collections.abc import Mapping, Sequence

from typing_extensions import override

from adapters.face_engine.temporary import TemporaryCollections
from adapters.measurement import NumpyMeasurement
from app.domain.errors import PhotoMissingError
from app.domain.evaluation import (
    Evaluation,
    LabelledPhoto,
    LabelledSet,
    Role,
)
from app.ports.labelled_photos import LabelledPhotos
from app.ports.scratch_engine import RawScores
from app.services.evaluation import Evaluate, Program, Unwatched, Wanted
from tests.fakes import drawn_photo
from tests.fakes_collections import FakeFaceCollections

SIMILARITIES = RawScores("similarity", 0.0, 100.0, 4096)
NAMES = "Ada", "Bea", "Cyn", "Dee", "Eve", "Fay"


class DrawnPhotos(LabelledPhotos):
    """A set in memory."""

    def __init__(
        self,
        photos: Mapping[str, bytes | None],
        labels: Sequence[LabelledPhoto],
        held: int | None = None,
    ) -> None:
        self._photos = photos
        self._labels = tuple(labels)
        self._held = held

    @override
    async def labels(self) -> LabelledSet:
        return LabelledSet("drawn", self._labels, ("Drawn by hand.",), self._held)

    @override
    async def shown(self, image: str) -> bytes:
        photo = self._photos[image]
        if photo is None:
            raise PhotoMissingError
        return photo

    @override
    def digest(self, image: str, shown: bytes) -> bytes:
        return hashlib.sha256(shown).digest()


def drawn_set(
    changed: Mapping[str, bytes | None] | None = None, held: int | None = None
) -> DrawnPhotos:
    """Everybody is enrolled once and searched once, and two others are searched."""
    photos: dict[str, bytes | None] = {}
    labels = []
    for name in NAMES:
        photos |= {f"{name}-{note}": drawn_photo(name, note=note) for note in ("1", "2")}
        labels += [
            LabelledPhoto(name, f"{name}-1", Role.GALLERY_MATED, {"sex": "F"}),
            LabelledPhoto(name, f"{name}-2", Role.PROBE_MATED, {"sex": "F"}),
        ]
    for name in ("Yan", "Zoe"):
        photos[name] = drawn_photo(name)
        labels.append(LabelledPhoto(name, name, Role.PROBE_NONMATED))
    return DrawnPhotos(photos | dict(changed or {}), labels, held)


def evaluate(photos: LabelledPhotos, collections: FakeFaceCollections) -> Evaluate:
    engines = TemporaryCollections(collections, "scratch", SIMILARITIES, print)
    return Evaluate(photos, engines, NumpyMeasurement(100), Program("1.0", "abc"), 3)


async def evaluated(photos: LabelledPhotos, wanted: Wanted | None = None) -> Evaluation:
    collections = FakeFaceCollections()
    evaluation = await evaluate(photos, collections)(wanted or Wanted(), Unwatched())
    assert collections.open == {}
    return evaluation

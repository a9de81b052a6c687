"""Shows an engine the photos of a set, and keeps account of what became of each."""

import hashlib
from array import array
from collections.abc import Sequence
from contextlib import aclosing, suppress
from dataclasses import dataclass, field

from app.domain.errors import (
    FaceIndexError,
    FaceRefusedError,
    NoFaceError,
    PhotoMissingError,
    PhotoTooCostlyError,
    PhotoTooLargeError,
    PhotoUnreadableError,
    SeveralFacesError,
    UnsupportedPhotoError,
)
from app.domain.evaluation import FaceRule, PlacedPhoto
from app.ports.labelled_photos import LabelledPhotos
from app.ports.measurement import Taker
from app.ports.scratch_engine import ScratchEngine
from app.services.evaluation.in_order import in_order
from app.services.evaluation.watching import Step, Watcher

PHOTO_FAULTS = (
    *(NoFaceError, SeveralFacesError, FaceIndexError, FaceRefusedError, PhotoMissingError),
    *(PhotoUnreadableError, UnsupportedPhotoError, PhotoTooLargeError, PhotoTooCostlyError),
)
FACE_SEEN = frozenset({SeveralFacesError.code, FaceIndexError.code, FaceRefusedError.code})
"""Failures of photos in which a face was found all the same."""


@dataclass(frozen=True, slots=True)
class Showing:
    """Shows `at_once` photos at a time; a photo's own fault is noted and stops nothing."""

    photos: LabelledPhotos
    engine: ScratchEngine
    face: FaceRule
    at_once: int
    watcher: Watcher
    digests: dict[str, bytes] = field(default_factory=dict)  # of what was shown, by image
    failures: dict[str, str] = field(default_factory=dict)  # codes, by image
    enrolled: set[tuple[str, bytes]] = field(default_factory=set)  # person, digest of the photo

    async def enrol(self, gallery: Sequence[PlacedPhoto]) -> Sequence[bool]:
        """Enrol each photo at its place; say of each whether it could be."""

        async def enrol(placed: tuple[int, PlacedPhoto]) -> None:
            place, photo = placed
            try:
                shown = await self._shown(photo)
                await self.engine.enrol(place, shown, self.face)
            except PHOTO_FAULTS as error:
                self.failures[photo.image] = error.code
            else:
                self.enrolled.add((photo.person, self.photos.digest(photo.image, shown)))

        self.watcher.began(Step.ENROL, len(gallery))
        async with aclosing(in_order(enumerate(gallery), enrol, self.at_once)) as done:
            async for _ in done:
                self.watcher.advanced()
        enrolled = [photo.image not in self.failures for photo in gallery]
        self.watcher.enrolled(gallery, enrolled)
        return enrolled

    async def enrolled_already(self, probes: Sequence[PlacedPhoto]) -> frozenset[str]:
        """Return the images of the probes that are, byte for byte, an enrolled photo of theirs."""

        async def is_enrolled(photo: PlacedPhoto) -> bool:
            with suppress(*PHOTO_FAULTS):  # which the search tells again
                shown = await self.photos.shown(photo.image)
                return (photo.person, self.photos.digest(photo.image, shown)) in self.enrolled
            return False

        same = set[str]()
        self.watcher.began(Step.SAME, len(probes))
        async with aclosing(in_order(probes, is_enrolled, self.at_once)) as told:
            places = iter(probes)
            async for is_same in told:
                image = next(places).image
                if is_same:
                    same.add(image)
                self.watcher.advanced()
        return frozenset(same)

    async def search(self, probes: Sequence[PlacedPhoto], tally: Taker) -> None:
        """Search each photo, and have its scores counted."""

        async def search(photo: PlacedPhoto) -> "array[float] | None":
            try:
                return await self.engine.search(await self._shown(photo), self.face)
            except PHOTO_FAULTS as error:
                self.failures[photo.image] = error.code
                return None

        self.watcher.began(Step.SEARCH, len(probes))
        index = 0
        async with aclosing(in_order(probes, search, self.at_once)) as done:
            async for scores in done:
                if scores is not None:
                    tally.add(index, scores)
                self.watcher.searched(probes[index], scores)
                self.watcher.advanced()
                index += 1

    async def _shown(self, photo: PlacedPhoto) -> bytes:
        shown = await self.photos.shown(photo.image)
        self.digests[photo.image] = _digest(shown)
        return shown


def _digest(shown: bytes) -> bytes:
    return hashlib.sha256(shown).digest()

from collections.abc import Sequence
from uuid import UUID, uuid4

import pytest
from typing_extensions import override

from adapters.labelled_photos import GalleryPhotos, GalleryTemplates
from app.domain.errors import PhotoMissingError, SourceUnusableError
from app.domain.evaluation import LabelledPhoto
from app.ports.gallery_labels import GalleryFace, GalleryFaces, GalleryLabels
from tests.gallery.feeds import MemoryFeed

IDS = [str(uuid4()) for _ in range(3)]
SHA256 = "ab" * 32


class Labels(GalleryLabels):
    def __init__(self, people: Sequence[str | None], model: str | None = "fake/1") -> None:
        faces = [
            GalleryFace(face_id, f"A-{at}", person, SHA256)
            for at, (face_id, person) in enumerate(zip(IDS, people, strict=True))
        ]
        self._faces = GalleryFaces(faces, 4, 2, model)

    @override
    async def faces(self) -> GalleryFaces:
        return self._faces


async def test_photos_whose_person_is_known_are_shown_by_their_templates() -> None:
    feed = MemoryFeed()
    for at, face_id in enumerate(IDS):
        feed.put(UUID(face_id), bytes([at]) * 8)
    photos = GalleryPhotos(Labels(["p", "p", None]), GalleryTemplates(feed), "gallery", "fake/1")

    labels = await photos.labels()

    assert labels.photos == (LabelledPhoto("p", "A-0"), LabelledPhoto("p", "A-1"))
    assert await photos.shown("A-1") == bytes([1]) * 8
    assert labels.remarks[0].startswith("1 photos were left out, for the JMS has not said")
    assert labels.held == 9
    assert labels.remarks[2].startswith("2 faces were left out, for they share a photo")
    assert "Whether a face is found in a photo was not tried" in labels.remarks[3]
    assert labels.remarks[1].startswith("4 photos were left out, for they may not be shown")


async def test_a_template_that_went_meanwhile_is_a_missing_photo() -> None:
    photos = GalleryPhotos(Labels(["p", "p", "q"]), GalleryTemplates(MemoryFeed()), "g", "fake/1")
    await photos.labels()

    with pytest.raises(PhotoMissingError):
        await photos.shown("A-0")


async def test_an_engine_that_holds_faces_is_shown_their_ids() -> None:
    photos = GalleryPhotos(Labels(["p", "q", "q"], model=None), None, "g", "fake/1")
    await photos.labels()

    assert await photos.shown("A-2") == IDS[2].encode()


async def test_one_mugshot_of_two_bookings_is_known_by_its_hash_on_record() -> None:
    photos = GalleryPhotos(Labels(["p", "q", "q"], model=None), None, "g", "fake/1")
    await photos.labels()

    one, other = [photos.digest(image, await photos.shown(image)) for image in ("A-1", "A-2")]

    assert one == other == bytes.fromhex(SHA256)


async def test_a_gallery_of_another_model_is_not_measured() -> None:
    photos = GalleryPhotos(Labels(["p", "q", "q"], model="old/1"), None, "g", "fake/1")

    with pytest.raises(SourceUnusableError, match="served with the model old/1"):
        await photos.labels()

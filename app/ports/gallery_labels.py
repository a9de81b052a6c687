"""The gallery labels port: who the people in the live gallery are, as far as it is on record."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class GalleryFace:
    """A face that searches find; `person_id` None: nobody has said whose it is."""

    face_id: str
    external_image_id: str
    person_id: str | None
    sha256: str  # of the photo's bytes, in hexadecimal digits


@dataclass(frozen=True, slots=True)
class GalleryFaces:
    """The faces of one collection at one moment."""

    faces: Sequence[GalleryFace]  # by external image id, each of a photo that has this one alone
    withheld: int  # faces that the JMS does not let be shown, alone in their photos too
    beside_others: int  # faces of photos that have several, whether they may be shown or not
    model: str | None  # that is served; None: no service has run yet


class GalleryLabels(Protocol):
    """Reads, and changes nothing."""

    async def faces(self) -> GalleryFaces:
        """Return every face that counts and may be shown; RecordsUnavailableError."""
        ...

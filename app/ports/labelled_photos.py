"""The labelled photos port: a set on disk, or the live gallery seen as one."""

from typing import Protocol

from app.domain.evaluation import LabelledSet


class LabelledPhotos(Protocol):
    """Whose photos there are, and each photo's bytes."""

    async def labels(self) -> LabelledSet:
        """Return the labels; SourceUnusableError names the line or the folder that is wrong."""
        ...

    async def shown(self, image: str) -> bytes:
        """Return what the engine is shown of a photo.

        Raises PhotoMissingError and PhotoTooLargeError for this photo's own faults.
        """
        ...

    def digest(self, image: str, shown: bytes) -> bytes:
        """Return the SHA-256 of the photo's own bytes; `shown` is what the engine is shown."""
        ...

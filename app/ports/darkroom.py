"""The darkroom port: makes pictures for people from stored photos, away from the service."""

from typing import Protocol


class Darkroom(Protocol):
    """Decodes photos where a hostile one can do no harm."""

    async def thumbnail(self, photo: bytes, width: int) -> bytes:
        """Return an upright JPEG at most `width` pixels wide.

        Raises PhotoUnreadableError, UnsupportedPhotoError, PhotoTooLargeError or
        PhotoTooCostlyError for the photo's own faults; ServiceBusyError.
        """
        ...

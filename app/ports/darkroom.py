"""The darkroom port: makes pictures for people from stored photos, away from the service."""

from typing import Protocol


class Darkroom(Protocol):
    """Decodes photos where a hostile one can do no harm."""

    async def thumbnail(self, photo: bytes, width: int) -> bytes:
        """Return an upright JPEG at most `width` pixels wide.

        Raises PhotoUnreadableError, UnsupportedPhotoError, PhotoTooLargeError or
        PhotoTooCostlyError for the photo's own faults; TooManyCallsError.
        """
        ...

    async def stamped(self, photo: bytes, width: int, caption: str) -> bytes:
        """Return an upright JPEG as `thumbnail` does, between bands that say what it is not for.

        They say INVESTIGATIVE LEAD, NOT FOR LINE-UP, and the caption, which is plain ASCII. With
        them it is at least 200 pixels wide. Raises as `thumbnail`.
        """
        ...

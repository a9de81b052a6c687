"""The object source port: images that callers name instead of sending them."""

from typing import Protocol

from app.domain.errors import ObjectNotReadableError, PhotoTooLargeError

OBJECT_BYTES = 15 * 2**20
"""Amazon Rekognition's limit for an image read from S3."""


class ObjectSource(Protocol):
    """Reads images of the configured photo store, and of nothing else, by a caller's words."""

    async def read(self, bucket: str, name: str, version: str | None) -> bytes:
        """Return the object, whole; one that is too large is not read at all.

        Raises ObjectNotReadableError, PhotoTooLargeError, PhotoStoreUnavailableError (try again)
        and PhotoStoreMisconfiguredError.
        """
        ...


def checked_size(size: int) -> None:
    """Raise ObjectNotReadableError for an empty object, PhotoTooLargeError over the limit."""
    if size == 0:
        raise ObjectNotReadableError("The object is empty; check how it was uploaded.")
    if size > OBJECT_BYTES:
        raise PhotoTooLargeError(
            f"The object has {size} bytes; at most {OBJECT_BYTES} (15 MB) are read. Scale it down."
        )

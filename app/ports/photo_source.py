"""The photo source port: where an import finds the photos of a back-fill."""

from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from app.domain.errors import PhotoTooLargeError
from app.domain.imports import ImportSource, NewItem

PHOTO_BYTES = 20_000_000
"""The largest photo that is taken from a source; as large as an upload may be."""


@dataclass(frozen=True, slots=True)
class SourcePage:
    """A page of a listing; `next` goes into the following call, None ends it."""

    items: tuple[NewItem, ...]
    next: str | None


class PhotoSource(Protocol):
    """Lists photos in pages, and gives their bytes.

    Every method raises SourceUnavailableError (try again), SourceTimeoutError (a kind of it) or
    SourceUnusableError (the source itself is not what it was said to be).
    """

    async def page(self, after: str | None) -> SourcePage:
        """Return a page; the same cursor gives the same place again, in another process too.

        Ids are encoded (`app.domain.encoded_ids`); an entry that cannot be used is an item with its
        reason, never left out. Views come as they are: who imports leaves out the others.
        """
        ...

    async def photo(self, item: str) -> bytes:
        """Return the bytes at an item's location.

        Raises PhotoMissingError, PhotoTooLargeError and PhotoUnreadableError (damaged on its way)
        for this photo's own faults. At most one byte more than PHOTO_BYTES is read of any.
        """
        ...


class PhotoSources(Protocol):
    """Opens sources by what was asked for."""

    def open(
        self, source: ImportSource, since: datetime | None
    ) -> AbstractAsyncContextManager[PhotoSource]:
        """Open a source; entering it raises SourceUnusableError where it never can be read.

        Also SourceUnavailableError.
        """
        ...


def checked_photo(photo: bytes) -> bytes:
    """Return the photo unchanged; raises PhotoTooLargeError over the limit."""
    if len(photo) > PHOTO_BYTES:
        raise PhotoTooLargeError(
            f"The photo has more than {PHOTO_BYTES / 1e6:g} MB; scale it down."
        )
    return photo

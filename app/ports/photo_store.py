"""The photo store port: keeps booking photos under keys that contain their content's hash."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class StoredKeys:
    """A page of keys in ascending order; `next` goes into the following call."""

    items: tuple[str, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class PhotoStream:
    """A photo as it arrives: its size in bytes, its first piece and the others.

    Whoever has one calls `rest.aclose()` in the end, read or not. When the photo turns out not to
    be the one its key names, the last piece is held back and PhotoStoreUnavailableError raised.
    """

    size: int
    first: bytes
    rest: AsyncGenerator[bytes]


class PhotoStore(Protocol):
    """Keeps bytes under keys; every method raises PhotoStoreUnavailableError (try again).

    Where a setting or a permission is wrong it is PhotoStoreMisconfiguredError. Keys come from
    `app.domain.photo.photo_key` and are never trusted as paths; a store may refuse to put any other
    with ValueError, and any photo whose hash is not its key's.
    """

    async def put(self, key: str, photo: bytes) -> None:
        """Store the photo durably: on return it survives a power cut, before it nobody sees it.

        The same photo may be put again; two writers at once leave one whole photo.
        """
        ...

    async def get(self, key: str) -> bytes | None:
        """Return the photo, or None."""
        ...

    async def stream(self, key: str) -> PhotoStream | None:
        """Return the photo piece by piece, or None; the first piece has arrived."""
        ...

    async def delete(self, key: str) -> None:
        """Remove the photo, all there is of it; an unknown key is no error."""
        ...

    async def exists(self, key: str) -> bool:
        """Say whether the photo is there."""
        ...

    async def list(self, after: str | None) -> StoredKeys:
        """Return a page of keys."""
        ...

    async def ping(self) -> None:
        """Return when the store can be read and written."""
        ...


def whole(photo: bytes) -> PhotoStream:
    """Return the stream of a photo that is in memory already."""
    return PhotoStream(len(photo), photo, _nothing())


async def _nothing() -> AsyncGenerator[bytes]:
    nothing: tuple[bytes, ...] = ()
    for piece in nothing:
        yield piece

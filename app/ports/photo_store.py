"""The photo store port: keeps booking photos under keys that contain their content's hash."""

from asyncio import gather
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass
from typing import Protocol

from app.domain.errors import CandidError


@dataclass(frozen=True, slots=True)
class StoredKeys:
    """A page of keys in ascending order; `next` goes into the following call."""

    items: tuple[str, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class PhotoStream:
    """A photo as it arrives: its size in bytes, its first piece and the others.

    Whoever has one calls `rest.aclose()` in the end, read or not. Where the store seals what it
    keeps and the photo turns out not to be the one its key names, the last piece is held back and
    PhotoStoreUnavailableError raised.
    """

    size: int
    first: bytes
    rest: AsyncGenerator[bytes]


class PhotoStore(Protocol):
    """Keeps bytes under keys; every method raises PhotoStoreUnavailableError (try again).

    Where a setting or a permission is wrong it is PhotoStoreMisconfiguredError. One that seals what
    it keeps also raises DataKeysUnavailableError and DataKeysMisconfiguredError; a photo whose data
    key is gone is no photo to it. Keys come from `app.domain.photo.photo_key` and are never trusted
    as paths; a store may refuse to put any other with ValueError, and any photo whose hash is not
    its key's.
    """

    async def put(self, key: str, photo: bytes) -> None:
        """Store the photo durably: on return it survives a power cut, before it nobody sees it.

        The same photo may be put again; two writers at once leave one whole photo.
        """
        ...

    async def put_all(self, photos: Mapping[str, bytes]) -> Mapping[str, CandidError]:
        """Store several photos as `put` does each; return what it raised, by key."""
        told = await gather(*map(self.put, photos, photos.values()), return_exceptions=True)
        errors = dict[str, CandidError]()
        for key, error in zip(photos, told, strict=True):
            if isinstance(error, CandidError):
                errors[key] = error
            elif error is not None:
                raise error
        return errors

    async def put_instead(self, key: str, photo: bytes) -> None:
        """Store a photo as `put` does, and leave nothing of what was there under its key."""
        await self.put(key, photo)

    async def remove_earlier(self, key: str) -> None:
        """Leave nothing of what was there under a key before, where a store keeps that."""
        del key  # nothing is kept where a store says nothing else

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

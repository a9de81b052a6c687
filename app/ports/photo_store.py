"""The photo store port: keeps booking photos under keys that contain their content's hash."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class StoredKeys:
    """A page of keys in ascending order; `next` goes into the following call."""

    items: tuple[str, ...]
    next: str | None


class PhotoStore(Protocol):
    """Keeps bytes under keys; every method raises PhotoStoreUnavailableError (try again).

    Keys come from `app.domain.photo.photo_key` and are never trusted as paths.
    """

    async def put(self, key: str, photo: bytes) -> None:
        """Store the photo durably: on return it survives a power cut, before it nobody sees it."""
        ...

    async def get(self, key: str) -> bytes | None:
        """Return the photo, or None."""
        ...

    async def delete(self, key: str) -> None:
        """Remove the photo; an unknown key is no error."""
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

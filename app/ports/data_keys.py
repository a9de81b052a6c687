"""The data keys port: a key for each secret thing; destroying it makes every copy unreadable.

They are kept outside the database and outside its backups, wrapped by a key that only the agency
has. Names say what a key is for; `photo_key_name` and `face_key_name` make them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class KeyNames:
    """A page of names in ascending order; `next` goes into the following call."""

    items: tuple[str, ...]
    next: str | None


class DataKeys(Protocol):
    """Keeps 32-byte keys by name; every method raises DataKeysUnavailableError (try again).

    Where a setting, a permission or the key that wraps them is wrong it is
    DataKeysMisconfiguredError.
    """

    async def made(self, names: Iterable[str]) -> Mapping[str, bytes]:
        """Return the key of each name, made where there is none: on return it survives a power cut.

        Two who make the key of one name at once get the same key.
        """
        ...

    async def of(self, names: Iterable[str]) -> Mapping[str, bytes]:
        """Return the keys there are of these names."""
        ...

    async def all_of(self, start: str) -> Mapping[str, bytes]:
        """Return every key whose name begins so, at once: hundreds of thousands."""
        ...

    async def destroy(self, names: Sequence[str]) -> None:
        """Destroy keys, durably and in every copy that is kept here; unknown ones are no error."""
        ...

    async def names(self, start: str, after: str | None) -> KeyNames:
        """Return a page of the names that begin so."""
        ...

    async def ping(self) -> None:
        """Return when keys can be read and made."""
        ...


def photo_key_name(photo_key: str) -> str:
    """Name the key of what the photo store keeps under a key."""
    return f"photo/{photo_key}"


def probe_key_name(photo_key: str) -> str:
    """Name the key of what the store of probes keeps under a key."""
    return f"probe/{photo_key}"


def face_key_name(collection: str, face_id: str) -> str:
    """Name the key of a face's template."""
    return f"face/{collection}/{face_id}"

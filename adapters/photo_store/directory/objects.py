"""Images that callers name by key, read from a photo store that has no buckets of its own."""

from contextlib import aclosing

from typing_extensions import override

from app.domain.errors import ObjectNotReadableError
from app.ports.object_source import ObjectSource, checked_size
from app.ports.photo_store import PhotoStore


class DirectoryObjectSource(ObjectSource):
    """Reads the store's photos; a directory has no buckets and no versions.

    The bucket's name is not looked at, `name` is a key of the store.
    """

    def __init__(self, store: PhotoStore) -> None:
        self._store = store

    @override
    async def read(self, bucket: str, name: str, version: str | None) -> bytes:
        if version is not None:
            raise ObjectNotReadableError(
                "The photo store here keeps one version of each photo; leave the version out."
            )
        stream = await self._store.stream(name)
        if stream is None:
            raise ObjectNotReadableError(f"The photo store has nothing under the key {name!r}.")
        async with aclosing(stream.rest) as rest:
            checked_size(stream.size)
            return stream.first + b"".join([piece async for piece in rest])

"""Images that callers name by bucket and key, read from the directory of the photo store."""

from typing_extensions import override

from adapters.photo_store.directory.store import DirectoryPhotoStore
from app.domain.errors import ObjectNotReadableError
from app.ports.object_source import ObjectSource, checked_size


class DirectoryObjectSource(ObjectSource):
    """Reads the store's photos; a directory has no buckets and no versions.

    The bucket's name is not looked at, `name` is a key of the store.
    """

    def __init__(self, store: DirectoryPhotoStore) -> None:
        self._store = store

    @override
    async def read(self, bucket: str, name: str, version: str | None) -> bytes:
        if version is not None:
            raise ObjectNotReadableError(
                "The photo store here keeps one version of each photo; leave the version out."
            )
        size = await self._store.size(name)
        if size is None:
            raise ObjectNotReadableError(f"The photo store has nothing under the key {name!r}.")
        checked_size(size)
        photo = await self._store.get(name)
        if photo is None:
            raise ObjectNotReadableError(f"The photo under the key {name!r} was just removed.")
        return photo

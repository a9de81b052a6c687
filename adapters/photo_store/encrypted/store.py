"""Seals what any photo store keeps, so that destroying a photo's key destroys every copy of it."""

from collections.abc import Callable, Mapping

from anyio import to_thread
from typing_extensions import override

from adapters.photo_store.encrypted.pieces import (
    Pieces,
    opened,
    original,
    whole_opened,
    whole_original,
)
from adapters.photo_store.encrypted.sealed_photo import is_sealed, sealed
from app.domain.errors import CandidError, PhotoStoreUnavailableError
from app.domain.photo import sha256_in, sha256_of
from app.ports.data_keys import DataKeys
from app.ports.photo_store import PhotoStore, PhotoStream, StoredKeys

_ATTEMPTS = 10
"""How often a write starts anew because a delete beside it destroyed the key."""

_NOT_ITS_OWN = "the key of a photo contains its id and its hash"


class EncryptedPhotoStore(PhotoStore):
    """Holds each photo against the hash in its key, and keeps only what is sealed.

    `name_of` names the data key of what is kept under a key of the store. Photos that were stored
    in the clear, by an earlier version, are read as they are.
    """

    def __init__(self, store: PhotoStore, keys: DataKeys, name_of: Callable[[str], str]) -> None:
        self._store = store
        self._keys = keys
        self._name_of = name_of

    @override
    async def put(self, key: str, photo: bytes) -> None:
        for error in (await self.put_all({key: photo})).values():
            raise error

    @override
    async def put_all(self, photos: Mapping[str, bytes]) -> Mapping[str, CandidError]:
        await to_thread.run_sync(_check, photos)
        errors, left = dict[str, CandidError](), dict(photos)
        for _ in range(_ATTEMPTS):
            try:
                failed, left = await self._put(left)
            except CandidError as error:
                return errors | dict.fromkeys(left, error)
            errors |= failed
            if not left:
                return errors
        busy = PhotoStoreUnavailableError("The photo is put and deleted at the same time.")
        return errors | dict.fromkeys(left, busy)

    @override
    async def put_instead(self, key: str, photo: bytes) -> None:
        await to_thread.run_sync(_check, {key: photo})
        name = self._name_of(key)
        data_key = (await self._keys.made([name]))[name]
        await self._store.put_instead(key, await to_thread.run_sync(sealed, photo, data_key, name))

    @override
    async def remove_earlier(self, key: str) -> None:
        await self._store.remove_earlier(key)

    async def seal(self, key: str) -> bool:
        """Seal what was stored in the clear; False where there is nothing to seal.

        Also of what is sealed no earlier version is left: it may have been in the clear.

        Raises PhotoStoreUnavailableError for what is not the photo its key names: that stays.
        """
        kept = await self._store.get(key)
        if kept is None:
            return False
        if is_sealed(kept):
            await self._store.remove_earlier(key)
            return False
        try:
            await self.put_instead(key, kept)
        except ValueError as error:
            raise PhotoStoreUnavailableError(
                f"What is stored under {key} is not the photo its name says; restore it or "
                "remove it."
            ) from error
        return True

    @override
    async def get(self, key: str) -> bytes | None:
        kept = await self._store.get(key) if sha256_in(key) else None
        if kept is None:
            return None
        if not is_sealed(kept):
            return await to_thread.run_sync(whole_original, kept, key)
        name = self._name_of(key)
        data_key = (await self._keys.of([name])).get(name)
        if data_key is None:
            return None
        return await to_thread.run_sync(whole_opened, kept, data_key, name, key)

    @override
    async def stream(self, key: str) -> PhotoStream | None:
        kept = await self._store.stream(key) if sha256_in(key) else None
        if kept is None:
            return None
        pieces = Pieces(kept)
        try:
            stream = await self._opened(key, kept.size, pieces)
        except BaseException:
            await pieces.aclose()
            raise
        if stream is None:
            await pieces.aclose()
        return stream

    @override
    async def delete(self, key: str) -> None:
        """Destroy the key first: what a killed process leaves is unreadable."""
        await self._keys.destroy([self._name_of(key)])
        await self._store.delete(key)

    @override
    async def exists(self, key: str) -> bool:
        return await self._store.exists(key)

    @override
    async def list(self, after: str | None) -> StoredKeys:
        return await self._store.list(after)

    @override
    async def ping(self) -> None:
        await self._keys.ping()
        await self._store.ping()

    async def _put(
        self, photos: Mapping[str, bytes]
    ) -> tuple[Mapping[str, CandidError], dict[str, bytes]]:
        """Seal and store; return what failed, and what must be put again.

        Whoever deletes one meanwhile destroys its key, under which nobody could read what comes
        after; and whoever puts it once more has another key. So the keys are looked at again.
        """
        names = {key: self._name_of(key) for key in photos}
        made = await self._keys.made(names.values())
        contents = await to_thread.run_sync(_sealed, photos, names, made)
        failed = await self._store.put_all(contents)
        now = await self._keys.of(names.values())
        again = [
            key for key, name in names.items() if key not in failed and now.get(name) != made[name]
        ]
        return failed, {key: photos[key] for key in again}

    async def _opened(self, key: str, size: int, pieces: Pieces) -> PhotoStream | None:
        if not is_sealed(await pieces.peek()):
            photo = original(pieces, key)
            return PhotoStream(size, await anext(photo), photo)
        name = self._name_of(key)
        data_key = (await self._keys.of([name])).get(name)
        if data_key is None:
            return None
        size, photo = await opened(pieces, data_key, name, key)
        return PhotoStream(size, await anext(photo), photo)


def _check(photos: Mapping[str, bytes]) -> None:
    if any(sha256_in(key) != sha256_of(photo) for key, photo in photos.items()):
        raise ValueError(_NOT_ITS_OWN)


def _sealed(
    photos: Mapping[str, bytes], names: Mapping[str, str], keys: Mapping[str, bytes]
) -> dict[str, bytes]:
    return {key: sealed(photo, keys[names[key]], names[key]) for key, photo in photos.items()}

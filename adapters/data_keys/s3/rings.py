"""The wrapping keys of a bucket, and who else may have changed them."""

import time
from collections.abc import Callable, Sequence
from typing import Final

from adapters.data_keys.s3.bucket import KeyBucket
from adapters.data_keys.s3.objects import (
    PAGES,
    WRAPPING_KEYS,
    Kept,
    kept_as_object,
    kept_of_object,
)
from adapters.key_wrapping import (
    EncryptionKeys,
    Ring,
    WrappingKey,
    new_wrapping_key,
    unlocked,
    without_wrapping_keys,
)
from app.domain.errors import DataKeysMisconfiguredError, DataKeysUnavailableError

FRESH: Final = 60.0  # seconds
_ATTEMPTS: Final = 5


class Rings:
    """Knows the wrapping keys, and asks again when it meets one that it does not know."""

    def __init__(self, bucket: KeyBucket, keys: EncryptionKeys) -> None:
        self._bucket = bucket
        self._keys = keys
        self._ring = Ring(0, {})
        self.pages = 0
        self._read_at = 0.0
        self._etag: str | None = None

    @property
    def known(self) -> Ring:
        """Return the wrapping keys as they were read last."""
        return self._ring

    @property
    def where(self) -> str:
        """Name the store for people."""
        return f"s3://{self._bucket.name}/{self._bucket.prefix}"

    async def of(self, generation: int) -> Ring:
        """Return wrapping keys with that one among them."""
        if generation not in self._ring.ciphers:
            await self.read()
        if generation not in self._ring.ciphers:
            raise DataKeysMisconfiguredError(
                f"Data keys in {self.where} are wrapped by the wrapping key {generation}, which is "
                "not there any more. Put a copy of the store back; docs/encryption.md says how."
            )
        return self._ring

    async def fresh(self) -> Ring:
        """Return wrapping keys that were read less than a minute ago."""
        if time.monotonic() - self._read_at > FRESH:
            await self.read()
        return self._ring

    async def kept(self) -> Kept | None:
        """Return the wrapping keys as they are kept, oldest first; None where none is yet."""
        found = await self._bucket.read(WRAPPING_KEYS)
        return kept_of_object(found.content) if found else None

    async def read(self) -> bool:
        """Read them, and open them where they changed; False where there is none yet.

        Of two that are read at once the one with the newer wrapping key stays.
        """
        read_at = time.monotonic()
        if (found := await self._bucket.read(WRAPPING_KEYS)) is None:
            return False
        if found.etag != self._etag:
            kept = kept_of_object(found.content)
            ring = await unlocked(kept.wrapping_keys, self._keys, self.where)
            if ring.newest >= self._ring.newest:
                self._ring, self._etag, self.pages = ring, found.etag, kept.pages
        self._read_at = max(read_at, self._read_at)
        return True

    async def make_first(self, pages: int) -> None:
        """Make the first wrapping key, unless another process is faster."""
        async for _ in self._bucket.keys(PAGES):
            raise DataKeysMisconfiguredError(without_wrapping_keys(self.where))
        await self._keys.current.prepare()
        first = await new_wrapping_key(1, self._keys.current)
        await self._bucket.write(WRAPPING_KEYS, kept_as_object(Kept(pages, [first])), None)
        await self.read()

    async def change(
        self, change: Callable[[Sequence[WrappingKey]], Sequence[WrappingKey]]
    ) -> Sequence[WrappingKey]:
        """Keep what `change` makes of the wrapping keys, and read them; return what it made."""
        for _ in range(_ATTEMPTS):
            found = await self._bucket.read(WRAPPING_KEYS)
            if found is None:
                raise DataKeysMisconfiguredError(f"The wrapping keys of {self.where} are gone.")
            kept = kept_of_object(found.content)
            changed = change(kept.wrapping_keys)
            content = kept_as_object(Kept(kept.pages, changed))
            if await self._bucket.write(WRAPPING_KEYS, content, found.etag):
                await self.read()
                return changed
        raise DataKeysUnavailableError("Others change the wrapping keys at once. Try again.")

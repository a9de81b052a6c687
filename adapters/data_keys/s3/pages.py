"""Pages of keys in a bucket: read side by side, changed one writer after the other."""

import asyncio
import random
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable
from typing import Final, TypeVar

import anyio

from adapters.data_keys.s3.bucket import Found, KeyBucket
from adapters.data_keys.s3.objects import page_as_object, page_of_object
from adapters.data_keys.s3.rings import Rings
from adapters.key_wrapping import Page, sealed_page, unsealed_page
from app.domain.errors import DataKeysUnavailableError

T = TypeVar("T")
Keys = dict[str, bytes]

_ATTEMPTS: Final = 30
_PAUSE: Final = 0.02  # seconds, times the attempt


class Pages:
    """Reads and changes pages; whoever was overtaken reads again what the other wrote."""

    def __init__(self, bucket: KeyBucket, rings: Rings, concurrency: int) -> None:
        self._bucket = bucket
        self._rings = rings
        self._turns = asyncio.Semaphore(concurrency)
        self._locks = defaultdict[str, anyio.Lock](anyio.Lock)

    async def closed(self, start: str) -> list[Page]:
        """Return every page whose object begins so, still wrapped."""
        objects = [key async for key in self._bucket.keys(start)]
        found = await self.each(objects, self._bucket.read)
        pairs = zip(objects, found, strict=True)
        return [page_of_object(one.content, key) for key, one in pairs if one is not None]

    async def all(self, start: str) -> list[Keys]:
        """Return the keys of every page whose object begins so."""
        return [await self._opened(page) for page in await self.closed(start)]

    async def keys(self, key: str) -> Keys:
        """Return the keys of a page."""
        return await self._keys(await self._bucket.read(key), key)

    async def change(self, key: str, change: Callable[[Keys], Keys | None]) -> Keys:
        """Have a page hold what `change` makes of it, unless that is None; return what it holds."""
        async with self._locks[key]:
            for attempt in range(_ATTEMPTS):
                found = await self._bucket.read(key)
                keys = await self._keys(found, key)
                if (changed := change(keys)) is None:
                    return keys
                if await self._write(key, changed, found):
                    return changed
                await anyio.sleep(random.random() * _PAUSE * attempt)  # noqa: S311 - a pause
        raise DataKeysUnavailableError("Too many write the same data keys at once. Try again.")

    async def rewrap(self, key: str) -> int:
        """Wrap a page by the newest wrapping key; return how many keys these were."""
        async with self._locks[key]:
            for _ in range(_ATTEMPTS):
                found = await self._bucket.read(key)
                ring = self._rings.known
                if found is None or page_of_object(found.content, key).generation == ring.newest:
                    return 0
                keys = await self._keys(found, key)
                if await self._write(key, keys, found):
                    return len(keys)
        raise DataKeysUnavailableError("Too many write the same data keys at once. Try again.")

    async def each(self, keys: Iterable[str], work: Callable[[str], Awaitable[T]]) -> list[T]:
        """Do it for each side by side; the first error is raised once all have ended."""

        async def one(key: str) -> T:
            async with self._turns:
                return await work(key)

        done = await asyncio.gather(*(one(key) for key in keys), return_exceptions=True)
        results = list[T]()
        for result in done:
            if isinstance(result, BaseException):
                raise result
            results.append(result)
        return results

    async def _keys(self, found: Found | None, key: str) -> Keys:
        return {} if found is None else await self._opened(page_of_object(found.content, key))

    async def _opened(self, page: Page) -> Keys:
        ring = await self._rings.of(page.generation)
        return unsealed_page(page, ring.ciphers[page.generation])

    async def _write(self, key: str, keys: Keys, over: Found | None) -> bool:
        # Who overwrites a page has read its wrapping key; who makes the first one has not.
        ring = self._rings.known if over else await self._rings.fresh()
        page = page_as_object(sealed_page(keys, ring))
        return await self._bucket.write(key, page, over.etag if over else None)

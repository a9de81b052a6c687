"""Data keys in an S3 bucket: so many pages a kind of key, each an object, written conditionally.

Many machines use it at once: who makes or destroys keys reads their pages and writes them over the
ones that were read, or starts anew. `made` is durable for every name when it returns; killed in the
middle it has made some of them, and the next call finds those.
"""

import heapq
import secrets
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from typing_extensions import override

from adapters.data_keys.s3.bucket import KeyBucket
from adapters.data_keys.s3.check import check_place, check_writes
from adapters.data_keys.s3.objects import PAGES, page_key, pages_of
from adapters.data_keys.s3.pages import Pages
from adapters.data_keys.s3.rings import Rings
from adapters.data_keys.s3.wrapping import S3KeyWrapping
from adapters.key_wrapping import KEY, EncryptionKeys, checked, names_of, without_store
from app.domain.errors import DataKeysMisconfiguredError
from app.ports.data_keys import DataKeys, KeyNames
from app.ports.key_wrapping import KeyWrapping

NAMES_OF_A_PAGE: Final = 50_000
"""So many at once, for each page of names takes reading every page of keys."""


PAGES_OF_A_KIND: Final = 256
"""Of a new store: 300,000 keys are pages of 100 KB, read side by side in a second or two."""


class S3DataKeys(DataKeys):
    """Keeps pages of wrapped keys; the client is handed in, and closed by its owner."""

    def __init__(self, bucket: KeyBucket, keys: EncryptionKeys, concurrency: int) -> None:
        self._bucket = bucket
        self._keys = keys
        self._rings = Rings(bucket, keys)
        self._pages = Pages(bucket, self._rings, concurrency)

    async def prepare(self, pages: int = PAGES_OF_A_KIND, *, makes: bool = True) -> None:
        """See whether the bucket will do, and open the wrapping keys, made at first start.

        Who must not make any writes nothing.

        Raises DataKeysMisconfiguredError, which says what to change, and DataKeysUnavailableError;
        a key-encryption key that is not the store's changes nothing.
        """
        await check_place(self._bucket)
        is_old = await self._rings.read()
        if not makes and not is_old:
            raise DataKeysMisconfiguredError(without_store(self._rings.where))
        if not makes:
            return
        await check_writes(self._bucket)
        if not is_old:
            await self._rings.make_first(pages)

    @property
    def wrapping(self) -> KeyWrapping:
        """Return what changes how the keys are wrapped."""
        return S3KeyWrapping(self._bucket, self._keys, self._rings, self._pages)

    @override
    async def made(self, names: Iterable[str]) -> Mapping[str, bytes]:
        by_page = self._by_page(checked(names))

        async def make(page: str) -> dict[str, bytes]:
            wanted, fresh = by_page[page], dict[str, bytes]()

            def change(keys: dict[str, bytes]) -> dict[str, bytes] | None:
                missing = [name for name in wanted if name not in keys]
                fresh.update((name, secrets.token_bytes(KEY)) for name in missing)
                return {**keys, **{name: fresh[name] for name in missing}} if missing else None

            keys = await self._pages.change(page, change)
            return {name: keys[name] for name in wanted}

        return _together(await self._pages.each(by_page, make))

    @override
    async def of(self, names: Iterable[str]) -> Mapping[str, bytes]:
        by_page = self._by_page(names)

        async def find(page: str) -> dict[str, bytes]:
            keys = await self._pages.keys(page)
            return {name: keys[name] for name in by_page[page] if name in keys}

        return _together(await self._pages.each(by_page, find))

    @override
    async def all_of(self, start: str) -> Mapping[str, bytes]:
        found = _together(await self._pages.all(_objects(start)))
        return {name: key for name, key in found.items() if name.startswith(start)}

    @override
    async def destroy(self, names: Sequence[str]) -> None:
        by_page = self._by_page(names)

        async def remove(page: str) -> None:
            gone = set(by_page[page])

            def change(keys: dict[str, bytes]) -> dict[str, bytes] | None:
                left = {name: key for name, key in keys.items() if name not in gone}
                return left if len(left) < len(keys) else None

            await self._pages.change(page, change)

        await self._pages.each(by_page, remove)

    @override
    async def names(self, start: str, after: str | None) -> KeyNames:
        pages = await self._pages.closed(_objects(start))
        there = (
            name
            for page in pages
            for name in names_of(page.names)
            if name.startswith(start) and name > (after or "")
        )
        found = heapq.nsmallest(NAMES_OF_A_PAGE + 1, there)
        items = tuple(found[:NAMES_OF_A_PAGE])
        return KeyNames(items, items[-1] if len(found) > len(items) else None)

    @override
    async def ping(self) -> None:
        await self._rings.read()

    def _by_page(self, names: Iterable[str]) -> dict[str, list[str]]:
        found = defaultdict[str, list[str]](list)
        for name in dict.fromkeys(names):
            found[page_key(name, self._rings.pages)].append(name)
        return found


def _objects(start: str) -> str:
    """Return how the objects begin that hold keys whose names begin so."""
    kind, between, _ = start.partition("/")
    return pages_of(kind) if between else PAGES


def _together(parts: Iterable[Mapping[str, bytes]]) -> dict[str, bytes]:
    found = dict[str, bytes]()
    for part in parts:
        found.update(part)
    return found

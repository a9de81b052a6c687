"""What wraps the data keys of a bucket, changed beside those who use them."""

from collections import Counter
from collections.abc import AsyncGenerator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Final

from typing_extensions import override

from adapters.data_keys.s3.bucket import KeyBucket
from adapters.data_keys.s3.objects import PAGES, Kept
from adapters.data_keys.s3.pages import Pages
from adapters.data_keys.s3.rings import Rings
from adapters.key_wrapping import (
    EncryptionKeys,
    WrappingKey,
    kind_of,
    names_of,
    new_wrapping_key,
    rewrapped,
)
from app.domain.errors import DataKeysMisconfiguredError, DataKeysUnavailableError
from app.ports.key_wrapping import KeyWrapping, WrappingGeneration, WrappingStatus

_ATTEMPTS: Final = 5
_TOGETHER: Final = 50
RETIRED_AFTER: Final = timedelta(hours=1)
"""So long after its successor was made nobody makes a first page by a wrapping key: who does has
asked for the newest one less than a minute before."""


class S3KeyWrapping(KeyWrapping):
    """Works on the bucket beside the processes that use it, page by page."""

    def __init__(self, bucket: KeyBucket, keys: EncryptionKeys, rings: Rings, pages: Pages) -> None:
        self._bucket = bucket
        self._keys = keys
        self._rings = rings
        self._pages = pages

    @override
    async def status(self) -> WrappingStatus:
        kinds, used = Counter[str](), Counter[int]()
        for page in await self._pages.closed(PAGES):
            names = names_of(page.names)
            kinds.update(kind_of(name) for name in names[:1] for _ in names)
            used[page.generation] += len(names)
        generations = [
            WrappingGeneration(one.generation, one.made_at, one.wrapped_by, used[one.generation])
            for one in (await self._kept()).wrapping_keys
        ]
        name = await self._keys.current.name()
        return WrappingStatus(self._rings.where, dict(sorted(kinds.items())), generations, name)

    @override
    async def add_generation(self) -> int:
        for _ in range(_ATTEMPTS):
            kept = (await self._kept()).wrapping_keys
            made = await new_wrapping_key(kept[-1].generation + 1, self._keys.current)

            def add(there: Sequence[WrappingKey], made: WrappingKey = made) -> list[WrappingKey]:
                is_next = there[-1].generation + 1 == made.generation
                return [*there, made] if is_next else list(there)

            if made in await self._rings.change(add):
                return made.generation
        raise DataKeysUnavailableError("Others change the wrapping keys at once. Try again.")

    @override
    async def rewrap(self) -> AsyncGenerator[int]:
        await self._rings.read()
        objects = [key async for key in self._bucket.keys(PAGES)]
        for at in range(0, len(objects), _TOGETHER):
            chunk = objects[at : at + _TOGETHER]
            yield sum(await self._pages.each(chunk, self._pages.rewrap))

    @override
    async def rewrap_wrapping_keys(self) -> int:
        kept = (await self._kept()).wrapping_keys
        changed = {
            one.generation: one for one in await rewrapped(kept, self._keys, self._rings.where)
        }
        if changed:
            await self._rings.change(
                lambda there: [changed.get(one.generation, one) for one in there]
            )
        return len(changed)

    @override
    async def retire(self) -> Sequence[int]:
        kept = (await self._kept()).wrapping_keys
        used = {page.generation for page in await self._pages.closed(PAGES)}
        late = datetime.now(UTC) - RETIRED_AFTER
        gone = {
            one.generation
            for one, following in pairwise(kept)
            if one.generation not in used and following.made_at < late
        }
        if gone:
            await self._rings.change(
                lambda there: [one for one in there if one.generation not in gone]
            )
        return sorted(gone)

    async def _kept(self) -> Kept:
        kept = await self._rings.kept()
        if kept is None:
            raise DataKeysMisconfiguredError(f"The wrapping keys of {self._rings.where} are gone.")
        return kept

"""What wraps the data keys of the file, changed beside those who use them."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from functools import partial
from typing import Final

from typing_extensions import override

from adapters.data_keys.file import pages, wrapping_keys
from adapters.data_keys.file.database import Database
from adapters.data_keys.file.pages import Work
from adapters.key_wrapping import EncryptionKeys, new_wrapping_key, rewrapped
from app.domain.errors import DataKeysUnavailableError
from app.ports.key_wrapping import KeyWrapping, WrappingStatus

_ATTEMPTS: Final = 5
_PAGES: Final = 100
"""Pages of one transaction: others wait for it some 10 ms."""


class FileKeyWrapping(KeyWrapping):
    """Works on the file beside the processes that use it, in short transactions."""

    def __init__(
        self,
        database: Database,
        keys: EncryptionKeys,
        written: Callable[[Work[int]], Awaitable[int]],
    ) -> None:
        self._database = database
        self._keys = keys
        self._written = written

    @override
    async def status(self) -> WrappingStatus:
        return WrappingStatus(
            where=str(self._database.path),
            kinds=await self._database.read(wrapping_keys.kinds),
            generations=await self._database.read(wrapping_keys.generations),
            encryption_key=await self._keys.current.name(),
        )

    @override
    async def add_generation(self) -> int:
        for _ in range(_ATTEMPTS):
            kept = await self._database.read(wrapping_keys.kept_wrapping_keys)
            made = await new_wrapping_key(kept[-1].generation + 1, self._keys.current)
            if await self._database.write(partial(wrapping_keys.keep_next, key=made)):
                return made.generation
        raise DataKeysUnavailableError("Others change the wrapping keys at once. Try again.")

    @override
    async def rewrap(self) -> AsyncGenerator[int]:
        while done := await self._written(lambda ring, db: pages.rewrap(db, ring, _PAGES)):
            yield done

    @override
    async def rewrap_wrapping_keys(self) -> int:
        kept = await self._database.read(wrapping_keys.kept_wrapping_keys)
        changed = await rewrapped(kept, self._keys, str(self._database.path))
        if not changed:
            return 0
        return await self._database.write(lambda db: wrapping_keys.replace(db, changed))

    @override
    async def retire(self) -> Sequence[int]:
        return await self._database.write(wrapping_keys.remove_unused)

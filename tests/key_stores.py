"""Every store of data keys, opened as often as a test wants, for the contract suites."""

import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from adapters.data_keys.file import opened_file_data_keys
from adapters.data_keys.s3 import S3DataKeys
from adapters.key_wrapping import EncryptionKeys, MemoryKey
from app.ports.data_keys import DataKeys
from app.ports.key_wrapping import KeyWrapping
from tests.buckets import key_bucket
from tests.fakes_data_keys import FakeDataKeys

KINDS = ("fake", "file", "s3")


class TriedStore(DataKeys, Protocol):
    """A store, and what changes how its keys are wrapped."""

    @property
    def wrapping(self) -> KeyWrapping: ...


Opening = Callable[[EncryptionKeys], AbstractAsyncContextManager[TriedStore]]


def encryption_keys() -> EncryptionKeys:
    return EncryptionKeys(MemoryKey(secrets.token_bytes(32)))


@dataclass(frozen=True)
class Stores:
    """Opens one store, as another process would."""

    opening: Opening
    keys: EncryptionKeys

    def __call__(
        self, keys: EncryptionKeys | None = None
    ) -> AbstractAsyncContextManager[TriedStore]:
        return self.opening(keys or self.keys)


@asynccontextmanager
async def stores_of(kind: str, directory: Path, s3_server: str) -> AsyncIterator[Stores]:
    keys = encryption_keys()
    if kind == "file":
        path = directory / "not yet there" / "keys.db"
        yield Stores(lambda keys: opened_file_data_keys(path, keys), keys)
    elif kind == "s3":
        async with key_bucket(s3_server) as bucket:

            @asynccontextmanager
            async def open_s3(keys: EncryptionKeys) -> AsyncIterator[TriedStore]:
                store = S3DataKeys(bucket, keys, 20)
                await store.prepare(pages=4)
                yield store

            yield Stores(open_s3, keys)
    else:
        fake = FakeDataKeys()

        @asynccontextmanager
        async def open_fake(keys: EncryptionKeys) -> AsyncIterator[TriedStore]:
            before = await keys.previous.name() if keys.previous else None
            fake.wrapping.use(await keys.current.name(), before)
            yield fake

        yield Stores(open_fake, keys)

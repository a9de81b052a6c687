"""Stores of probes and photos that tests try: a real directory, a real bucket, one in memory."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from adapters.photo_store.directory import DirectoryPhotoStore
from adapters.photo_store.s3 import S3PhotoStore
from app.ports.photo_store import PhotoStore
from tests.buckets import open_bucket
from tests.fakes import FakePhotoStore

KINDS = ("fake", "directory", "s3")


@asynccontextmanager
async def store_of(kind: str, directory: Path, s3_server: str) -> AsyncIterator[PhotoStore]:
    """Open an empty store."""
    if kind == "fake":
        yield FakePhotoStore()
    elif kind == "directory":
        store = DirectoryPhotoStore(directory / "probes")
        await store.prepare()
        yield store
    else:
        async with open_bucket(s3_server) as bucket:
            yield S3PhotoStore(bucket)


async def keys_in(store: PhotoStore) -> list[str]:
    """Return everything that is stored."""
    keys: list[str] = []
    page = await store.list(None)
    while True:
        keys += page.items
        if page.next is None:
            return keys
        page = await store.list(page.next)

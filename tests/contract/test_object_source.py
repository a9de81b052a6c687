"""What every source of named images promises; a new adapter is one more parameter of `source`."""

import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from adapters.photo_store.directory import DirectoryObjectSource, DirectoryPhotoStore
from adapters.photo_store.s3 import S3ObjectSource, S3PhotoStore
from app.domain.errors import ObjectNotReadableError, PhotoTooLargeError
from app.domain.photo import photo_key
from app.ports.object_source import OBJECT_BYTES, ObjectSource
from tests.buckets import open_bucket
from tests.fakes import FakeObjectSource

CONTENTS = {size: bytes(size) for size in (0, 300, OBJECT_BYTES, OBJECT_BYTES + 1)}


@dataclass(frozen=True, slots=True)
class Source:
    """A source, the bucket it reads, and what is in there by its size."""

    objects: ObjectSource
    bucket: str
    names: dict[int, str]

    async def read(self, size: int) -> bytes:
        return await self.objects.read(self.bucket, self.names[size], None)


@pytest.fixture(params=["directory", "fake", "s3"])
async def source(
    request: pytest.FixtureRequest, tmp_path: Path, s3_server: str
) -> AsyncIterator[Source]:
    keys = {n: photo_key("A1", hashlib.sha256(c).hexdigest()) for n, c in CONTENTS.items()}
    if request.param == "fake":
        objects = {("jail", key): CONTENTS[size] for size, key in keys.items()}
        yield Source(FakeObjectSource(objects), "jail", keys)
    elif request.param == "directory":
        store = DirectoryPhotoStore(tmp_path / "photos")
        for size, key in keys.items():
            await store.put(key, CONTENTS[size])
        yield Source(DirectoryObjectSource(store), "any", keys)
    else:
        async with open_bucket(s3_server) as bucket:
            names = {size: f"incoming/2026 11/{size}.jpg" for size in CONTENTS}
            for size, name in names.items():
                await bucket.write(name, CONTENTS[size])
            yield Source(S3ObjectSource(bucket, S3PhotoStore(bucket)), bucket.name, names)


@pytest.mark.parametrize("size", [300, OBJECT_BYTES])
async def test_an_object_up_to_the_limit_is_read_byte_for_byte(source: Source, size: int) -> None:
    assert await source.read(size) == CONTENTS[size]


async def test_an_object_over_the_limit_is_refused(source: Source) -> None:
    with pytest.raises(PhotoTooLargeError):
        await source.read(OBJECT_BYTES + 1)


async def test_an_empty_object_is_refused(source: Source) -> None:
    with pytest.raises(ObjectNotReadableError):
        await source.read(0)


@pytest.mark.parametrize("name", ["nobody.jpg", "", "../../etc/passwd", "a\0b", "x" * 2000])
async def test_what_is_not_there_is_refused(source: Source, name: str) -> None:
    with pytest.raises(ObjectNotReadableError):
        await source.objects.read(source.bucket, name, None)


async def test_a_version_that_is_not_there_is_refused(source: Source) -> None:
    with pytest.raises(ObjectNotReadableError):
        await source.objects.read(source.bucket, source.names[300], "no-such-version")

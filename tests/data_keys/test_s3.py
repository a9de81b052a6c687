"""Data keys in S3: which bucket will do, and what is told of one that will not."""

import secrets
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import HttpUrl
from typing_extensions import override

from adapters.data_keys.s3 import KeyBucket, S3DataKeys
from adapters.key_wrapping import EncryptionKeys, MemoryKey
from app.domain.errors import DataKeysMisconfiguredError, DataKeysUnavailableError
from app.settings import S3DataKeysSettings, Settings
from app.wiring.aws import Aws
from app.wiring.data_keys import open_data_keys
from tests.buckets import REGION, S3Process, key_bucket
from tests.key_stores import encryption_keys

KEYS = encryption_keys()
FACES = [f"face/bookings/f-{number}" for number in range(8)]


class CountedKey(MemoryKey):
    """Counts what it unwraps."""

    unwrapped = 0

    @override
    async def unwrap(self, wrapped: bytes, bound_to: str) -> bytes | None:
        type(self).unwrapped += 1
        return await super().unwrap(wrapped, bound_to)


@pytest.fixture
async def bucket(s3_server: str) -> AsyncIterator[KeyBucket]:
    async with key_bucket(s3_server) as bucket:
        yield bucket


async def opened(bucket: KeyBucket) -> S3DataKeys:
    store = S3DataKeys(bucket, KEYS, 10)
    await store.prepare(pages=2)
    return store


async def objects(bucket: KeyBucket) -> list[str]:
    return [key async for key in bucket.keys("")]


async def test_a_bucket_that_keeps_versions_is_refused(bucket: KeyBucket) -> None:
    versioning = bucket.client.put_bucket_versioning
    await versioning(Bucket=bucket.name, VersioningConfiguration={"Status": "Enabled"})

    with pytest.raises(DataKeysMisconfiguredError, match="keeps versions"):
        await opened(bucket)

    assert await objects(bucket) == []
    await bucket.write("old", b"a version", None)
    await versioning(Bucket=bucket.name, VersioningConfiguration={"Status": "Suspended"})
    with pytest.raises(DataKeysMisconfiguredError, match="old versions below jail/keys/"):
        await opened(bucket)


async def test_suspended_versions_without_an_old_one_will_do(bucket: KeyBucket) -> None:
    await bucket.client.put_bucket_versioning(
        Bucket=bucket.name, VersioningConfiguration={"Status": "Suspended"}
    )

    assert len(await (await opened(bucket)).made(FACES)) == len(FACES)


async def test_a_bucket_that_is_not_there_is_named(bucket: KeyBucket) -> None:
    with pytest.raises(DataKeysMisconfiguredError, match="CANDID_DATA_KEYS__BUCKET"):
        await opened(replace(bucket, name="nobodys-bucket"))


async def test_a_destroyed_key_is_in_no_object(bucket: KeyBucket) -> None:
    store = await opened(bucket)
    await store.made(FACES)

    await store.destroy(FACES[:5])

    contents = [await bucket.read(key) for key in await objects(bucket)]
    written = b"".join(one.content for one in contents if one)
    assert [name for name in FACES if name.encode() in written] == FACES[5:]
    assert set(await (await opened(bucket)).all_of("")) == set(FACES[5:])


async def test_the_key_encryption_key_is_asked_only_when_wrapping_keys_changed(
    bucket: KeyBucket,
) -> None:
    counted = CountedKey(secrets.token_bytes(32))
    store = S3DataKeys(bucket, EncryptionKeys(counted), 10)
    await store.prepare(pages=2)
    asked = counted.unwrapped
    for _ in range(3):
        await store.ping()
    assert counted.unwrapped == asked

    other = S3DataKeys(bucket, EncryptionKeys(counted), 10)
    await other.prepare()
    await other.wrapping.add_generation()
    asked = counted.unwrapped
    await store.ping()

    assert counted.unwrapped == asked + 2


async def test_a_write_says_over_which_object(bucket: KeyBucket) -> None:
    assert await bucket.write("a", b"1", None)
    assert not await bucket.write("a", b"2", None)
    found = await bucket.read("a")
    assert found is not None
    assert await bucket.write("a", b"3", found.etag)
    assert not await bucket.write("a", b"4", found.etag)
    assert not await bucket.write("b", b"5", found.etag)


@pytest.mark.parametrize("key", ["wrapping-keys.json", "pages/face/0000"])
async def test_an_object_that_is_not_ours_is_named(bucket: KeyBucket, key: str) -> None:
    await (await opened(bucket)).made(FACES)
    found = await bucket.read(key)
    assert found is not None
    await bucket.write(key, b"a picture", found.etag)

    with pytest.raises(DataKeysMisconfiguredError, match=key):
        await (await opened(bucket)).all_of("")


async def test_no_new_wrapping_key_is_made_beside_data_keys_that_lost_theirs(
    bucket: KeyBucket,
) -> None:
    await (await opened(bucket)).made(FACES)
    await bucket.client.delete_object(Bucket=bucket.name, Key="jail/keys/wrapping-keys.json")

    with pytest.raises(DataKeysMisconfiguredError, match="lost every wrapping key"):
        await opened(bucket)


async def test_the_settings_open_it_and_a_server_that_is_gone_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, s3_process: S3Process
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    async with key_bucket(s3_process.url) as bucket, AsyncExitStack() as stack:
        chosen = S3DataKeysSettings(
            kind="s3",
            bucket=bucket.name,
            region=REGION,
            endpoint_url=HttpUrl(s3_process.url),
            seconds=0.5,
        )
        settings = Settings(data_dir=tmp_path, data_keys=chosen)
        keys = await open_data_keys(settings, Aws(stack), stack)
        made = await keys.made(FACES)

        assert await keys.all_of("face/") == made
        s3_process.kill()
        with pytest.raises(DataKeysUnavailableError, match="S3 does not answer"):
            await keys.made(["face/bookings/other"])

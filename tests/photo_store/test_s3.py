"""The photo store in a bucket: what only S3 can do or get wrong."""

import asyncio
import io
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any

import anyio
import anyio.lowlevel
import pytest

from adapters.photo_store.encrypted import EncryptedPhotoStore
from adapters.photo_store.s3 import Bucket, Encryption, S3ObjectSource, S3PhotoStore
from adapters.photo_store.s3.parts import PART
from app.domain.errors import ObjectNotReadableError, PhotoStoreMisconfiguredError
from app.domain.photo import photo_key, sha256_of
from app.ports.data_keys import photo_key_name
from tests.buckets import open_bucket, s3_client
from tests.fakes_data_keys import FakeDataKeys

LARGE = bytes(range(256)) * 80_000  # 20 MB


def key(external_image_id: str, photo: bytes) -> str:
    return photo_key(external_image_id, sha256_of(photo))


@pytest.fixture
async def bucket(s3_server: str) -> AsyncIterator[Bucket]:
    async with open_bucket(s3_server) as bucket:
        yield bucket


@pytest.fixture
def store(bucket: Bucket) -> S3PhotoStore:
    return S3PhotoStore(bucket)


async def head(bucket: Bucket, key: str) -> Any:  # noqa: ANN401 - what S3 says of an object
    name = bucket.place.name_of(key)
    return await bucket.client.head_object(Bucket=bucket.name, Key=name)


async def plant(bucket: Bucket, key: str, content: bytes) -> None:
    """Put an object there behind the store's back."""
    name = bucket.place.name_of(key)
    await bucket.client.put_object(Bucket=bucket.name, Key=name, Body=io.BytesIO(content))


async def versions_and_markers(bucket: Bucket) -> tuple[list[str], list[str]]:
    """Return the keys of everything the bucket holds, what is hidden included."""
    answer = await bucket.client.list_object_versions(Bucket=bucket.name)
    versions = [bucket.place.key_of(one["Key"]) for one in answer.get("Versions", [])]
    markers = [bucket.place.key_of(one["Key"]) for one in answer.get("DeleteMarkers", [])]
    return versions, markers


async def unfinished(bucket: Bucket) -> int:
    answer = await bucket.client.list_multipart_uploads(Bucket=bucket.name)
    return len(answer.get("Uploads", []))


async def test_a_photo_lies_below_the_prefix_under_its_id_and_hash(
    bucket: Bucket, store: S3PhotoStore
) -> None:
    await store.put(key("A1", b"photo"), b"photo")

    listed = await bucket.client.list_objects_v2(Bucket=bucket.name)
    assert [one["Key"] for one in listed["Contents"]] == [f"jail/photos/A1/{sha256_of(b'photo')}"]


@pytest.mark.parametrize("size", [1000, PART + 1])
async def test_two_writers_at_once_leave_one_whole_photo(
    bucket: Bucket, store: S3PhotoStore, size: int
) -> None:
    photo = bytes(size)

    async with anyio.create_task_group() as writers:
        for _ in range(2):
            writers.start_soon(store.put, key("A1", photo), photo)

    assert await store.get(key("A1", photo)) == photo
    assert await unfinished(bucket) == 0


async def test_a_photo_that_is_put_instead_leaves_no_version_before_it(
    bucket: Bucket, store: S3PhotoStore
) -> None:
    enabled: Any = {"Status": "Enabled"}
    await plant(bucket, key("A1", b"photo"), b"in the clear")
    await bucket.client.put_bucket_versioning(Bucket=bucket.name, VersioningConfiguration=enabled)
    for content in (b"another", b"the last"):
        await plant(bucket, key("A1", b"photo"), content)

    for size in (10, PART + 1):
        await store.put_instead(key("A1", b"photo"), bytes(size))

    assert await versions_and_markers(bucket) == ([key("A1", b"photo")], [])
    assert await store.get(key("A1", b"photo")) == bytes(PART + 1)


async def test_a_sealed_photo_is_left_no_earlier_version_in_the_clear(
    bucket: Bucket, store: S3PhotoStore
) -> None:
    keys, photo = FakeDataKeys(), b"photo"
    sealing = EncryptedPhotoStore(store, keys, photo_key_name)
    await sealing.put(key("A1", photo), photo)
    assert not await sealing.seal(key("A1", photo))  # in a bucket without versions: nothing to do
    enabled: Any = {"Status": "Enabled"}
    await plant(bucket, key("A2", photo), photo)
    await bucket.client.put_bucket_versioning(Bucket=bucket.name, VersioningConfiguration=enabled)
    await sealing.put(key("A2", photo), photo)  # beside the version in the clear

    assert not await sealing.seal(key("A2", photo))

    versions, markers = await versions_and_markers(bucket)
    assert versions.count(key("A2", photo)) == 1
    assert markers == []
    assert await sealing.get(key("A2", photo)) == photo


async def test_a_large_photo_goes_in_parts_and_comes_back_in_pieces(
    bucket: Bucket, store: S3PhotoStore
) -> None:
    await store.put(key("A1", LARGE), LARGE)

    stream = await store.stream(key("A1", LARGE))

    assert stream is not None
    async with aclosing(stream.rest):
        pieces = [stream.first, *[piece async for piece in stream.rest]]
    assert b"".join(pieces) == LARGE
    assert max(map(len, pieces)) <= 256 * 1024
    assert (await head(bucket, key("A1", LARGE)))["ETag"].endswith('-3"')


async def test_a_call_that_is_cancelled_gives_its_parts_up(
    bucket: Bucket, store: S3PhotoStore
) -> None:
    async with anyio.create_task_group() as putting:
        putting.start_soon(store.put, key("A1", LARGE), LARGE)
        while await unfinished(bucket) == 0:
            await anyio.lowlevel.checkpoint()
        putting.cancel_scope.cancel()

    assert await unfinished(bucket) == 0
    assert await store.get(key("A1", LARGE)) in {None, LARGE}


@pytest.fixture
def begun(bucket: Bucket) -> anyio.Event:
    """Be set when S3 has begun to take a large photo, a moment before the caller hears of it."""
    begun = anyio.Event()

    async def answer_late(**_: object) -> None:
        begun.set()
        await anyio.sleep(0.1)

    events: Any = bucket.client.meta.events  # awaits what its type calls a function
    events.register("after-call.s3.CreateMultipartUpload", answer_late)
    return begun


async def test_a_call_that_is_cancelled_as_s3_begins_gives_its_parts_up(
    bucket: Bucket, store: S3PhotoStore, begun: anyio.Event
) -> None:
    async with anyio.create_task_group() as putting:
        putting.start_soon(store.put, key("A1", LARGE), LARGE)
        await begun.wait()
        putting.cancel_scope.cancel()

    assert await unfinished(bucket) == 0
    assert await store.get(key("A1", LARGE)) is None


async def test_so_does_one_whose_task_is_cancelled_as_by_a_server_that_stops(
    bucket: Bucket, store: S3PhotoStore, begun: anyio.Event
) -> None:
    putting = asyncio.create_task(store.put(key("A1", LARGE), LARGE))
    await begun.wait()
    putting.cancel()
    await asyncio.wait({putting})

    assert putting.cancelled()
    assert await unfinished(bucket) == 0
    assert await store.get(key("A1", LARGE)) is None


@pytest.mark.parametrize("size", [1000, PART + 1])
@pytest.mark.parametrize(
    "encryption",
    [
        Encryption(ServerSideEncryption="AES256"),
        Encryption(ServerSideEncryption="aws:kms", SSEKMSKeyId="jail-key"),
    ],
)
async def test_photos_are_encrypted_as_the_settings_say(
    s3_server: str, encryption: Encryption, size: int
) -> None:
    photo = bytes(size)
    async with open_bucket(s3_server, encryption) as bucket:
        await S3PhotoStore(bucket).put(key("A1", photo), photo)

        said = await head(bucket, key("A1", photo))

    assert {name: said[name] for name in encryption} == encryption


async def test_in_a_bucket_with_versions_a_deleted_photo_is_gone_with_all_of_them(
    bucket: Bucket, store: S3PhotoStore
) -> None:
    enabled: Any = {"Status": "Enabled"}
    await bucket.client.put_bucket_versioning(Bucket=bucket.name, VersioningConfiguration=enabled)
    await store.put(key("A1", b"other"), b"other")
    await store.put(key("A1", b"photo"), b"photo")
    marked = bucket.place.name_of(key("A1", b"photo"))
    await bucket.client.delete_object(Bucket=bucket.name, Key=marked)
    await store.put(key("A1", b"photo"), b"photo")

    await store.delete(key("A1", b"photo"))

    assert await versions_and_markers(bucket) == ([key("A1", b"other")], [])
    await store.prepare()
    assert await versions_and_markers(bucket) == ([key("A1", b"other")], [])


async def test_objects_of_others_are_not_listed_and_pages_go_on(
    bucket: Bucket, store: S3PhotoStore
) -> None:
    for name in ("jail/photos", "jail/photos/A1", "jail/photos/A1/x", "jail/photos-2/A1"):
        await bucket.write(name, b"foreign")
    await store.put(key("A1", b"photo"), b"photo")

    assert (await store.list(None)).items == (key("A1", b"photo"),)


async def test_a_store_that_is_well_leaves_nothing_of_its_check(
    bucket: Bucket, store: S3PhotoStore
) -> None:
    await store.prepare()

    assert "Contents" not in await bucket.client.list_objects_v2(Bucket=bucket.name)


async def test_a_bucket_in_another_region_is_told_with_both_names(s3_server: str) -> None:
    async with s3_client(s3_server, region="us-west-2") as client:
        place: Any = {"LocationConstraint": "us-west-2"}
        await client.create_bucket(Bucket="photos-in-the-west", CreateBucketConfiguration=place)
    async with s3_client(s3_server, region="us-east-2") as client:
        store = S3PhotoStore(Bucket(client, "photos-in-the-west", "photos"))

        with pytest.raises(PhotoStoreMisconfiguredError) as raised:
            await store.prepare()

    assert str(raised.value) == (
        "The bucket photos-in-the-west is in us-west-2, the service asks in us-east-2; set "
        "CANDID_PHOTOS__REGION=us-west-2."
    )


async def test_a_missing_bucket_is_told_with_its_setting(s3_server: str) -> None:
    async with s3_client(s3_server) as client:
        store = S3PhotoStore(Bucket(client, "no-such-bucket", "photos"))

        for call in (store.prepare(), store.ping(), store.put(key("A1", b""), b"")):
            with pytest.raises(PhotoStoreMisconfiguredError, match="CANDID_PHOTOS__BUCKET"):
                await call


async def test_a_named_image_of_another_bucket_is_refused(bucket: Bucket) -> None:
    with pytest.raises(ObjectNotReadableError, match="'other'"):
        await S3ObjectSource(bucket, S3PhotoStore(bucket)).read("other", "name", None)


async def test_a_named_image_is_read_in_the_version_asked_for(bucket: Bucket) -> None:
    enabled: Any = {"Status": "Enabled"}
    await bucket.client.put_bucket_versioning(Bucket=bucket.name, VersioningConfiguration=enabled)
    source, versions = S3ObjectSource(bucket, S3PhotoStore(bucket)), list[str]()
    for content in (b"first", b"second"):
        answer = await bucket.client.put_object(
            Bucket=bucket.name, Key="ann.jpg", Body=io.BytesIO(content)
        )
        versions.append(answer["VersionId"])

    assert await source.read(bucket.name, "ann.jpg", versions[0]) == b"first"
    assert await source.read(bucket.name, "ann.jpg", None) == b"second"

"""Who may not: each refusal of S3 is told with the permission or the setting that is missing."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from functools import partial
from typing import Any
from uuid import uuid4

import aioboto3
import httpx
import pytest

from adapters.photo_store.s3 import Bucket, S3ObjectSource, S3PhotoStore
from app.domain.errors import ObjectNotReadableError, PhotoStoreMisconfiguredError
from tests.buckets import REGION, open_bucket, s3_client

Guard = Callable[[], Awaitable[None]]

ON_THE_BUCKET = {"s3:ListBucket"}
ON_ITS_OBJECTS = {"s3:PutObject", "s3:GetObject", "s3:DeleteObject", "s3:AbortMultipartUpload"}


@pytest.fixture
async def bucket(s3_server: str) -> AsyncIterator[Bucket]:
    """Give a bucket in which everybody may do everything until `guarded`."""
    async with open_bucket(s3_server) as bucket:
        yield bucket


@pytest.fixture
async def guarded(s3_server: str) -> AsyncIterator[Guard]:
    """Give what makes S3 ask who may, until the test ends."""
    async with httpx.AsyncClient(base_url=s3_server) as client:

        async def ask_from_call(number: str) -> None:
            (await client.post("/moto-api/reset-auth", content=number)).raise_for_status()

        yield partial(ask_from_call, "0")
        await ask_from_call("inf")


def policy(bucket: str, without: str) -> str:
    """Write the policy of docs/operate.md, less one permission."""
    arn = f"arn:aws:s3:::{bucket}"
    granted: Mapping[str, set[str]] = {
        arn: ON_THE_BUCKET - {without},
        f"{arn}/jail/photos/*": ON_ITS_OBJECTS - {without},
    }
    statements = [
        {"Effect": "Allow", "Action": sorted(actions), "Resource": resource}
        for resource, actions in granted.items()
        if actions
    ]
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


async def user_without(s3_server: str, bucket: str, permission: str) -> tuple[str, str]:
    """Make a user and return the keys."""
    session: Any = aioboto3.Session("test", "test", region_name=REGION)
    name = f"candid-{uuid4()}"
    async with session.client("iam", endpoint_url=s3_server) as iam:
        await iam.create_user(UserName=name)
        await iam.put_user_policy(
            UserName=name, PolicyName="photos", PolicyDocument=policy(bucket, permission)
        )
        made = (await iam.create_access_key(UserName=name))["AccessKey"]
    return made["AccessKeyId"], made["SecretAccessKey"]


async def test_the_documented_permissions_are_enough(
    s3_server: str, bucket: Bucket, guarded: Guard
) -> None:
    keys = await user_without(s3_server, bucket.name, "nothing")
    await guarded()

    async with s3_client(s3_server, keys=keys) as client:
        await S3PhotoStore(Bucket(client, bucket.name, "jail/photos")).prepare()


@pytest.mark.parametrize(
    ("permission", "resource"),
    [
        ("s3:ListBucket", "{arn} "),
        ("s3:PutObject", "{arn}/jail/photos/* "),
        ("s3:GetObject", "{arn}/jail/photos/* "),
        ("s3:DeleteObject", "{arn}/jail/photos/* "),
    ],
)
async def test_a_missing_permission_is_named_with_its_resource(
    s3_server: str, bucket: Bucket, guarded: Guard, permission: str, resource: str
) -> None:
    keys = await user_without(s3_server, bucket.name, permission)
    await guarded()

    async with s3_client(s3_server, keys=keys) as client:
        with pytest.raises(PhotoStoreMisconfiguredError) as raised:
            await S3PhotoStore(Bucket(client, bucket.name, "jail/photos")).prepare()

    named = f"{permission} on {resource.format(arn=bucket.place.bucket_arn)}"
    assert named in str(raised.value)


async def test_keys_that_nobody_gave_out_are_told(
    s3_server: str, bucket: Bucket, guarded: Guard
) -> None:
    await guarded()

    async with s3_client(s3_server, keys=("AKIANOBODY", "nothing")) as client:
        with pytest.raises(PhotoStoreMisconfiguredError, match="credentials"):
            await S3PhotoStore(Bucket(client, bucket.name, "jail/photos")).prepare()


async def test_a_named_image_that_may_not_be_read_is_told(
    s3_server: str, bucket: Bucket, guarded: Guard
) -> None:
    await bucket.write("elsewhere/ann.jpg", b"photo")
    keys = await user_without(s3_server, bucket.name, "nothing")
    await guarded()

    async with s3_client(s3_server, keys=keys) as client:
        kept = Bucket(client, bucket.name, "jail/photos")
        source = S3ObjectSource(kept, S3PhotoStore(kept))

        with pytest.raises(ObjectNotReadableError, match="s3:GetObject"):
            await source.read(bucket.name, "elsewhere/ann.jpg", None)

"""Large photos in parts: none of it is seen until the last part is there."""

import asyncio
import io
from contextlib import suppress
from typing import TYPE_CHECKING

from aiohttp import ClientError as TransportError
from anyio import CancelScope, move_on_after
from botocore.exceptions import BotoCoreError, ClientError

from adapters.photo_store.s3.bucket import KIND, Bucket, checksum

if TYPE_CHECKING:
    from types_aiobotocore_s3.type_defs import CompletedPartTypeDef

PART = 8 * 2**20
"""Bytes of a part; S3 wants 5 MB or more of every one but the last."""

_ABORT_SECONDS = 5.0


async def write_in_parts(bucket: Bucket, name: str, content: bytes) -> str | None:
    """Write an object as `Bucket.write` does; a failure leaves no part behind."""
    upload, done = await _begun(bucket, name), False
    try:
        starts = range(0, len(content), PART)
        parts = [
            await _part(bucket, name, upload, number, content[start : start + PART])
            for number, start in enumerate(starts, start=1)
        ]
        version = await _complete(bucket, name, upload, parts)
        done = True
    finally:
        if not done:
            await _abort(bucket, name, upload)
    return version


async def _begun(bucket: Bucket, name: str) -> str:
    """Begin; whoever is cancelled meanwhile waits for the id, without which nothing is given up."""
    beginning = asyncio.ensure_future(_begin(bucket, name))
    try:
        return await asyncio.shield(beginning)
    except asyncio.CancelledError:
        with CancelScope(shield=True):
            await asyncio.wait({beginning})
            if beginning.exception() is None:
                await _abort(bucket, name, beginning.result())
        raise


async def _begin(bucket: Bucket, name: str) -> str:
    with bucket.asking("PutObject"):
        begun = await bucket.client.create_multipart_upload(
            Bucket=bucket.name,
            Key=name,
            ContentType=KIND,
            ChecksumAlgorithm="SHA256",
            **bucket.encryption,
        )
    return begun["UploadId"]


async def _part(
    bucket: Bucket, name: str, upload: str, number: int, content: bytes
) -> "CompletedPartTypeDef":
    sha256 = await checksum(content)
    with bucket.asking("PutObject"):
        answer = await bucket.client.upload_part(
            Bucket=bucket.name,
            Key=name,
            UploadId=upload,
            PartNumber=number,
            Body=io.BytesIO(content),
            ChecksumAlgorithm="SHA256",
            ChecksumSHA256=sha256,
        )
    return {"PartNumber": number, "ETag": answer["ETag"], "ChecksumSHA256": sha256}


async def _complete(
    bucket: Bucket, name: str, upload: str, parts: "list[CompletedPartTypeDef]"
) -> str | None:
    with bucket.asking("PutObject"):
        answer = await bucket.client.complete_multipart_upload(
            Bucket=bucket.name, Key=name, UploadId=upload, MultipartUpload={"Parts": parts}
        )
    return answer.get("VersionId")


async def _abort(bucket: Bucket, name: str, upload: str) -> None:
    """Give the parts up; where S3 cannot be asked now, the bucket's own rule removes them."""
    unreachable = suppress(ClientError, BotoCoreError, TransportError, OSError)
    with move_on_after(_ABORT_SECONDS, shield=True), unreachable:
        await bucket.client.abort_multipart_upload(Bucket=bucket.name, Key=name, UploadId=upload)

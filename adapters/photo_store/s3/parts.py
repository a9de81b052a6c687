"""Large photos in parts: none of it is seen until the last part is there."""

import io
from contextlib import suppress
from typing import TYPE_CHECKING

import anyio
from aiohttp import ClientError as TransportError
from botocore.exceptions import BotoCoreError, ClientError

from adapters.photo_store.s3.bucket import KIND, TAKEN, Bucket, checksum
from adapters.photo_store.s3.errors import error_code, translated

if TYPE_CHECKING:
    from types_aiobotocore_s3.type_defs import CompletedPartTypeDef

PART = 8 * 2**20
"""Bytes of a part; S3 wants 5 MB or more of every one but the last."""

_ABORT_SECONDS = 5.0


async def write_in_parts(bucket: Bucket, name: str, content: bytes) -> bool:
    """Write a new object as `Bucket.write` does; a failure leaves no part behind."""
    with translated("PutObject", bucket.place):
        begun = await bucket.client.create_multipart_upload(
            Bucket=bucket.place.bucket,
            Key=name,
            ContentType=KIND,
            ChecksumAlgorithm="SHA256",
            **bucket.encryption,
        )
        upload = begun["UploadId"]
        try:
            starts = range(0, len(content), PART)
            parts = [
                await _part(bucket, name, upload, number, content[start : start + PART])
                for number, start in enumerate(starts, start=1)
            ]
            await _complete(bucket, name, upload, parts)
        except BaseException as error:
            await _abort(bucket, name, upload)
            if isinstance(error, ClientError) and error_code(error) in TAKEN:
                return False
            raise
    return True


async def _part(
    bucket: Bucket, name: str, upload: str, number: int, content: bytes
) -> "CompletedPartTypeDef":
    sha256 = checksum(content)
    answer = await bucket.client.upload_part(
        Bucket=bucket.place.bucket,
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
) -> None:
    await bucket.client.complete_multipart_upload(
        Bucket=bucket.place.bucket,
        Key=name,
        UploadId=upload,
        MultipartUpload={"Parts": parts},
        IfNoneMatch="*",
    )


async def _abort(bucket: Bucket, name: str, upload: str) -> None:
    """Give the parts up; where S3 cannot be asked now, the bucket's own rule removes them."""
    unreachable = suppress(ClientError, BotoCoreError, TransportError, OSError)
    with anyio.move_on_after(_ABORT_SECONDS, shield=True), unreachable:
        await bucket.client.abort_multipart_upload(
            Bucket=bucket.place.bucket, Key=name, UploadId=upload
        )

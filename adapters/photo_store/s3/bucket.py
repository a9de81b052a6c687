"""One bucket's objects: written once or not at all, opened, removed with all their versions."""

import base64
import hashlib
import io
from typing import TYPE_CHECKING, Literal, TypedDict

from botocore.exceptions import ClientError

from adapters.photo_store.s3.errors import error_code, translated
from adapters.photo_store.s3.place import Place

if TYPE_CHECKING:
    from types_aiobotocore_s3 import S3Client
    from types_aiobotocore_s3.type_defs import GetObjectOutputTypeDef

KIND = "application/octet-stream"

TAKEN = {"PreconditionFailed", "412", "ConditionalRequestConflict", "NoSuchUpload"}
"""There is an object of that name, or was one, or another writer is at it."""

_GONE = {"NoSuchKey", "404"}


class Encryption(TypedDict, total=False):
    """How S3 encrypts what it stores, in the words of its calls; nothing: the bucket's default."""

    ServerSideEncryption: Literal["AES256", "aws:kms"]
    SSEKMSKeyId: str


class Bucket:
    """The objects of one bucket, through a client that is ready."""

    def __init__(
        self, client: "S3Client", name: str, prefix: str, encryption: Encryption | None = None
    ) -> None:
        self.client = client
        self.place = Place(name, prefix, client.meta.region_name, client.meta.partition)
        self.encryption = encryption or Encryption()

    async def write(self, name: str, content: bytes) -> bool:
        """Write a new object; False when there may be one of that name already."""
        with translated("PutObject", self.place):
            try:
                await self.client.put_object(
                    Bucket=self.place.bucket,
                    Key=name,
                    Body=io.BytesIO(content),
                    ContentType=KIND,
                    ChecksumAlgorithm="SHA256",
                    ChecksumSHA256=checksum(content),
                    IfNoneMatch="*",
                    **self.encryption,
                )
            except ClientError as error:
                if error_code(error) not in TAKEN:
                    raise
                return False
        return True

    async def open(self, name: str) -> "GetObjectOutputTypeDef | None":
        """Begin to read an object; None where there is none. The body must be closed."""
        with translated("GetObject", self.place):
            try:
                return await self.client.get_object(Bucket=self.place.bucket, Key=name)
            except ClientError as error:
                if error_code(error) not in _GONE:
                    raise
                return None

    async def has(self, name: str) -> bool:
        """Say whether the object is there."""
        with translated("GetObject", self.place):
            try:
                await self.client.head_object(Bucket=self.place.bucket, Key=name)
            except ClientError as error:
                if error_code(error) not in _GONE:
                    raise
                return False
        return True

    async def remove(self, name: str) -> None:
        """Remove the object for good: in a bucket with versions, every version of it."""
        with translated("DeleteObject", self.place):
            answer = await self.client.delete_object(Bucket=self.place.bucket, Key=name)
        if answer.get("DeleteMarker") or answer.get("VersionId"):
            await self._remove_versions(name)

    async def _remove_versions(self, name: str) -> None:
        """Remove versions first and markers last, so that no version is ever current again."""
        versions, markers = await self._versions(name)
        with translated("DeleteObjectVersion", self.place):
            for version in (*versions, *markers):
                await self.client.delete_object(
                    Bucket=self.place.bucket, Key=name, VersionId=version
                )

    async def _versions(self, name: str) -> tuple[list[str], list[str]]:
        versions, markers = list[str](), list[str]()
        paginator = self.client.get_paginator("list_object_versions")
        with translated("ListObjectVersions", self.place):
            async for page in paginator.paginate(Bucket=self.place.bucket, Prefix=name):
                versions += [v["VersionId"] for v in page.get("Versions", []) if v["Key"] == name]
                gone = page.get("DeleteMarkers", [])
                markers += [m["VersionId"] for m in gone if m["Key"] == name]
        return versions, markers


def checksum(content: bytes) -> str:
    """Return the SHA-256 as S3 writes it."""
    return base64.b64encode(hashlib.sha256(content).digest()).decode("ascii")

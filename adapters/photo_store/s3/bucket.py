"""One bucket's objects: written whole or not at all, opened, removed with all their versions."""

import base64
import hashlib
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypedDict

from anyio import fail_after, to_thread
from botocore.exceptions import ClientError

from adapters.photo_store.s3.errors import REFUSALS
from adapters.s3_faults import error_code
from adapters.s3_place import Place

if TYPE_CHECKING:
    from types_aiobotocore_s3 import S3Client
    from types_aiobotocore_s3.type_defs import GetObjectOutputTypeDef

KIND = "application/octet-stream"

_GONE = {"NoSuchKey", "404"}


class Encryption(TypedDict, total=False):
    """How S3 encrypts what it stores, in the words of its calls; nothing: the bucket's default."""

    ServerSideEncryption: Literal["AES256", "aws:kms"]
    SSEKMSKeyId: str


@dataclass(frozen=True, slots=True)
class Bucket:
    """The objects of one bucket, through a client that is ready.

    `deadline` is the longest that one call may take with all its attempts: the client by itself
    waits for ever when S3 stops taking what is being sent.
    """

    client: "S3Client"
    name: str
    prefix: str
    encryption: Encryption = field(default_factory=Encryption)
    deadline: float = 30.0

    @property
    def place(self) -> Place:
        """Return where this is."""
        return Place(
            self.name, self.prefix, self.client.meta.region_name, self.client.meta.partition
        )

    @contextmanager
    def asking(self, operation: str) -> Iterator[None]:
        """Bound one call in time, and raise the core's error for what the AWS SDK raises."""
        with REFUSALS.translated(operation, self.place), fail_after(self.deadline):
            yield

    async def write(self, name: str, content: bytes) -> str | None:
        """Write an object over the one there may be; return its version where those are kept."""
        sha256 = await checksum(content)
        with self.asking("PutObject"):
            answer = await self.client.put_object(
                Bucket=self.name,
                Key=name,
                Body=io.BytesIO(content),
                ContentType=KIND,
                ChecksumAlgorithm="SHA256",
                ChecksumSHA256=sha256,
                **self.encryption,
            )
        return answer.get("VersionId")

    async def open(self, name: str) -> "GetObjectOutputTypeDef | None":
        """Begin to read an object; None where there is none. The body must be closed."""
        with self.asking("GetObject"):
            try:
                return await self.client.get_object(Bucket=self.name, Key=name)
            except ClientError as error:
                if error_code(error) not in _GONE:
                    raise
                return None

    async def has(self, name: str) -> bool:
        """Say whether the object is there."""
        with self.asking("GetObject"):
            try:
                await self.client.head_object(Bucket=self.name, Key=name)
            except ClientError as error:
                if error_code(error) not in _GONE:
                    raise
                return False
        return True

    async def keeps_versions_of(self, name: str) -> bool:
        """Say whether the object is there and is a version among others, perhaps."""
        with self.asking("GetObject"):
            try:
                answer = await self.client.head_object(Bucket=self.name, Key=name)
            except ClientError as error:
                if error_code(error) not in _GONE:
                    raise
                return False
        return bool(answer.get("VersionId"))

    async def remove(self, name: str) -> None:
        """Remove the object for good: in a bucket with versions, every version of it."""
        with self.asking("DeleteObject"):
            answer = await self.client.delete_object(Bucket=self.name, Key=name)
        if answer.get("DeleteMarker") or answer.get("VersionId"):
            await self._remove_versions(name, *await self._versions(name))

    async def remove_earlier(self, name: str) -> None:
        """Remove every version of the object but the one that is read."""
        versions, markers = await self._versions(name, besides_current=True)
        await self._remove_versions(name, versions, markers)

    async def _remove_versions(self, name: str, versions: list[str], markers: list[str]) -> None:
        """Remove versions first and markers last, so that no version is ever current again."""
        with self.asking("DeleteObjectVersion"):
            for version in (*versions, *markers):
                await self.client.delete_object(Bucket=self.name, Key=name, VersionId=version)

    async def _versions(
        self, name: str, *, besides_current: bool = False
    ) -> tuple[list[str], list[str]]:
        versions, markers = list[str](), list[str]()
        paginator = self.client.get_paginator("list_object_versions")
        with self.asking("ListObjectVersions"):
            async for page in paginator.paginate(Bucket=self.name, Prefix=name):
                for one in page.get("Versions", []):
                    if one["Key"] == name and not (besides_current and one["IsLatest"]):
                        versions.append(one["VersionId"])
                gone = page.get("DeleteMarkers", [])
                markers += [one["VersionId"] for one in gone if one["Key"] == name]
        return versions, markers


async def checksum(content: bytes) -> str:
    """Return the SHA-256 as S3 writes it; in a thread, for a large photo takes its time."""
    digest = await to_thread.run_sync(lambda: hashlib.sha256(content).digest())
    return base64.b64encode(digest).decode("ascii")

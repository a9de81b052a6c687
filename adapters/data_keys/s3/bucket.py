"""Objects that several processes read, change and write: a write says over which one."""

import io
from collections.abc import AsyncGenerator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from anyio import fail_after
from botocore.exceptions import ClientError

from adapters.s3_faults import error_code
from adapters.s3_place import Place
from adapters.s3_refusals import Refusals
from app.domain.errors import DataKeysMisconfiguredError, DataKeysUnavailableError

if TYPE_CHECKING:
    from types_aiobotocore_s3 import S3Client

REFUSALS: Final = Refusals(DataKeysUnavailableError, DataKeysMisconfiguredError)

_GONE: Final = {"NoSuchKey", "404"}
_OTHERS_FIRST: Final = {"PreconditionFailed", "412", "ConditionalRequestConflict", *_GONE}
"""Another object is there by now than the one that was read, or another writer is at it."""


@dataclass(frozen=True, slots=True)
class Found:
    """An object's content, and the tag by which S3 knows this content."""

    content: bytes
    etag: str


@dataclass(frozen=True, slots=True)
class KeyBucket:
    """The objects below a prefix, through a client that is ready.

    `deadline` is the longest that one call may take with all its attempts, in seconds.
    """

    client: "S3Client"
    name: str
    prefix: str
    deadline: float = 30.0

    @property
    def place(self) -> Place:
        """Return where this is."""
        meta = self.client.meta
        return Place(self.name, self.prefix, meta.region_name, meta.partition, "DATA_KEYS")

    @contextmanager
    def asking(self, operation: str) -> Iterator[None]:
        """Bound one call in time, and raise the core's error for what the AWS SDK raises."""
        with REFUSALS.translated(operation, self.place), fail_after(self.deadline):
            yield

    async def read(self, key: str) -> Found | None:
        """Return an object; None where there is none."""
        with self.asking("GetObject"):
            try:
                answer = await self.client.get_object(Bucket=self.name, Key=self.place.name_of(key))
            except ClientError as error:
                if error_code(error) not in _GONE:
                    raise
                return None
            async with answer["Body"] as body:
                return Found(await body.read(), answer["ETag"])

    async def write(self, key: str, content: bytes, over: str | None) -> bool:
        """Write over the object of that tag, or where there is none; False: others were first."""
        with self.asking("PutObject"):
            try:
                await self._put(key, content, over)
            except ClientError as error:
                if error_code(error) not in _OTHERS_FIRST:
                    raise
                return False
        return True

    async def keys(self, start: str) -> AsyncGenerator[str]:
        """Yield the keys of the objects that begin so."""
        after = self.place.name_of("")
        while True:
            with self.asking("ListObjectsV2"):
                page = await self.client.list_objects_v2(
                    Bucket=self.name, Prefix=self.place.name_of(start), StartAfter=after
                )
            for one in page.get("Contents", []):
                after = one["Key"]
                yield self.place.key_of(after)
            if not page["IsTruncated"]:
                return

    async def _put(self, key: str, content: bytes, over: str | None) -> None:
        name, body = self.place.name_of(key), io.BytesIO(content)
        if over is None:
            await self.client.put_object(Bucket=self.name, Key=name, Body=body, IfNoneMatch="*")
        else:
            await self.client.put_object(Bucket=self.name, Key=name, Body=body, IfMatch=over)

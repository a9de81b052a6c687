"""Photos in an S3 bucket, as `<prefix>/<external_image_id>/<sha256>`, whatever their bytes are."""

from collections.abc import AsyncGenerator
from typing import TYPE_CHECKING

from typing_extensions import override

from adapters.photo_store.s3.bucket import Bucket
from adapters.photo_store.s3.check import check
from adapters.photo_store.s3.parts import PART, write_in_parts
from app.domain.photo import sha256_in
from app.ports.photo_store import PhotoStore, PhotoStream, StoredKeys

if TYPE_CHECKING:
    from aiobotocore.response import StreamingBody

_PIECE = 256 * 1024


class S3PhotoStore(PhotoStore):
    """Keeps photos below the bucket's prefix; the client is handed in, and closed by its owner.

    A key names one content for ever, so that writing over it harms nobody; what lies under a key
    is not held against its hash here, for it may be sealed.
    """

    def __init__(self, bucket: Bucket) -> None:
        self._bucket = bucket
        self._place = bucket.place

    async def prepare(self) -> None:
        """Really write, read and remove something.

        Raises PhotoStoreMisconfiguredError, which says what to change, and
        PhotoStoreUnavailableError.
        """
        await check(self._bucket)

    @override
    async def put(self, key: str, photo: bytes) -> None:
        await self._write(key, photo)

    @override
    async def put_instead(self, key: str, photo: bytes) -> None:
        if await self._write(key, photo):
            await self._bucket.remove_earlier(self._place.name_of(key))

    @override
    async def remove_earlier(self, key: str) -> None:
        name = self._place.name_of(key)
        if sha256_in(key) and await self._bucket.keeps_versions_of(name):
            await self._bucket.remove_earlier(name)

    @override
    async def get(self, key: str) -> bytes | None:
        stream = await self.stream(key)
        if stream is None:
            return None
        return stream.first + b"".join([piece async for piece in stream.rest])

    @override
    async def stream(self, key: str) -> PhotoStream | None:
        if sha256_in(key) is None:
            return None
        answer = await self._bucket.open(self._place.name_of(key))
        if answer is None:
            return None
        pieces = self._pieces(answer["Body"])
        return PhotoStream(answer["ContentLength"], await anext(pieces, b""), pieces)

    @override
    async def delete(self, key: str) -> None:
        if sha256_in(key):
            await self._bucket.remove(self._place.name_of(key))

    @override
    async def exists(self, key: str) -> bool:
        return sha256_in(key) is not None and await self._bucket.has(self._place.name_of(key))

    @override
    async def list(self, after: str | None) -> StoredKeys:
        with self._bucket.asking("ListObjectsV2"):
            page = await self._bucket.client.list_objects_v2(
                Bucket=self._bucket.name,
                Prefix=self._place.name_of(""),
                StartAfter=self._place.name_of(after or ""),
            )
        keys = [self._place.key_of(one["Key"]) for one in page.get("Contents", [])]
        ours = tuple(key for key in keys if sha256_in(key))
        return StoredKeys(ours, keys[-1] if page["IsTruncated"] else None)

    @override
    async def ping(self) -> None:
        with self._bucket.asking("HeadBucket"):
            await self._bucket.client.head_bucket(Bucket=self._bucket.name)

    async def _write(self, key: str, photo: bytes) -> str | None:
        """Write, and return the version where the bucket keeps them."""
        if sha256_in(key) is None:
            raise ValueError("the key of a photo contains its id and its hash")
        name = self._place.name_of(key)
        if len(photo) <= PART:
            return await self._bucket.write(name, photo)
        return await write_in_parts(self._bucket, name, photo)

    async def _pieces(self, body: "StreamingBody") -> AsyncGenerator[bytes]:
        try:
            while piece := await self._piece(body):
                yield piece
        finally:
            body.close()

    async def _piece(self, body: "StreamingBody") -> bytes:
        with self._bucket.asking("GetObject"):
            piece: bytes = await body.read(_PIECE)
            return piece

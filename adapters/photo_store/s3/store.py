"""Booking photos in an S3 bucket, as `<prefix>/<external_image_id>/<sha256>`.

An object is written once and never over another: writes are conditional, and whoever finds one of
that name reads it and compares. What is read is held against the hash in its own name.
"""

import hashlib
from collections.abc import AsyncGenerator
from typing import TYPE_CHECKING

from anyio import to_thread
from typing_extensions import override

from adapters.photo_store.s3.bucket import Bucket
from adapters.photo_store.s3.check import check
from adapters.photo_store.s3.errors import translated
from adapters.photo_store.s3.parts import PART, write_in_parts
from app.domain.errors import PhotoStoreUnavailableError
from app.domain.photo import sha256_in, sha256_of
from app.ports.photo_store import PhotoStore, PhotoStream, StoredKeys

if TYPE_CHECKING:
    from aiobotocore.response import StreamingBody

_PIECE = 256 * 1024
_ATTEMPTS = 10
"""How often a write starts anew because a delete beside it took the photo away."""


class S3PhotoStore(PhotoStore):
    """Keeps photos below the bucket's prefix; the client is handed in, and closed by its owner."""

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
        if sha256_in(key) != await to_thread.run_sync(sha256_of, photo):
            raise ValueError("the key of a photo contains its id and its hash")
        write = self._bucket.write if len(photo) <= PART else self._write_in_parts
        for _ in range(_ATTEMPTS):
            written = await write(self._place.name_of(key), photo)
            if written or await self.get(key) is not None:
                return
        raise PhotoStoreUnavailableError("The photo is put and deleted at the same time.")

    @override
    async def get(self, key: str) -> bytes | None:
        stream = await self.stream(key)
        if stream is None:
            return None
        return stream.first + b"".join([piece async for piece in stream.rest])

    @override
    async def stream(self, key: str) -> PhotoStream | None:
        sha256 = sha256_in(key)
        answer = await self._bucket.open(self._place.name_of(key)) if sha256 else None
        if sha256 is None or answer is None:
            return None
        pieces = self._checked(answer["Body"], key, sha256)
        return PhotoStream(answer["ContentLength"], await anext(pieces), pieces)

    @override
    async def delete(self, key: str) -> None:
        if sha256_in(key):
            await self._bucket.remove(self._place.name_of(key))

    @override
    async def exists(self, key: str) -> bool:
        return sha256_in(key) is not None and await self._bucket.has(self._place.name_of(key))

    @override
    async def list(self, after: str | None) -> StoredKeys:
        with translated("ListObjectsV2", self._place):
            page = await self._bucket.client.list_objects_v2(
                Bucket=self._place.bucket,
                Prefix=self._place.name_of(""),
                StartAfter=self._place.name_of(after or ""),
            )
        keys = [self._place.key_of(one["Key"]) for one in page.get("Contents", [])]
        ours = tuple(key for key in keys if sha256_in(key))
        return StoredKeys(ours, keys[-1] if page["IsTruncated"] else None)

    @override
    async def ping(self) -> None:
        with translated("HeadBucket", self._place):
            await self._bucket.client.head_bucket(Bucket=self._place.bucket)

    async def _write_in_parts(self, name: str, photo: bytes) -> bool:
        return await write_in_parts(self._bucket, name, photo)

    async def _checked(self, body: "StreamingBody", key: str, sha256: str) -> AsyncGenerator[bytes]:
        """Yield the pieces, the last one only when all of them are the photo of the key."""
        digest, held = hashlib.sha256(), b""
        try:
            while piece := await self._piece(body):
                digest.update(piece)
                if held:
                    yield held
                held = piece
            if digest.hexdigest() != sha256:
                raise PhotoStoreUnavailableError(
                    f"The object {self._place.name_of(key)} is not the photo its name says; "
                    "restore it or remove it."
                )
            yield held
        finally:
            body.close()

    async def _piece(self, body: "StreamingBody") -> bytes:
        with translated("GetObject", self._place):
            piece: bytes = await body.read(_PIECE)
            return piece

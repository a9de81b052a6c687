"""Photos put into S3 for Rekognition to read: those too large for the bytes of a call."""

import asyncio
import io
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypedDict, TypeVar
from uuid import uuid4

import structlog
from botocore.exceptions import BotoCoreError, ClientError

from adapters.face_engine.rekognition.errors import ObjectNotReadError
from adapters.face_engine.rekognition.photos import Submission

if TYPE_CHECKING:
    from types_aiobotocore_rekognition.type_defs import ImageTypeDef
    from types_aiobotocore_s3 import S3Client
    from types_aiobotocore_s3.type_defs import DeleteObjectRequestTypeDef

Answer = TypeVar("Answer")

FOLDER = "~staged"

_log = structlog.get_logger(__name__)


class Encryption(TypedDict, total=False):
    """How S3 encrypts the object, as put_object takes it; nothing leaves it to the bucket."""

    ServerSideEncryption: Literal["AES256", "aws:kms"]
    SSEKMSKeyId: str


@dataclass(frozen=True, slots=True)
class S3Staging:
    """Puts photos under `<prefix>/~staged/` for the time of a call; the client is shared.

    Each call has a name of its own and keeps it for all its attempts, so that the end of another
    never takes the object away. No id of a photo has a tilde. What a crash leaves there is for a
    lifecycle rule of the bucket.

    `deadline` bounds one call with all its attempts: the client by itself waits for ever when S3
    stops taking what is being sent.
    """

    client: "S3Client"
    bucket: str
    prefix: str = ""
    encryption: Encryption = field(default_factory=Encryption)
    deadline: float = 30.0

    @asynccontextmanager
    async def staged(self, photo: bytes) -> AsyncIterator["ImageTypeDef"]:
        """Yield the object as Rekognition is told of it; raises ObjectNotReadError."""
        name = f"{FOLDER}/{uuid4().hex}"
        key = f"{self.prefix}/{name}" if self.prefix else name
        version = await self._put(key, photo)
        try:
            yield {"S3Object": {"Bucket": self.bucket, "Name": key}}
        finally:
            await self._delete(key, version)

    async def _put(self, key: str, photo: bytes) -> str | None:
        """Return the object's version, in a bucket that keeps them."""
        try:
            async with asyncio.timeout(self.deadline):
                answer = await self.client.put_object(
                    Bucket=self.bucket, Key=key, Body=io.BytesIO(photo), **self.encryption
                )
        except TimeoutError as error:
            raise ObjectNotReadError(
                f"S3 did not take the photo into the bucket {self.bucket} in {self.deadline:g} s."
            ) from error
        except (BotoCoreError, ClientError, OSError) as error:
            raise ObjectNotReadError(
                f"The photo cannot be put into the bucket {self.bucket}: the service's role needs "
                f"s3:PutObject on {key.rpartition('/')[0]}/* (and kms:GenerateDataKey): {error}"
            ) from error
        return answer.get("VersionId")

    async def _delete(self, key: str, version: str | None) -> None:
        request: DeleteObjectRequestTypeDef = {"Bucket": self.bucket, "Key": key}
        if version is not None:  # without it the photo would only be hidden
            request["VersionId"] = version
        try:
            async with asyncio.timeout(self.deadline):
                await self.client.delete_object(**request)
        except (BotoCoreError, ClientError, OSError) as error:
            needs = "s3:DeleteObjectVersion" if version else "s3:DeleteObject"
            _log.warning("staged_photo_left", key=key, reason=str(error), needs=needs)


async def sent(
    photo: Submission,
    staging: S3Staging | None,
    call: Callable[["ImageTypeDef"], Awaitable[Answer]],
) -> tuple[Answer, str | None]:
    """Call with the photo: by its object where it is too large for bytes, else with its bytes.

    Return also how what was sent differs from the photo's bytes. An object that cannot be written
    or read costs a log line and one more call with bytes.
    """
    if staging is not None and photo.object_fits and photo.exceeds_bytes:
        try:
            async with staging.staged(photo.photo) as image:
                return await call(image), f"by an object of S3: {len(photo.photo) / 1e6:.1f} MB"
        except ObjectNotReadError as error:
            _log.warning("photo_sent_as_bytes", reason=str(error))
    return await call({"Bytes": photo.content}), photo.note

"""Images that callers name by bucket, key and version, read from the bucket of the photo store."""

from contextlib import aclosing
from http import HTTPStatus
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError, ParamValidationError
from typing_extensions import override

from adapters.photo_store.s3.bucket import Bucket
from adapters.photo_store.s3.errors import REFUSALS
from adapters.s3_faults import DENIED, error_code
from adapters.s3_refusals import denied
from app.domain.errors import CandidError, ObjectNotReadableError
from app.domain.photo import sha256_in
from app.ports.object_source import ObjectSource, checked_size
from app.ports.photo_store import PhotoStore

if TYPE_CHECKING:
    from types_aiobotocore_s3.type_defs import GetObjectOutputTypeDef

_ABSENT = {"NoSuchKey", "404"}
_NO_VERSION = {"NoSuchVersion", "InvalidArgument", "MethodNotAllowed"}


class S3ObjectSource(ObjectSource):
    """Reads any object of one bucket, whatever its name, and of no other bucket.

    What the photo store keeps there is sealed, and read through it.
    """

    def __init__(self, bucket: Bucket, store: PhotoStore) -> None:
        self._bucket = bucket
        self._store = store

    @override
    async def read(self, bucket: str, name: str, version: str | None) -> bytes:
        if bucket != self._bucket.name:
            raise ObjectNotReadableError(
                f"Only objects of the configured photo store's bucket are read, not of {bucket!r}."
            )
        key = self._bucket.place.key_of(name)
        if key != name and sha256_in(key):
            return await self._photo(key, name, version)
        answer = await self._opened(name, version)
        try:
            checked_size(answer["ContentLength"])
            with self._bucket.asking("GetObject"):
                return await answer["Body"].read()
        finally:
            answer["Body"].close()

    async def _photo(self, key: str, name: str, version: str | None) -> bytes:
        """Read one of the service's own photos."""
        if version is not None:
            raise ObjectNotReadableError(
                f"{name!r} is a photo of this service, which has no versions; leave it out."
            )
        stream = await self._store.stream(key)
        if stream is None:
            raise ObjectNotReadableError(f"The bucket has no object {name!r}; check its name.")
        async with aclosing(stream.rest) as rest:
            checked_size(stream.size)
            return stream.first + b"".join([piece async for piece in rest])

    async def _opened(self, name: str, version: str | None) -> "GetObjectOutputTypeDef":
        client, bucket = self._bucket.client, self._bucket.name
        with self._bucket.asking("GetObject"):
            try:
                if version is None:
                    return await client.get_object(Bucket=bucket, Key=name)
                return await client.get_object(Bucket=bucket, Key=name, VersionId=version)
            except ClientError as error:
                raise self._refused(error, name, version) from error
            except ParamValidationError as error:
                raise ObjectNotReadableError("The key or the version is no name in S3.") from error

    def _refused(self, error: ClientError, name: str, version: str | None) -> CandidError:
        code, place = error_code(error), self._bucket.place
        if code in _ABSENT:
            return ObjectNotReadableError(f"The bucket has no object {name!r}; check its name.")
        if code in _NO_VERSION and version is not None:
            return ObjectNotReadableError(f"The object {name!r} has no version {version!r}.")
        if code in DENIED:
            operation = "GetObject" if version is None else "GetObjectVersion"
            return ObjectNotReadableError(denied(str(error), operation, place))
        if code == "InvalidObjectState":
            return ObjectNotReadableError(f"The object {name!r} is archived; restore it first.")
        if code in {"KeyTooLongError", str(int(HTTPStatus.BAD_REQUEST))}:
            return ObjectNotReadableError(f"S3 cannot read {name!r} ({code}).")
        return REFUSALS.core_error(error, "GetObject", place)

"""Images that callers name by bucket, key and version, read from the bucket of the photo store."""

from http import HTTPStatus
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError, ParamValidationError
from typing_extensions import override

from adapters.photo_store.s3.bucket import Bucket
from adapters.photo_store.s3.errors import DENIED, core_error, denied, error_code, translated
from app.domain.errors import CandidError, ObjectNotReadableError
from app.ports.object_source import ObjectSource, checked_size

if TYPE_CHECKING:
    from types_aiobotocore_s3.type_defs import GetObjectOutputTypeDef

_ABSENT = {"NoSuchKey", "404"}
_NO_VERSION = {"NoSuchVersion", "InvalidArgument", "MethodNotAllowed"}


class S3ObjectSource(ObjectSource):
    """Reads any object of one bucket, whatever its name, and of no other bucket."""

    def __init__(self, bucket: Bucket) -> None:
        self._bucket = bucket

    @override
    async def read(self, bucket: str, name: str, version: str | None) -> bytes:
        if bucket != self._bucket.place.bucket:
            raise ObjectNotReadableError(
                f"Only objects of the configured photo store's bucket are read, not of {bucket!r}."
            )
        answer = await self._opened(name, version)
        try:
            checked_size(answer["ContentLength"])
            with translated("GetObject", self._bucket.place):
                return await answer["Body"].read()
        finally:
            answer["Body"].close()

    async def _opened(self, name: str, version: str | None) -> "GetObjectOutputTypeDef":
        client, bucket = self._bucket.client, self._bucket.place.bucket
        with translated("GetObject", self._bucket.place):
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
        return core_error(error, "GetObject", place)

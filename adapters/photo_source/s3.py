"""The photo source port on the objects below a prefix in S3, whose names say whose they are."""

from collections.abc import Collection, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, unquote

import anyio
from botocore.exceptions import (
    ClientError,
    ConnectTimeoutError,
    ParamValidationError,
    ReadTimeoutError,
)
from typing_extensions import override

from adapters.photo_source.file_names import FileNames, is_ignored
from adapters.photo_source.s3_errors import answered, no_photo
from adapters.s3_faults import NO_CREDENTIALS, UNANSWERED, WITHOUT_CREDENTIALS
from app.domain.errors import (
    PhotoMissingError,
    SourceTimeoutError,
    SourceUnavailableError,
    SourceUnusableError,
)
from app.ports.photo_source import PHOTO_BYTES, PhotoSource, SourcePage, checked_photo

if TYPE_CHECKING:
    from aiobotocore.response import StreamingBody
    from types_aiobotocore_s3 import S3Client
    from types_aiobotocore_s3.type_defs import ObjectTypeDef

PAGE: Final = 1000
"""Objects on a page, which is as many as S3 lists at once."""

CONCURRENCY: Final = 16
"""Photos read at a time."""

SECONDS: Final = 60.0
"""That a page, or a photo with all its attempts, may take."""

_PIECE: Final = 256 * 1024
_SCHEME: Final = "s3://"


@dataclass(frozen=True, slots=True)
class Prefix:
    """What lies below `prefix`, which is empty or ends with `/`, in a bucket."""

    bucket: str
    prefix: str

    @override
    def __str__(self) -> str:
        return f"{_SCHEME}{self.bucket}/{self.prefix}"

    @classmethod
    def of(cls, location: str, own: "Prefix | None", buckets: Collection[str]) -> "Prefix":
        """Read `s3://bucket/prefix`, or a prefix in the photo store's bucket.

        `own` is where the photo store itself keeps its photos, if that is in S3; further `buckets`
        may be read. Raises SourceUnusableError.
        """
        if location.startswith(_SCHEME):
            bucket, _, prefix = location.removeprefix(_SCHEME).partition("/")
        elif own is not None:
            bucket, prefix = own.bucket, location
        else:
            raise SourceUnusableError(f"Name the bucket too: {_SCHEME}bucket/prefix.")
        if bucket not in buckets and (own is None or bucket != own.bucket):
            raise SourceUnusableError(
                f"Photos are not read from the bucket {bucket!r}; CANDID_IMPORTS__BUCKETS does not "
                "name it."
            )
        prefix = prefix.strip("/")
        meant = cls(bucket, f"{prefix}/" if prefix else "")
        if own is not None and own.holds(meant.bucket, meant.prefix):
            raise SourceUnusableError(f"{meant} is where the photo store keeps its photos.")
        return meant

    def holds(self, bucket: str, key: str) -> bool:
        """Say whether an object lies here."""
        return bucket == self.bucket and key.startswith(self.prefix)


class S3PhotoSource(PhotoSource):
    """Lists the objects below `place` in the order of their keys; the caller owns the client.

    The cursor is the last key, percent-encoded. Hidden names and what programs leave beside photos
    are passed over, and so is what lies in `own`, where the photo store keeps its photos; all else
    is an entry. `since` is compared with the time an object was written.
    """

    def __init__(  # noqa: PLR0913 - two are for tests
        self,
        client: "S3Client",
        place: Prefix,
        names: FileNames,
        since: datetime | None = None,
        own: Prefix | None = None,
        *,
        page_size: int = PAGE,
        seconds: float = SECONDS,
    ) -> None:
        self._client = client
        self._place = place
        self._names = names
        self._since = since.replace(microsecond=0) if since else None  # S3 tells whole seconds
        self._own = own
        self._page_size = page_size
        self._seconds = seconds
        self._turn = anyio.CapacityLimiter(CONCURRENCY)

    @override
    async def page(self, after: str | None) -> SourcePage:
        place = self._place
        with self._asking():
            try:
                page = await self._client.list_objects_v2(
                    Bucket=place.bucket,
                    Prefix=place.prefix,
                    StartAfter=unquote(after or "", errors="surrogatepass"),
                    MaxKeys=self._page_size,
                )
            except ClientError as error:
                raise answered(error, "ListObjectsV2", place.bucket, self._region) from error
        found = page.get("Contents", [])
        if page["IsTruncated"] and not found:
            raise SourceUnavailableError("S3 says there is more, and lists nothing. Try again.")
        paths = [one["Key"].removeprefix(place.prefix) for one in found if self._is_meant(one)]
        items = tuple(self._names.item(path, path) for path in paths)
        last = quote(found[-1]["Key"], errors="surrogatepass") if page["IsTruncated"] else None
        return SourcePage(items, last)

    @override
    async def photo(self, item: str) -> bytes:
        async with self._turn:
            with self._asking():
                try:
                    answer = await self._client.get_object(
                        Bucket=self._place.bucket, Key=f"{self._place.prefix}{item}"
                    )
                except ClientError as error:
                    raise no_photo(error, self._place.bucket, self._region) from error
                except (ParamValidationError, UnicodeError) as error:
                    raise PhotoMissingError from error
                try:
                    return checked_photo(await _read(answer["Body"]))
                finally:
                    answer["Body"].close()

    @property
    def _region(self) -> str:
        return self._client.meta.region_name

    def _is_meant(self, one: "ObjectTypeDef") -> bool:
        key = one["Key"]
        path = key.removeprefix(self._place.prefix)
        if key.endswith("/") or is_ignored(path):
            return False
        if self._own is not None and self._own.holds(self._place.bucket, key):
            return False
        return self._since is None or one["LastModified"] >= self._since

    @contextmanager
    def _asking(self) -> Generator[None]:
        """Bound a call in time, and translate what is raised where S3 answers nothing."""
        try:
            with anyio.fail_after(self._seconds):
                yield
        except (TimeoutError, ReadTimeoutError, ConnectTimeoutError) as error:
            raise SourceTimeoutError from error
        except WITHOUT_CREDENTIALS as error:
            raise SourceUnavailableError(NO_CREDENTIALS) from error
        except ParamValidationError as error:
            raise SourceUnusableError(f"S3 was asked wrongly: {error}") from error
        except UNANSWERED as error:
            raise SourceUnavailableError(
                f"S3 does not answer ({type(error).__name__}). Try again."
            ) from error


async def _read(body: "StreamingBody") -> bytes:
    """Read a photo, but at most a byte more than a photo may have."""
    photo = bytearray()
    while len(photo) <= PHOTO_BYTES:
        piece = await body.read(min(_PIECE, PHOTO_BYTES + 1 - len(photo)))
        if not piece:
            break
        photo += piece
    return bytes(photo)

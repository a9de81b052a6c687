"""Amazon Rekognition as all its collections share it: the client, and how it is to be used."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, TypeVar

from adapters.face_engine.rekognition.errors import ObjectNotReadError, translated
from adapters.face_engine.rekognition.photos import Photos, Submission
from adapters.face_engine.rekognition.staging import S3Staging, sent
from app.domain.errors import EngineMisconfiguredError

if TYPE_CHECKING:
    from types_aiobotocore_rekognition import RekognitionClient
    from types_aiobotocore_rekognition.literals import AttributeType, QualityFilterType
    from types_aiobotocore_rekognition.type_defs import ImageTypeDef

Answer = TypeVar("Answer")

_PATIENT = {
    "AssociateFaces",
    "CreateUser",
    "DeleteFaces",
    "DeleteUser",
    "DisassociateFaces",
    "IndexFaces",
    "ListCollections",
    "ListFaces",
}
"""Nobody waits for an answer to these as somebody waits for one to a search."""


class Calls(Protocol):
    """Makes one call of the client, perhaps later and more than once."""

    async def __call__(
        self, operation: str, call: Callable[[], Awaitable[Answer]], *, urgent: bool = False
    ) -> Answer:
        """Return the call's answer or raise its error."""
        ...


async def made_at_once(
    operation: str, call: Callable[[], Awaitable[Answer]], *, urgent: bool = False
) -> Answer:
    """Make a call as it comes, and leave what fails to the client's own retries."""
    del operation, urgent
    return await call()


@dataclass(frozen=True, slots=True)
class Rekognition:
    """The client, which the caller owns, and the settings of every collection."""

    client: "RekognitionClient"
    calls: Calls = made_at_once
    photos: Photos = field(default_factory=Photos)
    staging: S3Staging | None = None
    quality_filter: "QualityFilterType" = "AUTO"
    detection_attributes: tuple["AttributeType", ...] = ("DEFAULT",)
    user_vectors: bool = False

    async def made(self, operation: str, call: Callable[[], Awaitable[Answer]]) -> Answer:
        """Make a call; raises the client's errors, which `translated` knows."""
        return await self.calls(operation, call, urgent=operation not in _PATIENT)

    async def shown(
        self,
        operation: str,
        collection_id: str,
        photo: Submission,
        call: Callable[["ImageTypeDef"], Awaitable[Answer]],
    ) -> tuple[Answer, str | None]:
        """Make a call that reads a photo; return also how that was not sent as it came.

        Raises the core's errors.
        """

        async def attempt(image: "ImageTypeDef") -> Answer:
            with translated(operation, collection_id):
                return await self.made(operation, lambda: call(image))

        try:
            return await sent(photo, self.staging, attempt)
        except ObjectNotReadError as error:  # though bytes were sent
            raise EngineMisconfiguredError(str(error)) from error

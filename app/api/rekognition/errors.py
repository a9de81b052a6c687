"""The one place where an error becomes one of Amazon Rekognition's."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

import structlog

from app.api.errors import RefusedBodyError
from app.domain import errors

log = structlog.get_logger(__name__)

INTERNAL: Final = "InternalServerError"
DENIED: Final = "AccessDeniedException"
INVALID: Final = "InvalidParameterException"
TOO_LARGE: Final = "ImageTooLargeException"
UNREADABLE: Final = "SerializationException"
BUSY: Final = "ProvisionedThroughputExceededException"
_FORMAT: Final = "InvalidImageFormatException"
_MISSING: Final = "ResourceNotFoundException"

CODES: Final[dict[type[errors.CandidError], str]] = {
    errors.CaseNumberRequiredError: DENIED,
    errors.CollectionExistsError: "ResourceAlreadyExistsException",
    errors.CollectionInUseError: DENIED,
    errors.CollectionModelError: INVALID,
    errors.CollectionNotFoundError: _MISSING,
    errors.DataKeysMisconfiguredError: INTERNAL,
    errors.DataKeysUnavailableError: INTERNAL,
    errors.EngineMisconfiguredError: INTERNAL,
    errors.EngineUnavailableError: INTERNAL,
    errors.FaceNotHeldError: INVALID,
    errors.ForeignOriginError: DENIED,
    errors.HostNotAllowedError: DENIED,
    errors.IdempotencyKeyReusedError: "IdempotentParameterMismatchException",
    errors.InvalidExternalImageIdError: INVALID,
    errors.LockedOutError: BUSY,
    errors.ModelSwitchedError: INTERNAL,
    errors.NoFaceError: INVALID,
    errors.ObjectNotReadableError: "InvalidS3ObjectException",
    errors.OnBehalfOfRequiredError: DENIED,
    errors.PhotoStoreMisconfiguredError: INTERNAL,
    errors.PhotoStoreUnavailableError: INTERNAL,
    errors.PhotoTooCostlyError: TOO_LARGE,
    errors.PhotoTooLargeError: TOO_LARGE,
    errors.PhotoUnreadableError: _FORMAT,
    errors.PolicyFieldMissingError: DENIED,
    errors.PolicyFieldRefusedError: INVALID,
    errors.PreservationHoldError: DENIED,
    errors.ProviderTermsError: DENIED,
    errors.PurposeNotAllowedError: DENIED,
    errors.PurposeRequiredError: DENIED,
    errors.RateLimitedError: BUSY,
    errors.RecordsUnavailableError: INTERNAL,
    errors.ScopeMissingError: DENIED,
    errors.ServiceBusyError: BUSY,
    errors.TombstonedError: INVALID,
    errors.TooManyCallsError: BUSY,
    errors.TrainingNotCurrentError: DENIED,
    errors.TooManyFacesOfUserError: "ServiceQuotaExceededException",
    errors.UnauthenticatedError: "UnrecognizedClientException",
    errors.UnsupportedPhotoError: _FORMAT,
    errors.UserExistsError: "ConflictException",
    errors.UserNotFoundError: _MISSING,
}
"""Every error that can reach a client of Rekognition; of any other InternalServerError is told."""

TEXTS: Final[dict[type[errors.CandidError], str]] = {
    errors.CaseNumberRequiredError: "{text} Send X-Candid-Case-Number, or bind it to the key.",
    errors.CollectionExistsError: "The collection id: {CollectionId} already exists.",
    errors.CollectionNotFoundError: "The collection id: {CollectionId} does not exist.",
    errors.FaceNotHeldError: "faceId was not found in the collection.",
    errors.IdempotencyKeyReusedError: "The ClientRequestToken was used for another request before.",
    errors.NoFaceError: "There are no faces in the image. Should be at least 1.",
    errors.PolicyFieldMissingError: "{text} Fields are sent as X-Candid-Case-Number and its like.",
    errors.PurposeRequiredError: "{text} Send X-Candid-Purpose, or bind it to the key.",
    errors.UserExistsError: "The user id: {UserId} already exists.",
    errors.UserNotFoundError: "The user id: {UserId} does not exist.",
}
"""What is told in Rekognition's words, or needs more than the error's own."""


class Refusal(Exception):  # noqa: N818 -- it is an answer
    """An error as Amazon Rekognition answers it."""

    def __init__(self, code: str, message: str, retry_after: int | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.retry_after = retry_after  # seconds, where it is known

    @property
    def status(self) -> HTTPStatus:
        """The HTTP status, 400 for all but our own faults: SDKs go by the code."""
        own = self.code == INTERNAL
        return HTTPStatus.INTERNAL_SERVER_ERROR if own else HTTPStatus.BAD_REQUEST


class BadSignature(Refusal):
    """A body that was not signed by whom the request names."""


def refusal_of(error: Exception, fields: Mapping[str, object] | None = None) -> Refusal:
    """Translate an error; of what is wrong here the log alone has the details."""
    if isinstance(error, Refusal):
        return error
    if isinstance(error, RefusedBodyError):
        if error.code == errors.TooManyCallsError.code:
            return Refusal(BUSY, error.detail, errors.TooManyCallsError.retry_after)
        return Refusal(TOO_LARGE, error.detail)
    if not isinstance(error, errors.CandidError) or type(error) not in CODES:
        log.error("unexpected_error", error=type(error).__name__, exc_info=error)
        return Refusal(
            INTERNAL, "Something went wrong here; the log has it under this request's id."
        )
    code = CODES[type(error)]
    if code in {INTERNAL, BUSY}:
        log.warning("request_not_served", code=error.code, detail=str(error))
        return Refusal(code, error.text, error.retry_after)
    named = {name: (fields or {}).get(name, "") for name in ("CollectionId", "UserId")}
    return Refusal(code, TEXTS.get(type(error), "{text}").format(text=error, **named))

"""The one place where an error becomes HTTP; every error body is a `Problem`."""

import re
from collections.abc import Sequence
from http import HTTPStatus
from typing import Final

import structlog
from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from app.api.schemas.problem import FieldError, Problem
from app.domain import errors

log = structlog.get_logger(__name__)

_NAME = re.compile(r"[a-zA-Z0-9_\-]{1,40}")

_422 = HTTPStatus.UNPROCESSABLE_ENTITY
_429 = HTTPStatus.TOO_MANY_REQUESTS
_503 = HTTPStatus.SERVICE_UNAVAILABLE

STATUS: Final[dict[type[errors.CandidError], HTTPStatus]] = {
    errors.InvalidExternalImageIdError: _422,
    errors.NoFaceError: _422,
    errors.SeveralFacesError: _422,
    errors.DerivationError: _422,
    errors.FaceIndexError: _422,
    errors.FaceRefusedError: _422,
    errors.PhotoUnreadableError: _422,
    errors.UnsupportedPhotoError: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    errors.PhotoTooLargeError: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    errors.PhotoTooCostlyError: _422,
    errors.EngineUnavailableError: _503,
    errors.EngineMisconfiguredError: _503,
    errors.JmsUnavailableError: _503,
    errors.JmsTimeoutError: _503,
    errors.JmsNotAskedError: _503,
    errors.JmsMisconfiguredError: _503,
    errors.JmsCannotListError: HTTPStatus.CONFLICT,
    errors.JmsNotConfiguredError: HTTPStatus.CONFLICT,
    errors.PhotoStoreUnavailableError: _503,
    errors.PhotoStoreMisconfiguredError: _503,
    errors.ObjectNotReadableError: _422,
    errors.DataKeysUnavailableError: _503,
    errors.DataKeysMisconfiguredError: _503,
    errors.RecordsUnavailableError: _503,
    errors.IdentityProviderUnavailableError: _503,
    errors.IdentityProviderMisconfiguredError: _503,
    errors.NotIndexedError: HTTPStatus.NOT_FOUND,
    errors.SearchNotFoundError: HTTPStatus.NOT_FOUND,
    errors.BookingNotFoundError: HTTPStatus.NOT_FOUND,
    errors.RecordWithheldError: HTTPStatus.NOT_FOUND,
    errors.TombstonedError: HTTPStatus.CONFLICT,
    errors.PreservationHoldError: HTTPStatus.CONFLICT,
    errors.HoldNotFoundError: HTTPStatus.NOT_FOUND,
    errors.HoldReleasedError: HTTPStatus.CONFLICT,
    errors.RemovalNotFoundError: HTTPStatus.NOT_FOUND,
    errors.NothingToRemoveError: HTTPStatus.NOT_FOUND,
    errors.ProbeNotKeptError: HTTPStatus.NOT_FOUND,
    errors.ProbeDestroyedError: HTTPStatus.NOT_FOUND,
    errors.ModelSwitchedError: _503,
    errors.NoModelChangeError: HTTPStatus.CONFLICT,
    errors.ModelChangeIncompleteError: HTTPStatus.CONFLICT,
    errors.PurposeRequiredError: _422,
    errors.CaseNumberRequiredError: _422,
    errors.PurposeNotAllowedError: HTTPStatus.FORBIDDEN,
    errors.PolicyFieldMissingError: _422,
    errors.PolicyFieldRefusedError: _422,
    errors.HighConfidenceRefusedError: HTTPStatus.CONFLICT,
    errors.IdempotencyKeyReusedError: _422,
    errors.UnauthenticatedError: HTTPStatus.UNAUTHORIZED,
    errors.LockedOutError: _429,
    errors.RateLimitedError: _429,
    errors.TooManyCallsError: _429,
    errors.HostNotAllowedError: HTTPStatus.MISDIRECTED_REQUEST,
    errors.ScopeMissingError: HTTPStatus.FORBIDDEN,
    errors.OnBehalfOfRequiredError: _422,
    errors.OnBehalfOfRefusedError: HTTPStatus.FORBIDDEN,
    errors.SecondFactorMissingError: HTTPStatus.FORBIDDEN,
    errors.RolesConflictError: HTTPStatus.FORBIDDEN,
    errors.SignInOffError: HTTPStatus.CONFLICT,
    errors.PersonNotBlockedError: HTTPStatus.NOT_FOUND,
    errors.TrainingNotCurrentError: HTTPStatus.FORBIDDEN,
    errors.ScopeNotHeldError: HTTPStatus.FORBIDDEN,
    errors.AuditAloneError: _422,
    errors.KeyNotFoundError: HTTPStatus.NOT_FOUND,
    errors.KeyEndedError: HTTPStatus.CONFLICT,
    errors.LastAdminKeyError: HTTPStatus.CONFLICT,
    errors.KeysOffError: HTTPStatus.CONFLICT,
    errors.ProviderTermsError: HTTPStatus.FORBIDDEN,
    errors.ForeignOriginError: HTTPStatus.FORBIDDEN,
    errors.LinkExpiredError: HTTPStatus.FORBIDDEN,
    errors.ServiceBusyError: _503,
    errors.TooManyWatchersError: _503,
    errors.SourceUnusableError: _422,
    errors.SourceUnavailableError: _503,
    errors.SourceTimeoutError: _503,
    errors.PhotoMissingError: HTTPStatus.NOT_FOUND,
    errors.ImportNotFoundError: HTTPStatus.NOT_FOUND,
    errors.ImportItemNotFoundError: HTTPStatus.NOT_FOUND,
    errors.ImportRunningError: HTTPStatus.CONFLICT,
    errors.ImportInTroubleError: HTTPStatus.CONFLICT,
    errors.ImportStateError: HTTPStatus.CONFLICT,
    errors.ReviewStateError: HTTPStatus.CONFLICT,
    errors.ReviewEntryStandsError: HTTPStatus.CONFLICT,
    errors.ReviewerExcludedError: HTTPStatus.FORBIDDEN,
    errors.ReviewerNotBlindError: HTTPStatus.FORBIDDEN,
    errors.ReviewAnswerError: _422,
    errors.CorroborationRequiredError: _422,
    errors.PictureNotFoundError: HTTPStatus.NOT_FOUND,
    errors.JmsEventsOffError: HTTPStatus.CONFLICT,
    errors.SignatureInvalidError: HTTPStatus.UNAUTHORIZED,
    errors.SignatureOutdatedError: HTTPStatus.UNAUTHORIZED,
    errors.EventConflictError: HTTPStatus.CONFLICT,
    errors.RemovalsWaitError: HTTPStatus.CONFLICT,
    errors.RemovalsChangedError: HTTPStatus.CONFLICT,
}
"""Every error that can reach a caller; a test holds it complete."""

_OF_FIELDS = (
    errors.PurposeRequiredError,
    errors.CaseNumberRequiredError,
    errors.PolicyFieldMissingError,
    errors.PolicyFieldRefusedError,
    errors.ReviewAnswerError,
)

MEDIA_TYPE: Final = "application/problem+json"
RETRY_AFTER: Final = "2"


class RefusedBodyError(HTTPException):
    """A body that is not taken in; raised where the framework may be reading it."""

    def __init__(
        self, status: HTTPStatus, code: str, detail: str, headers: dict[str, str] | None = None
    ) -> None:
        super().__init__(status, detail, headers)
        self.code = code


async def core_error(_: Request, error: errors.CandidError) -> JSONResponse:
    """Answer an error of the core; of what is wrong here (503) the log alone has the details."""
    status = STATUS[type(error)]
    told = error.text if status is _503 else str(error)
    refusal = answer(status, error.code, told, reasons(error))
    if status is _503:
        log.warning("request_not_served", code=error.code, detail=str(error))
        refusal.headers["Retry-After"] = RETRY_AFTER
    if error.retry_after is not None:
        refusal.headers["Retry-After"] = str(error.retry_after)
    if refusal.status_code == HTTPStatus.UNAUTHORIZED:
        refusal.headers["WWW-Authenticate"] = "Bearer"
    return refusal


async def invalid_request(_: Request, error: RequestValidationError) -> JSONResponse:
    """Answer a request that does not fit the schema: fields and reasons, never their values."""
    said = [(_place(one["loc"]), one["msg"]) for one in error.errors()]
    fields = [FieldError(field=field, message=message) for field, message in dict.fromkeys(said)]
    named = "; ".join(f"{one.field}: {one.message}" for one in fields)
    return answer(_422, "invalid_request", f"The request does not fit: {named}.", fields)


def _place(location: Sequence[object]) -> str:
    """Name a field; a name that the caller made up is repeated only where it looks like one."""
    parts = [str(part) for part in location[1:]]
    return ".".join(part if _NAME.fullmatch(part) else "a field" for part in parts) or "body"


async def http_error(request: Request, error: HTTPException) -> JSONResponse:
    """Answer what the framework refuses: unknown paths, wrong methods, broken multipart bodies."""
    status = HTTPStatus(error.status_code)
    code = error.code if isinstance(error, RefusedBodyError) else status.name.lower()
    refusal = answer(status, code, str(error.detail))
    refusal.headers.update(error.headers or {})
    known = request.app.openapi()["paths"].get(getattr(request.scope.get("route"), "path", ""))
    if status is HTTPStatus.METHOD_NOT_ALLOWED and known:
        # The framework names one route's methods; RFC 9110, 15.5.6, wants all of the path's.
        refusal.headers["Allow"] = ", ".join(sorted(known)).upper()
    return refusal


def unexpected_error(error: Exception) -> JSONResponse:
    """Answer a defect of ours without telling anything of it to the caller."""
    log.error("unexpected_error", error=type(error).__name__, exc_info=error)
    text = "Something went wrong here; the log has it under this request's id."
    return answer(HTTPStatus.INTERNAL_SERVER_ERROR, "internal", text)


def answer(
    status: HTTPStatus, code: str, detail: str, fields: list[FieldError] | None = None
) -> JSONResponse:
    """Build an RFC 9457 answer."""
    body = problem(status, code, detail, fields)
    return JSONResponse(body.model_dump(), status_code=status, media_type=MEDIA_TYPE)


def problem(
    status: HTTPStatus, code: str, detail: str, fields: list[FieldError] | None = None
) -> Problem:
    """Build its body; the title belongs to the code alone (RFC 9457, 3.1.3)."""
    return Problem(
        type=f"urn:candid:{code}",
        title=code.replace("_", " ").capitalize().replace("Jms", "JMS"),
        status=status,
        code=code,
        detail=detail,
        errors=fields or [],
    )


def reasons(error: errors.CandidError) -> list[FieldError]:
    """Name the faces behind a refusal, largest first, by place and reason; or the fields."""
    if isinstance(error, _OF_FIELDS):
        return [FieldError(field=field, message=message) for field, message in error.complaints]
    if isinstance(error, errors.EventConflictError):
        return [FieldError(field="events", message=one) for one in error.event_ids]
    if isinstance(error, errors.FaceRefusedError):
        return [
            FieldError(field=f"faces.{i}", message=", ".join(one.reasons))
            for i, one in enumerate(error.refused)
        ]
    if isinstance(error, errors.SeveralFacesError):
        return [
            FieldError(
                field=f"faces.{i}",
                message=f"left={f.box.left:.3f} top={f.box.top:.3f} "
                f"width={f.box.width:.3f} height={f.box.height:.3f}",
            )
            for i, f in enumerate(error.faces)
        ]
    return []

"""The one place where an error becomes HTTP; every error body is a `Problem`."""

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

_422 = HTTPStatus.UNPROCESSABLE_ENTITY
_503 = HTTPStatus.SERVICE_UNAVAILABLE

STATUS: Final[dict[type[errors.CandidError], HTTPStatus]] = {
    errors.InvalidExternalImageIdError: _422,
    errors.NoFaceError: _422,
    errors.SeveralFacesError: _422,
    errors.FaceIndexError: _422,
    errors.FaceRefusedError: _422,
    errors.PhotoUnreadableError: _422,
    errors.UnsupportedPhotoError: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    errors.PhotoTooLargeError: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    errors.PhotoTooCostlyError: _422,
    errors.EngineUnavailableError: _503,
    errors.EngineMisconfiguredError: _503,
    errors.JmsUnavailableError: _503,
    errors.JmsMisconfiguredError: _503,
    errors.JmsCannotListError: HTTPStatus.CONFLICT,
    errors.JmsNotConfiguredError: HTTPStatus.CONFLICT,
    errors.PhotoStoreUnavailableError: _503,
    errors.PhotoStoreMisconfiguredError: _503,
    errors.ObjectNotReadableError: _422,
    errors.RecordsUnavailableError: _503,
    errors.NotIndexedError: HTTPStatus.NOT_FOUND,
    errors.SearchNotFoundError: HTTPStatus.NOT_FOUND,
    errors.BookingNotFoundError: HTTPStatus.NOT_FOUND,
    errors.RecordWithheldError: HTTPStatus.NOT_FOUND,
    errors.TombstonedError: HTTPStatus.CONFLICT,
    errors.PurposeRequiredError: _422,
    errors.CaseNumberRequiredError: _422,
    errors.IdempotencyKeyReusedError: _422,
    errors.UnauthenticatedError: HTTPStatus.UNAUTHORIZED,
    errors.ScopeMissingError: HTTPStatus.FORBIDDEN,
    errors.ProviderTermsError: HTTPStatus.FORBIDDEN,
    errors.ForeignOriginError: HTTPStatus.FORBIDDEN,
    errors.LinkExpiredError: HTTPStatus.FORBIDDEN,
    errors.ServiceBusyError: _503,
}
"""Every error that can reach a caller; a test holds it complete."""

MEDIA_TYPE: Final = "application/problem+json"
RETRY_AFTER: Final = "2"


async def core_error(_: Request, error: errors.CandidError) -> JSONResponse:
    """Answer an error of the core; of what is wrong here (503) the log alone has the details."""
    status = STATUS[type(error)]
    told = error.text if status is _503 else str(error)
    refusal = answer(status, error.code, told, reasons(error))
    if status is _503:
        log.warning("request_not_served", code=error.code, detail=str(error))
        refusal.headers["Retry-After"] = RETRY_AFTER
    if refusal.status_code == HTTPStatus.UNAUTHORIZED:
        refusal.headers["WWW-Authenticate"] = "Bearer"
    return refusal


async def invalid_request(_: Request, error: RequestValidationError) -> JSONResponse:
    """Answer a request that does not fit the schema: fields and reasons, never their values."""
    said = [(".".join(map(str, one["loc"][1:])) or "body", one["msg"]) for one in error.errors()]
    fields = [FieldError(field=field, message=message) for field, message in dict.fromkeys(said)]
    named = "; ".join(f"{one.field}: {one.message}" for one in fields)
    return answer(_422, "invalid_request", f"The request does not fit: {named}.", fields)


async def http_error(request: Request, error: HTTPException) -> JSONResponse:
    """Answer what the framework refuses: unknown paths, wrong methods, broken multipart bodies."""
    status = HTTPStatus(error.status_code)
    too_large = status is HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    code = errors.PhotoTooLargeError.code if too_large else status.name.lower()
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
    """Name the faces behind a refusal, largest first, by place and reason."""
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

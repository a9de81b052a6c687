"""The one place where an error becomes HTTP; every error body is a `Problem`."""

from http import HTTPStatus
from typing import Any, Final

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
    errors.LinkExpiredError: HTTPStatus.FORBIDDEN,
    errors.ServiceBusyError: _503,
}
MEDIA_TYPE: Final = "application/problem+json"
RETRY_AFTER: Final = "2"


async def core_error(_: Request, error: Exception) -> JSONResponse:
    """Answer an error of the core."""
    if not isinstance(error, errors.CandidError):
        raise error
    answer = problem(STATUS[type(error)], error.code, str(error), reasons(error))
    if answer.status_code == _503:
        log.warning("request_not_served", code=error.code, detail=str(error))
        answer.headers["Retry-After"] = RETRY_AFTER
    if answer.status_code == HTTPStatus.UNAUTHORIZED:
        answer.headers["WWW-Authenticate"] = "Bearer"
    return answer


async def invalid_request(_: Request, error: Exception) -> JSONResponse:
    """Answer a request that does not fit the schema: fields and reasons, never their values."""
    if not isinstance(error, RequestValidationError):
        raise error
    fields = [
        FieldError(field=".".join(map(str, one["loc"][1:])) or "body", message=one["msg"])
        for one in error.errors()
    ]
    named = "; ".join(f"{one.field}: {one.message}" for one in fields)
    return problem(_422, "invalid_request", f"The request does not fit: {named}.", fields)


async def http_error(_: Request, error: Exception) -> JSONResponse:
    """Answer what the framework refuses: unknown paths, wrong methods, broken multipart bodies."""
    if not isinstance(error, HTTPException):
        raise error
    status = HTTPStatus(error.status_code)
    too_large = status is HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    code = errors.PhotoTooLargeError.code if too_large else status.name.lower()
    answer = problem(status, code, str(error.detail))
    answer.headers.update(error.headers or {})
    return answer


async def unexpected_error(_: Request, error: Exception) -> JSONResponse:
    """Answer a defect of ours without telling anything of it to the caller."""
    log.error("unexpected_error", error=type(error).__name__, exc_info=error)
    text = "Something went wrong here; the log has it under this request's id."
    return problem(HTTPStatus.INTERNAL_SERVER_ERROR, "internal", text)


def problem(
    status: HTTPStatus, code: str, detail: str, fields: list[FieldError] | None = None
) -> JSONResponse:
    """Build an RFC 9457 answer."""
    body = Problem(
        type=f"urn:candid:{code}",
        title=status.phrase,
        status=status,
        code=code,
        detail=detail,
        errors=fields or [],
    )
    return JSONResponse(body.model_dump(), status_code=status, media_type=MEDIA_TYPE)


def documented(*statuses: HTTPStatus) -> dict[int | str, dict[str, Any]]:
    """Describe error answers in the OpenAPI of a route."""
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {int(one): {"description": one.phrase, "content": content} for one in statuses}


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

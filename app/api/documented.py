"""Which errors a call can answer, told in the OpenAPI document with bodies as they really are."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

from app.api.errors import MEDIA_TYPE, RETRY_AFTER, STATUS, problem
from app.api.examples import recorded
from app.domain import errors


@dataclass(frozen=True, slots=True)
class HttpRefusal:
    """A refusal by the HTTP edge itself, before any use case is asked."""

    code: str
    status: HTTPStatus
    text: str = ""


INVALID_REQUEST: Final = HttpRefusal("invalid_request", HTTPStatus.UNPROCESSABLE_ENTITY)
BROKEN_BODY: Final = HttpRefusal("bad_request", HTTPStatus.BAD_REQUEST)
LONG_BODY: Final = HttpRefusal(
    "body_too_large",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    "A body that is no form has at most 64 kB.",
)
"""For bodies that grow with what is sent."""

Refusal = type[errors.CandidError] | HttpRefusal

KEYED: Final[tuple[Refusal, ...]] = (
    errors.UnauthenticatedError,
    errors.LockedOutError,
    errors.RateLimitedError,
    errors.ScopeMissingError,
    errors.SecondFactorMissingError,
    errors.RolesConflictError,
    errors.OnBehalfOfRefusedError,
    errors.ForeignOriginError,
    errors.RecordsUnavailableError,
    errors.IdentityProviderUnavailableError,
    errors.IdentityProviderMisconfiguredError,
    INVALID_REQUEST,
)
"""What every call that needs a key or a token can answer."""

SHOWING: Final[tuple[Refusal, ...]] = (*KEYED, errors.OnBehalfOfRequiredError)
"""What every call that only the scope `search` opens can answer."""

READING: Final[tuple[Refusal, ...]] = (
    BROKEN_BODY,
    errors.PhotoTooLargeError,
    errors.UnsupportedPhotoError,
    errors.PhotoUnreadableError,
    errors.PhotoTooCostlyError,
    errors.EngineUnavailableError,
    errors.EngineMisconfiguredError,
    errors.ServiceBusyError,
    errors.TooManyCallsError,
)
"""What every call that reads an uploaded photo can answer."""


def documented(*refusals: Refusal) -> dict[int | str, dict[str, Any]]:
    """Describe error answers in the OpenAPI of a route, by status, each code with its body."""
    by_status: dict[HTTPStatus, list[Refusal]] = {}
    for refusal in dict.fromkeys(refusals):
        by_status.setdefault(_status(refusal), []).append(refusal)
    return {int(status): _described(status, by_status[status]) for status in sorted(by_status)}


def _status(refusal: Refusal) -> HTTPStatus:
    return refusal.status if isinstance(refusal, HttpRefusal) else STATUS[refusal]


def _described(status: HTTPStatus, refusals: list[Refusal]) -> dict[str, Any]:
    bodies = {one.code: _body(status, one) for one in refusals}
    examples = {code: {"value": body} for code, body in bodies.items() if body["detail"]}
    media = {"schema": {"$ref": "#/components/schemas/Problem"}, "examples": examples}
    codes = ", ".join(f"`{code}`" for code in bodies)
    return {"description": codes, "content": {MEDIA_TYPE: media}} | _headers(status)


def _body(status: HTTPStatus, refusal: Refusal) -> Mapping[str, object]:
    known = recorded().problems
    if refusal.code in known:
        return known[refusal.code]
    body: Mapping[str, object] = problem(status, refusal.code, refusal.text).model_dump()
    return body


def _headers(status: HTTPStatus) -> dict[str, Any]:
    if status in {HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.TOO_MANY_REQUESTS}:
        schema = {"type": "integer", "examples": [int(RETRY_AFTER)]}
        return {"headers": {"Retry-After": {"description": "Seconds.", "schema": schema}}}
    if status is HTTPStatus.UNAUTHORIZED:
        return {"headers": {"WWW-Authenticate": {"schema": {"type": "string"}}}}
    return {}

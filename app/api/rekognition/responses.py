"""Answers as every AWS SDK reads them: always JSON, a request id, a code in the body."""

from collections.abc import Mapping

from fastapi import Request
from fastapi.responses import JSONResponse

from app.api.rekognition.errors import BUSY, Refusal

MEDIA_TYPE = "application/x-amz-json-1.1"
_RETRY_AFTER_MS = "2000"


def answered(
    request: Request, answer: Mapping[str, object], said_of_policy: Mapping[str, str]
) -> JSONResponse:
    """Build the answer of a call that was served; AWS's body has no place for the policy."""
    headers = _headers(request) | dict(said_of_policy)
    return JSONResponse(answer, headers=headers, media_type=MEDIA_TYPE)


def refused(request: Request, refusal: Refusal) -> JSONResponse:
    """Build an error; some SDKs read its `message`, others its `Message`."""
    body = {
        "__type": refusal.code,
        "Code": refusal.code,
        "Logref": request.scope["candid.request_id"],
        "Message": refusal.message,
        "message": refusal.message,
    }
    headers = _headers(request)
    if refusal.code == BUSY:
        headers["x-amz-retry-after"] = _RETRY_AFTER_MS
    if refusal.retry_after is not None:
        headers["Retry-After"] = str(refusal.retry_after)
        headers["x-amz-retry-after"] = str(1000 * refusal.retry_after)
    return JSONResponse(body, refusal.status, headers, MEDIA_TYPE)


def _headers(request: Request) -> dict[str, str]:
    return {"x-amzn-RequestId": request.scope["candid.request_id"]}

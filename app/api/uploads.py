"""Before an upload is taken in: who sends it, and how large it may be."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import cast

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.api.deps import CALLER, State
from app.api.edge import FORM_BYTES, TOO_LARGE, UPLOAD_BYTES
from app.api.errors import answer, core_error
from app.api.rekognition.route import is_call
from app.domain.errors import CandidError, PhotoTooLargeError

_STATUS = HTTPStatus.REQUEST_ENTITY_TOO_LARGE


@dataclass(frozen=True, slots=True)
class KnownSenders:
    """Asks for the key before the body: strangers cannot fill the memory with uploads.

    Rekognition's calls are signed instead, and their route sees to both itself.
    """

    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] == "http" and scope["method"] == "POST" and not is_call(scope):
            services = cast("State", scope["state"])["services"]
            scheme, _, key = Headers(scope=scope).get("authorization", "").partition(" ")
            try:
                presented = key if scheme.lower() == "bearer" else None
                scope[CALLER] = await services.authenticate(presented)
            except CandidError as error:
                refusal = await core_error(Request(scope), error)
                await refusal(scope, receive, send)
                return
        await self.app(scope, receive, send)


@dataclass(frozen=True, slots=True)
class LimitedUploads:
    """Refuses what is larger than a photo may be, before or while it arrives."""

    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] == "http" and not is_call(scope):
            allowed = UPLOAD_BYTES + FORM_BYTES
            announced = Headers(scope=scope).get("content-length", "0")
            if announced.isdigit() and int(announced) > allowed:
                refusal = answer(_STATUS, PhotoTooLargeError.code, TOO_LARGE)
                refusal.headers["Connection"] = "close"
                await refusal(scope, receive, send)
                return
            receive = _counted(receive, allowed)
        await self.app(scope, receive, send)


def _counted(receive: Receive, allowed: int) -> Receive:
    left = allowed

    async def counted() -> Message:
        nonlocal left
        message = await receive()
        left -= len(message.get("body", b""))
        if left < 0:
            raise HTTPException(_STATUS, TOO_LARGE, {"Connection": "close"})
        return message

    return counted

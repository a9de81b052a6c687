"""Round every request: its id, its log line, its metrics and the limit on what it may send."""

import re
import time
import uuid
from dataclasses import dataclass
from http import HTTPStatus

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.api.errors import problem
from app.api.metrics import RequestMetrics
from app.domain.errors import PhotoTooLargeError

log = structlog.get_logger("candid.request")

UPLOAD_BYTES = 20_000_000
"""The largest photo taken in."""

_TOO_LARGE = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
_FORM_BYTES = 64_000  # what the other fields of a form may add
_GIVEN_ID = re.compile(r"[a-zA-Z0-9_\-]{1,64}")


@dataclass(frozen=True, slots=True)
class LoggedRequests:
    """Gives each request an id and writes one line when it is answered; never names or images."""

    app: ASGIApp
    metrics: RequestMetrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        given = Headers(scope=scope).get("x-request-id", "")
        request_id = given if _GIVEN_ID.fullmatch(given) else uuid.uuid4().hex
        scope["candid.request_id"] = request_id
        structlog.contextvars.bind_contextvars(request_id=request_id)
        status = HTTPStatus.INTERNAL_SERVER_ERROR.value
        started = time.perf_counter()

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["X-Request-ID"] = request_id
            await send(message)

        try:
            await self.app(scope, receive, send_with_id)
        finally:
            self._observe(scope, status, time.perf_counter() - started)
            structlog.contextvars.unbind_contextvars("request_id")

    def _observe(self, scope: Scope, status: int, seconds: float) -> None:
        route = getattr(scope.get("route"), "path", "unknown")
        method = scope["method"] if route != "unknown" else "other"
        self.metrics.observe(method, route, status, seconds)
        log.info(
            "request_answered",
            method=scope["method"],
            route=route,
            status=status,
            milliseconds=round(seconds * 1e3, 1),
            address=(scope.get("client") or (None,))[0],
        )


@dataclass(frozen=True, slots=True)
class LimitedUploads:
    """Refuses what is larger than a photo may be, before or while it arrives."""

    app: ASGIApp
    limit: int = UPLOAD_BYTES

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        allowed = self.limit + _FORM_BYTES
        announced = Headers(scope=scope).get("content-length", "0")
        if announced.isdigit() and int(announced) > allowed:
            await self._refusal()(scope, receive, send)
            return
        await self.app(scope, self._counted(receive, allowed), send)

    def _refusal(self) -> ASGIApp:
        refusal = problem(_TOO_LARGE, PhotoTooLargeError.code, self._text())
        refusal.headers["Connection"] = "close"
        return refusal

    def _text(self) -> str:
        return f"The upload is larger than {self.limit / 1e6:g} MB. Send a smaller photo."

    def _counted(self, receive: Receive, allowed: int) -> Receive:
        left = allowed

        async def counted() -> Message:
            nonlocal left
            message = await receive()
            left -= len(message.get("body", b""))
            if left < 0:
                raise HTTPException(_TOO_LARGE, self._text())
            return message

        return counted

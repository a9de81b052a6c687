"""Round every request: its id, its log line and its metrics."""

import re
import time
import uuid
from dataclasses import dataclass

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.api.errors import unexpected_error
from app.api.metrics import RequestMetrics

log = structlog.get_logger("candid.request")

LABEL = "candid.operation"
"""Where a request's scope names what is asked for, where one route serves more than one thing."""

_UNSAID = 499  # the caller went away before there was an answer
_GIVEN_ID = re.compile(r"[a-zA-Z0-9_\-]{1,64}")


@dataclass(frozen=True, slots=True)
class LoggedRequests:
    """Gives each request an id and writes one line when it is answered; never names or images."""

    app: ASGIApp
    metrics: RequestMetrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        serve = self._logged if scope["type"] == "http" else self.app
        await serve(scope, receive, send)

    async def _logged(self, scope: Scope, receive: Receive, send: Send) -> None:
        request_id = scope["candid.request_id"] = _request_id(scope)
        structlog.contextvars.bind_contextvars(request_id=request_id)
        status: int | None = None
        started = time.perf_counter()

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["X-Request-ID"] = request_id
            await send(message)

        try:
            await self.app(scope, receive, send_with_id)
        except Exception as error:
            apology = unexpected_error(error)
            if status is not None:  # too late to say so: breaking off is what the caller sees
                raise
            await apology(scope, receive, send_with_id)
        finally:
            self._observe(scope, status or _UNSAID, time.perf_counter() - started)
            structlog.contextvars.unbind_contextvars("request_id")

    def _observe(self, scope: Scope, status: int, seconds: float) -> None:
        route = getattr(scope.get("route"), "path", "unknown")
        method = scope["method"] if route != "unknown" else "other"
        route = f"{route} {scope[LABEL]}" if LABEL in scope else route
        self.metrics.observe(method, route, int(status), seconds)
        log.info(
            "request_answered",
            method=scope["method"],
            route=route,
            status=int(status),
            milliseconds=round(seconds * 1e3, 1),
            address=(scope.get("client") or (None,))[0],
        )


def _request_id(scope: Scope) -> str:
    given = Headers(scope=scope).get("x-request-id", "")
    return given if _GIVEN_ID.fullmatch(given) else uuid.uuid4().hex

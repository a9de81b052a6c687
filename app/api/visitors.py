"""Where nobody needs a key: no page of another site may use the service through a browser."""

from dataclasses import dataclass
from typing import cast

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from app.api.deps import State
from app.api.errors import core_error
from app.api.hosts import host_name
from app.api.rekognition.errors import refusal_of
from app.api.rekognition.responses import refused
from app.api.rekognition.route import is_call
from app.domain.access import is_loopback
from app.domain.errors import ForeignOriginError


@dataclass(frozen=True, slots=True)
class OwnVisitors:
    """While authentication is off, serves programs of this machine and pages of the service only.

    A browser sends a form to any address without asking (a "simple request" of the Fetch
    standard), and a site may point its own name at 127.0.0.1 (DNS rebinding). It always says
    truly which page asks (`Origin`) and under which name (`Host`).
    """

    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] == "http" and _is_foreign(scope):
            request, error = Request(scope), ForeignOriginError()
            as_aws = is_call(scope)
            refusal = (
                refused(request, refusal_of(error)) if as_aws else await core_error(request, error)
            )
            await refusal(scope, receive, send)
            return
        await self.app(scope, receive, send)


def _is_foreign(scope: Scope) -> bool:
    if cast("State", scope["state"])["edge"].authentication:
        return False
    headers = Headers(scope=scope)
    host, origin = headers.get("host", "").lower(), headers.get("origin")
    return not is_loopback(host_name(host)) or origin not in {None, f"{scope['scheme']}://{host}"}

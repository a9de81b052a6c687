"""By which names the service may be asked, where they are set."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from app.api.errors import core_error
from app.api.rekognition.errors import refusal_of
from app.api.rekognition.responses import refused
from app.api.rekognition.route import is_call
from app.domain.access import is_loopback
from app.domain.errors import HostNotAllowedError

UNHOSTED: Final = ("/health/live", "/health/ready", "/metrics")
"""What watches a service asks it by its address."""


@dataclass(frozen=True, slots=True)
class KnownHosts:
    """Refuses calls under names that are not the service's, when those are known.

    A name that somebody else points here must not make a browser, a cache or a proxy take this
    service's answers for theirs.
    """

    app: ASGIApp
    names: Collection[str]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or not self.names or self._is_known(scope):
            await self.app(scope, receive, send)
            return
        request, error = Request(scope), HostNotAllowedError()
        as_aws = is_call(scope)
        refusal = (
            refused(request, refusal_of(error)) if as_aws else await core_error(request, error)
        )
        await refusal(scope, receive, send)

    def _is_known(self, scope: Scope) -> bool:
        name = host_name(Headers(scope=scope).get("host", ""))
        return scope["path"] in UNHOSTED or name in self.names or is_loopback(name)


def host_name(host: str) -> str:
    """Return the name in a Host header without its port; empty where it is none."""
    try:
        return (urlsplit(f"//{host.lower()}").hostname or "").rstrip(".")
    except ValueError:
        return ""

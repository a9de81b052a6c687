"""What every answer tells browsers and caches: show it nowhere else, keep it nowhere."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADERS: Final[Mapping[str, str]] = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
"""Where a route says nothing else; the docs page says what it loads."""

TRANSPORT_SECURITY: Final = ("Strict-Transport-Security", "max-age=31536000")
"""For a year, by TLS alone (RFC 6797); only where TLS is what callers use."""


@dataclass(frozen=True, slots=True)
class CarefulAnswers:
    """Adds the headers to every answer, errors and files too."""

    app: ASGIApp
    tls: bool

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_care(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                if self.tls or scope["scheme"] == "https":
                    headers.setdefault(*TRANSPORT_SECURITY)
            await send(message)

        await self.app(scope, receive, send_with_care)

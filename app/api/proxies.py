"""Behind a proxy: from which address a call really came, where the proxy may be believed."""

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from app.domain.networks import Address, Network, address_of, lies_in


@dataclass(frozen=True, slots=True)
class KnownProxies:
    """Takes the caller's address from `X-Forwarded-For`, which only proxies known by name may say.

    Each proxy appends whom it was called by, so the list is read from its end: the first address
    that is no known proxy's is the caller's. What stands before it may be anybody's invention.
    """

    app: ASGIApp
    networks: Sequence[Network]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] == "http" and scope.get("client"):
            address, port = scope["client"]
            scope["client"] = (self._caller(address, Headers(scope=scope)), port)
        await self.app(scope, receive, send)

    def _caller(self, address: str, headers: Headers) -> str:
        said = ",".join(headers.getlist("x-forwarded-for")).split(",") if self.networks else []
        found = str(address_of(address) or address)
        while said and lies_in(found, self.networks):
            before = _read(said.pop())
            if before is None:
                break
            found = str(before)
        return found


def _read(text: str) -> Address | None:
    """Read one address; some proxies add the port."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    return address_of(text)

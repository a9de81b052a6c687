"""What every question goes through: who asks, and what is wrong with the JMS at the moment."""

import hmac
from collections.abc import Collection

import anyio
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from app.demo_jms.jail import DemoJail


class Door:
    """Lets through who may ask, unless a fault is on; `spared` paths have no faults.

    Of paths `by_message` the question itself says who asks.
    """

    def __init__(
        self,
        app: ASGIApp,
        jail: DemoJail,
        token: str | None,
        *,
        spared: Collection[str] = (),
        by_message: Collection[str] = (),
    ) -> None:
        self._app = app
        self._jail = jail
        self._token = token
        self._spared = spared
        self._by_message = by_message

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or have the application answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope, receive)
        answer = self._refusal(request)
        if answer is None and request.url.path not in self._spared:
            answer = await self._fault(request)
        await (answer or self._app)(scope, receive, send)

    def _refusal(self, request: Request) -> Response | None:
        if self._token is None or request.url.path in self._by_message:
            return None
        said = request.headers.get("Authorization", "")
        if hmac.compare_digest(said.encode(), f"Bearer {self._token}".encode()):
            return None
        wanted = {"WWW-Authenticate": "Bearer"}
        return JSONResponse({"detail": "a bearer token is needed"}, 401, wanted)

    async def _fault(self, request: Request) -> Response | None:
        faults = self._jail.faults
        if faults.rate_limit is not None and not self._jail.turnstile.passes(faults.rate_limit):
            return JSONResponse({"detail": "too many questions"}, 429, {"Retry-After": "1"})
        await anyio.sleep(faults.latency_ms / 1000)
        drawn = self._jail.chance.draw(f"{request.method} {request.url.path}?{request.url.query}")
        if drawn < faults.hang_rate:
            await _hang(request)
        if drawn < faults.hang_rate + faults.error_rate:
            return HTMLResponse("<h1>Error: SELECT * FROM demo_inmate</h1>", 500)
        return None


async def _hang(request: Request) -> None:
    """Answer nothing while the caller is there."""
    while (await request.receive())["type"] != "http.disconnect":
        pass

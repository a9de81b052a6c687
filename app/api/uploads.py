"""Before a call is served: who sends it, how large it may be, and whose turn it is."""

import asyncio
from collections import deque
from dataclasses import dataclass
from typing import Final, cast

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.api.deps import CALLER, State, visitor_of
from app.api.errors import RefusedBodyError, core_error, http_error
from app.api.intake import Intake, UploadSpace
from app.api.rekognition.body import BODY_BYTES
from app.api.rekognition.route import is_call
from app.api.turns import turn_of
from app.domain.errors import CandidError

COSTLY: Final = {("POST", "/search"), ("POST", "/index"), ("POST", "/detect")}
"""What reads a photo."""

SIGNED: Final = {("POST", "/jms/events")}
"""What shows by a signature who sends it; the route looks at it, and the body is small."""

MOST_OF_A_CALL: Final = 2 * BODY_BYTES
"""More than Rekognition's route takes in, which refuses in AWS's words."""


@dataclass(frozen=True, slots=True)
class KnownSenders:
    """Asks for the key before the body: strangers cannot fill the memory with uploads.

    Rekognition's calls and the JMS's events are signed instead, and their routes see to it.
    """

    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] == "http" and scope["method"] == "POST" and not _is_signed(scope):
            services = cast("State", scope["state"])["services"]
            scheme, _, key = Headers(scope=scope).get("authorization", "").partition(" ")
            try:
                presented = key if scheme.lower() == "bearer" else None
                scope[CALLER] = await services.authenticate(presented, visitor_of(scope))
            except CandidError as error:
                refusal = await core_error(Request(scope), error)
                await refusal(scope, receive, send)
                return
        await self.app(scope, receive, send)


@dataclass(frozen=True, slots=True)
class LimitedUploads:
    """Refuses what is larger than it may be, before or while it arrives.

    Rekognition's calls have a limit of their own, and are counted here among all.
    """

    app: ASGIApp
    space: UploadSpace

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        most = MOST_OF_A_CALL if is_call(scope) else None
        try:
            intake = Intake(scope, receive, self.space, most)
        except RefusedBodyError as error:
            refusal = await http_error(Request(scope), error)
            await refusal(scope, receive, send)
            return
        try:
            await self.app(scope, intake.receive, send)
        finally:
            intake.end()


@dataclass(frozen=True, slots=True)
class OrderlyCalls:
    """Takes in the body of a call that costs, then waits for the caller's turn.

    Slow senders keep nobody waiting: a turn begins when everything is here. Rekognition's route
    does the same by itself, once it knows whose signature it is.
    """

    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or (scope["method"], scope["path"]) not in COSTLY:
            await self.app(scope, receive, send)
            return
        try:
            body = await _whole(receive)
            if body is None:  # the caller went away
                return
            async with turn_of(scope, scope[CALLER]):
                await self.app(scope, _again(body, receive), send)
        except (RefusedBodyError, CandidError) as error:
            answered = http_error if isinstance(error, RefusedBodyError) else core_error
            refusal = await answered(Request(scope), error)  # type: ignore[arg-type]  # as asked
            await refusal(scope, receive, send)


def _is_signed(scope: Scope) -> bool:
    return is_call(scope) or (scope["method"], scope["path"]) in SIGNED


async def _whole(receive: Receive) -> deque[Message] | None:
    body: deque[Message] = deque()
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return None
        body.append(message)
        if not message.get("more_body", False):
            return body


def _again(body: deque[Message], receive: Receive) -> Receive:
    """Give out what was taken in, and let go of it."""

    async def given() -> Message:
        await asyncio.sleep(0)  # forms are read on the event loop: others go between the pieces
        return body.popleft() if body else await receive()

    return given

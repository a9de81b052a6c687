"""Who watches now: each asks the database every second, so there may not be any number of them."""

from collections.abc import AsyncIterator, Mapping
from typing import Final, cast

from starlette.requests import Request
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send
from typing_extensions import override

from app.domain.errors import TooManyWatchersError

MOST_WATCHERS: Final = 100
"""Streams of events that one service sends at once."""


class Watchers:
    """Counts the streams of one service."""

    def __init__(self, most: int = MOST_WATCHERS) -> None:
        self.most = most
        self._now = 0

    def streamed(self, events: AsyncIterator[bytes], headers: Mapping[str, str]) -> "WatchedStream":
        """Return the answer that sends the events; TooManyWatchersError where there are too many.

        It counts from here on to its end, whatever ends it.
        """
        if self._now >= self.most:
            raise TooManyWatchersError
        self._now += 1
        return WatchedStream(self, events, headers)

    def leave(self) -> None:
        """Count one stream less."""
        self._now -= 1


class WatchedStream(StreamingResponse):
    """Server-sent events of one watcher."""

    def __init__(
        self, watchers: Watchers, events: AsyncIterator[bytes], headers: Mapping[str, str]
    ) -> None:
        super().__init__(events, 200, headers, "text/event-stream")
        self._watchers = watchers

    @override
    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._watchers.leave()


def watchers_of(request: Request) -> Watchers:
    """Return who watches this application."""
    return cast("Watchers", request.app.state.watchers)

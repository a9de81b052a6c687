"""Answers that last: they end when the service stops, or it would wait for them in vain."""

import asyncio
from typing import cast

from starlette.requests import Request


class Ending:
    """Whether the service stops; `candid serve` says so before it waits for what goes on."""

    def __init__(self) -> None:
        self._said = asyncio.Event()

    def say(self) -> None:
        """Have every answer that lasts come to its end."""
        self._said.set()

    async def within(self, seconds: float) -> bool:
        """Wait so long at most; say whether the service stops."""
        try:
            await asyncio.wait_for(self._said.wait(), seconds)
        except TimeoutError:
            return False
        return True


def ending_of(request: Request) -> Ending:
    """Return how this application is told to stop."""
    return cast("Ending", request.app.state.ending)

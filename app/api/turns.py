"""A caller's turn, for calls that cost."""

from collections.abc import AsyncGenerator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from typing import cast

from starlette.types import Scope

from app.api.deps import State, visitor_of
from app.domain.errors import TooManyCallsError
from app.services.callers import Caller
from app.services.waiting_room import WaitingRoom


@asynccontextmanager
async def turn_of(scope: Scope, caller: Caller) -> AsyncGenerator[None]:
    """Wait for the caller's turn and hold it; raises TooManyCallsError, and has it recorded."""
    room = cast("WaitingRoom", scope["app"].state.waiting_room)
    try:
        async with room.turn(caller.name):
            yield
    except TooManyCallsError:
        if room.is_news(caller.name):
            services = cast("State", scope["state"])["services"]
            await services.authenticate.note_crowding(caller, visitor_of(scope))
        raise


def turn_where(
    costs: bool,  # noqa: FBT001 - what the call is told apart by
    scope: Scope,
    caller: Caller,
) -> AbstractAsyncContextManager[None]:
    """Hold the caller's turn as `turn_of` does, where this call costs."""
    return turn_of(scope, caller) if costs else nullcontext()

"""The processes that read photos."""

from collections.abc import Mapping
from contextlib import AsyncExitStack
from typing import Any

from adapters.sandbox import Sandbox
from app.settings import Settings


async def open_sandbox(
    settings: Settings, stack: AsyncExitStack, warm_up: tuple[str, Mapping[str, Any]] | None
) -> Sandbox:
    """Start the encoder processes; with a `warm_up` each has loaded its models when it is ready."""
    encoder = settings.encoder
    sandbox = Sandbox(
        processes=encoder.processes,
        memory_bytes=encoder.memory_mb * 2**20,
        seconds=encoder.seconds,
        warm_up=warm_up,
    )
    return await stack.enter_async_context(sandbox)

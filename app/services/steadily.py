"""What an engine does, done with one model from the beginning to the end."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from app.ports.face_engine import EngineDescription, FaceEngine

Result = TypeVar("Result")


async def steadily(
    engine: FaceEngine, work: Callable[[EngineDescription], Awaitable[Result]]
) -> tuple[EngineDescription, Result]:
    """Return what comes of work with an engine, and the description that held all the while.

    The model may be switched at any moment; then the work is done again with the new one.
    """
    while True:
        described = await engine.describe()
        result = await work(described)
        if (await engine.describe()).model == described.model:
            return described, result

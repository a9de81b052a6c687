"""What an engine does, done with one model from the beginning to the end."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from app.ports.face_engine import EngineDescription, FaceEngine

Result = TypeVar("Result")

_ATTEMPTS = 8
"""Rankings before one that is outdated again is answered without whom was just replaced."""


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


def attempts_on(engine: EngineDescription) -> int:
    """Return how often to rank while photos are replaced under the ranking.

    Faces that an engine holds beside the records may be left of a dead process for minutes.
    """
    return 2 if engine.holds_faces else _ATTEMPTS

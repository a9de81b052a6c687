"""An application started in the test's own loop, with time enough on a busy machine."""

from typing import Final

from asgi_lifespan import LifespanManager
from fastapi import FastAPI

_SECONDS: Final = 60.0


def started(application: FastAPI) -> LifespanManager:
    """Return what starts the application on entry and stops it on leaving."""
    return LifespanManager(application, startup_timeout=_SECONDS, shutdown_timeout=_SECONDS)

"""The application; `candid serve` runs it, which alone knows the address it listens on."""

from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from importlib.metadata import version

from anyio import to_thread
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from prometheus_client import CollectorRegistry
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartParser

from app.api.deps import State
from app.api.docs import add_docs
from app.api.edge import FORM_BYTES, UPLOAD_BYTES
from app.api.errors import core_error, http_error, invalid_request
from app.api.loop import watched_loop
from app.api.metrics import RequestMetrics, StageMetrics
from app.api.middleware import LoggedRequests
from app.api.openapi import document
from app.api.rekognition import route as rekognition
from app.api.rekognition.model import rekognition_model
from app.api.routes import bookings, detect, index, operations, search
from app.api.uploads import KnownSenders, LimitedUploads
from app.api.visitors import OwnVisitors
from app.domain.errors import CandidError
from app.settings import Settings
from app.wiring import Running, running

DESCRIPTION = """Finds, in a jail's booking photos, the people a probe photo resembles, and returns
each with the booking from the jail management system.

**A candidate is a lead for human review. It is never an identification.**"""

Open = Callable[[Settings, CollectorRegistry], AbstractAsyncContextManager[Running]]


def create_app(
    settings: Settings | None = None,
    open_services: Open = running,
    registry: CollectorRegistry | None = None,
) -> FastAPI:
    """Build the application; nothing outside is touched until its lifespan starts."""
    settings = settings or Settings.read()
    registry = registry or CollectorRegistry()
    # Photos stay in memory while they are read: pictures of faces do not belong in temporary files.
    MultiPartParser.spool_max_size = UPLOAD_BYTES + FORM_BYTES

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncGenerator[State]:
        await to_thread.run_sync(rekognition_model)  # else the first call would hold up the loop
        async with open_services(settings, registry) as opened, watched_loop(registry):
            yield {"services": opened.services, "edge": opened.edge, "registry": registry}

    app = FastAPI(
        title="Candid",
        version=version("candid"),
        description=DESCRIPTION,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        generate_unique_id_function=lambda route: route.name,
    )
    app.state.stages = StageMetrics(registry)
    app.openapi = lambda: document(app)  # type: ignore[method-assign]  # FastAPI's documented way
    for route in (index, search, detect, bookings, operations, rekognition):
        app.include_router(route.router)
    add_docs(app)
    _handle_errors(app)
    app.add_middleware(LimitedUploads)
    app.add_middleware(KnownSenders)
    app.add_middleware(OwnVisitors)
    app.add_middleware(LoggedRequests, metrics=RequestMetrics(registry))
    return app


def _handle_errors(app: FastAPI) -> None:
    app.exception_handler(CandidError)(core_error)
    app.exception_handler(RequestValidationError)(invalid_request)
    app.exception_handler(HTTPException)(http_error)

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
from app.api.ending import Ending
from app.api.errors import core_error, http_error, invalid_request
from app.api.headers import CarefulAnswers
from app.api.hosts import KnownHosts
from app.api.intake import UploadSpace
from app.api.loop import watched_loop
from app.api.metrics import RequestMetrics, StageMetrics
from app.api.middleware import LoggedRequests
from app.api.openapi import document
from app.api.page import add_page
from app.api.proxies import KnownProxies
from app.api.rekognition import route as rekognition
from app.api.rekognition.model import rekognition_model
from app.api.routes import (
    access,
    audit,
    bookings,
    detect,
    disclosure,
    holds,
    import_items,
    imports,
    index,
    jms_events,
    jms_removals,
    keys,
    model,
    operations,
    policy,
    probes,
    removals,
    reviews,
    search,
)
from app.api.uploads import KnownSenders, LimitedUploads, OrderlyCalls
from app.api.visitors import OwnVisitors
from app.api.watchers import Watchers
from app.domain.errors import CandidError
from app.services.waiting_room import WaitingRoom
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
        openapi_url=None,  # the docs page has a document of its own, with the way to sign in
        docs_url=None,
        redoc_url=None,
        generate_unique_id_function=lambda route: route.name,
    )
    app.state.ending = Ending()
    app.state.watchers = Watchers()
    app.state.stages = StageMetrics(registry)
    app.openapi = lambda: document(app)  # type: ignore[method-assign]  # FastAPI's documented way
    routes = (
        *(index, search, probes, reviews, disclosure, policy, detect, bookings, imports),
        *(import_items, holds, removals, jms_events, jms_removals, keys, access, model, audit),
        operations,
        rekognition,
    )
    for route in routes:
        app.include_router(route.router)
    add_docs(app)
    add_page(app)
    _handle_errors(app)
    _add_layers(app, settings, registry)
    return app


def _handle_errors(app: FastAPI) -> None:
    app.exception_handler(CandidError)(core_error)
    app.exception_handler(RequestValidationError)(invalid_request)
    app.exception_handler(HTTPException)(http_error)


def _add_layers(app: FastAPI, settings: Settings, registry: CollectorRegistry) -> None:
    """Put what every request passes round the routes; the last is the first that it meets."""
    limits = settings.limits
    app.state.waiting_room = WaitingRoom(
        at_once=limits.calls_at_once,
        at_once_per_caller=limits.per_caller,
        most_waiting=limits.calls_waiting,
        seconds=limits.waiting_seconds,
    )
    app.add_middleware(OrderlyCalls)
    app.add_middleware(LimitedUploads, space=UploadSpace(limits.upload_mb * 2**20))
    app.add_middleware(KnownSenders)
    app.add_middleware(OwnVisitors)
    app.add_middleware(KnownHosts, names=settings.host_names)
    app.add_middleware(LoggedRequests, metrics=RequestMetrics(registry))
    app.add_middleware(CarefulAnswers, tls=settings.is_https)
    app.add_middleware(KnownProxies, networks=settings.trusted_proxies)

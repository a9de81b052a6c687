"""Every outside resource opened, and each one closed again in reverse."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import asdict, dataclass

import structlog
from prometheus_client import CollectorRegistry

from adapters.darkroom.sandboxed import SandboxedDarkroom
from adapters.face_engine.metered import EngineMetrics, MeteredFaceCollections
from adapters.records.postgres import Deployment, PostgresRecordsOfCollections
from app.api.edge import Edge, PhotoLinks
from app.services import Services
from app.services.open_own_collection import open_own_collection
from app.settings import Settings
from app.wiring.aws import Aws
from app.wiring.engine import open_collections, sandbox_of
from app.wiring.first_key import make_first_key
from app.wiring.jms import open_jms
from app.wiring.photos import open_photos
from app.wiring.provider_terms import tell_provider_terms
from app.wiring.records import deployment_of, open_database
from app.wiring.secret import derived, secret_of
from app.wiring.use_cases import Ports, services_of, sweeps_of

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Running:
    """The use cases, ready to call, and what the HTTP edge knows besides."""

    services: Services
    edge: Edge


@asynccontextmanager
async def running(settings: Settings, registry: CollectorRegistry) -> AsyncGenerator[Running]:
    """Open everything the settings name.

    Raises SettingsError, and the errors of `app.domain.errors` when a part cannot be opened.
    """
    async with AsyncExitStack() as stack:
        secret = secret_of(settings)
        tell_provider_terms(settings)
        ports = await _open_ports(settings, stack, registry, deployment_of(settings, secret))
        description = await ports.engine.describe()
        await open_own_collection(ports.records, settings.engine.collection_id, description)
        sweeps = sweeps_of(settings, ports)
        services = services_of(settings, ports, sweeps)
        log.info("engine_described", **asdict(description))
        await make_first_key(settings, services.authenticate)
        await stack.enter_async_context(_meanwhile(sweeps.own.forever()))
        await stack.enter_async_context(_meanwhile(sweeps.others.forever()))
        yield Running(services, _edge(settings, derived(secret, "photo links")))


async def _open_ports(
    settings: Settings, stack: AsyncExitStack, registry: CollectorRegistry, deployment: Deployment
) -> Ports:
    sandbox = sandbox_of(settings)
    opening = asyncio.create_task(stack.enter_async_context(sandbox))
    try:
        pool = await open_database(settings, stack)
    finally:  # its error is raised below, unless another one or the end of the service comes first
        await asyncio.gather(opening, return_exceptions=True)
    opening.result()
    aws, own = Aws(stack), settings.engine.collection_id
    opened = await open_collections(settings, stack, pool, sandbox, aws)
    collections = MeteredFaceCollections(opened, EngineMetrics(registry))
    photos = await open_photos(settings, aws)
    records_of = PostgresRecordsOfCollections(pool, deployment)
    return Ports(
        collections=collections,
        engine=await collections.engine(own),
        records_of=records_of,
        records=records_of.of(own),
        store=photos.store,
        objects=photos.objects,
        darkroom=SandboxedDarkroom(sandbox),
        jms=await open_jms(settings, stack, registry),
    )


def _edge(settings: Settings, secret: bytes) -> Edge:
    public_url = str(settings.public_url) if settings.public_url else None
    return Edge(
        links=PhotoLinks(public_url, secret),
        authentication=settings.authentication,
        allowed_extra=settings.extra_fields,
        sample_probe=settings.sample_probe,
    )


@asynccontextmanager
async def _meanwhile(work: Coroutine[None, None, None]) -> AsyncGenerator[None]:
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task

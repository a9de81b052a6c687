"""Every outside resource opened, and each one closed again in reverse."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import asdict, dataclass

import structlog
from prometheus_client import CollectorRegistry

from adapters.darkroom.sandboxed import SandboxedDarkroom
from adapters.face_engine.metered import EngineMetrics, MeteredFaceEngine
from adapters.photo_store.directory import DirectoryPhotoStore
from adapters.records.postgres import Deployment, PostgresRecords
from app.api.edge import Edge, PhotoLinks
from app.ports.face_engine import FaceEngine
from app.ports.jms import Jms
from app.ports.photo_store import PhotoStore
from app.ports.records import Records
from app.services import Services
from app.services.authenticate import Authenticate
from app.services.authorize import Authorize
from app.services.check_model import check_model
from app.services.check_readiness import CheckReadiness
from app.services.enrichment import Enrichment
from app.services.index_photo import IndexPhoto
from app.services.read_index import ReadIndex
from app.services.read_searches import ReadSearches
from app.services.remove_photo import RemovePhoto
from app.services.search_faces import SearchFaces
from app.services.sweep_intents import SweepIntents
from app.services.view_booking import ViewBooking
from app.services.view_photo import ViewPhoto
from app.settings import Settings
from app.wiring.engine import open_engine, sandbox_of
from app.wiring.first_key import make_first_key
from app.wiring.jms import open_jms
from app.wiring.provider_terms import provider_terms_of, tell_provider_terms
from app.wiring.records import deployment_of, open_database
from app.wiring.secret import derived, secret_of

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Running:
    """The use cases, ready to call, and what the HTTP edge knows besides."""

    services: Services
    edge: Edge


@dataclass(frozen=True, slots=True)
class _Ports:
    engine: FaceEngine
    records: Records
    store: PhotoStore
    darkroom: SandboxedDarkroom
    jms: Jms | None


@asynccontextmanager
async def running(settings: Settings, registry: CollectorRegistry) -> AsyncGenerator[Running]:
    """Open everything the settings name.

    Raises SettingsError, and the errors of `app.domain.errors` when a part cannot be opened.
    """
    async with AsyncExitStack() as stack:
        secret = secret_of(settings)
        tell_provider_terms(settings)
        ports = await _open_ports(settings, stack, registry, deployment_of(settings, secret))
        sweep = SweepIntents(ports.engine, ports.records, ports.store)
        services = _services(settings, ports, sweep)
        await _describe(ports)
        await make_first_key(settings, services.authenticate)
        await stack.enter_async_context(_meanwhile(sweep.forever()))
        yield Running(services, _edge(settings, derived(secret, "photo links")))


async def _describe(ports: _Ports) -> None:
    """Log what is running; EngineMisconfiguredError where the gallery is of another model."""
    engine = await ports.engine.describe()
    log.info("engine_described", **asdict(engine))
    async with ports.records.view() as unit:
        check_model(engine, await unit.faces.other_models(engine.model))


async def _open_ports(
    settings: Settings, stack: AsyncExitStack, registry: CollectorRegistry, deployment: Deployment
) -> _Ports:
    sandbox = sandbox_of(settings)
    opening = asyncio.create_task(stack.enter_async_context(sandbox))
    try:
        pool = await open_database(settings, stack)
    finally:
        await asyncio.wait({opening})
    opening.result()
    records = PostgresRecords(pool, settings.engine.collection_id, deployment)
    engine = await open_engine(settings, stack, pool, sandbox)
    store = DirectoryPhotoStore(settings.photos.path or settings.data_dir / "photos")
    await store.prepare()
    return _Ports(
        engine=MeteredFaceEngine(engine, EngineMetrics(registry)),
        records=records,
        store=store,
        darkroom=SandboxedDarkroom(sandbox),
        jms=await open_jms(settings, stack, registry),
    )


def _services(settings: Settings, ports: _Ports, sweep: SweepIntents) -> Services:
    engine, records, store = ports.engine, ports.records, ports.store
    enrichment = Enrichment(ports.jms, settings.enrich_seconds)
    needed = {"records": records.ping, "engine": engine.ping, "photos": store.ping}
    useful = {"jms": ports.jms.ping} if ports.jms else {}
    return Services(
        authenticate=Authenticate(records, settings.authentication),
        authorize=Authorize(records),
        check_readiness=CheckReadiness(needed, useful),
        engine=engine,
        index_photo=IndexPhoto(engine, records, store, enrichment, sweep, settings.index_views),
        read_index=ReadIndex(records),
        read_searches=ReadSearches(records),
        remove_photo=RemovePhoto(records, sweep),
        search_faces=SearchFaces(engine, records, enrichment, provider_terms_of(settings)),
        view_booking=ViewBooking(records, enrichment),
        view_photo=ViewPhoto(records, store, ports.darkroom),
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

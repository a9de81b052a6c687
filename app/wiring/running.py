"""Every outside resource opened, and each one closed again in reverse."""

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import asdict, dataclass
from zoneinfo import ZoneInfo

import structlog
from prometheus_client import CollectorRegistry

from app.api.edge import Edge, PhotoLinks
from app.domain.office_hours import OfficeHours
from app.services import Services
from app.settings import Settings
from app.wiring.first_key import make_first_key
from app.wiring.imports import worker_handlers
from app.wiring.meanwhile import meanwhile
from app.wiring.opened_ports import opened_ports
from app.wiring.policy import policy_of
from app.wiring.provider_terms import tell_provider_terms
from app.wiring.secret import derived, secret_of
from app.wiring.use_cases import services_of, sweeps_of
from app.wiring.worker import working

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
        policy = policy_of(settings)
        secret = secret_of(settings)
        tell_provider_terms(settings)
        ports = await opened_ports(settings, stack, registry, holds_gallery=True)
        description = await ports.engine.describe()
        sweeps = sweeps_of(settings, ports)
        services = services_of(settings, ports, sweeps, policy)
        log.info("engine_described", **asdict(description))
        log.info("policy_in_force", **asdict(policy.facts))
        _tell_authentication(settings)
        await make_first_key(settings, services.authenticate)
        await stack.enter_async_context(meanwhile(sweeps.own.forever()))
        await stack.enter_async_context(meanwhile(sweeps.others.forever()))
        await stack.enter_async_context(meanwhile(sweeps.models.forever()))
        await stack.enter_async_context(meanwhile(sweeps.removals.forever()))
        await stack.enter_async_context(meanwhile(sweeps.purge.forever()))
        await stack.enter_async_context(meanwhile(sweeps.withheld.forever()))
        await stack.enter_async_context(meanwhile(sweeps.events.forever()))
        if settings.imports.worker:
            handlers = worker_handlers(settings, ports, sweeps.own, registry)
            await stack.enter_async_context(working(ports.worker, handlers))
        yield Running(services, _edge(settings, derived(secret, "photo links")))


def _tell_authentication(settings: Settings) -> None:
    if not settings.authentication:
        log.warning("authentication_off", told="anybody on this machine may do everything")
        return
    issuer = settings.auth.issuer
    log.info("authentication_on", kind=settings.authentication_kind, issuer=issuer)


def _edge(settings: Settings, secret: bytes) -> Edge:
    public_url = str(settings.public_url) if settings.public_url else None
    return Edge(
        links=PhotoLinks(public_url, secret),
        kind=settings.authentication_kind,
        allowed_extra=settings.extra_fields,
        sample_probe=settings.sample_probe,
        docs_client_id=settings.auth.docs_client_id,
        docs_scopes=settings.auth.docs_scopes,
        office_hours=OfficeHours.parsed(settings.audit.office_hours, ZoneInfo(settings.time_zone)),
    )

"""The jail management system."""

from contextlib import AsyncExitStack
from pathlib import Path
from typing import assert_never
from zoneinfo import ZoneInfo

import httpx
from prometheus_client import CollectorRegistry

from adapters.jms.encoded import EncodedIdsJms
from adapters.jms.file import FileJms
from adapters.jms.metered import MeteredJms
from adapters.jms.own_kind import OwnKindJms
from adapters.jms.rest import RestJms
from app.domain.errors import CandidError
from app.ports.jms import Jms
from app.ports.jms_kind import JmsSite
from app.settings import (
    PREFIX,
    FileJmsSettings,
    OwnJmsSettings,
    RestJmsSettings,
    Settings,
    SettingsError,
)


async def open_jms(
    settings: Settings, stack: AsyncExitStack, registry: CollectorRegistry
) -> Jms | None:
    """Connect the JMS of the settings, if there is one; SettingsError when its file cannot be read.

    A file that goes away later costs bookings only: this is about a path that was never right.
    """
    zone = ZoneInfo(settings.time_zone)
    match settings.jms:
        case None:
            return None
        case FileJmsSettings() as chosen:
            _check(chosen.path)
            return _wrapped(FileJms(chosen.path, zone), registry)
        case RestJmsSettings() as chosen:
            client = await stack.enter_async_context(_client(chosen, settings.enrich_seconds))
            patience = chosen.import_seconds
            return _wrapped(RestJms(client, chosen.concurrency, zone, patience), registry)
        case OwnJmsSettings() as chosen:
            site = JmsSite(zone, _SHARE * settings.enrich_seconds)
            return _wrapped(await _own_kind(chosen, site, stack), registry)
        case never:
            assert_never(never)


_SHARE = 0.75
"""Of the deadline: one booking that hangs must not cost the others theirs."""


def _wrapped(jms: Jms, registry: CollectorRegistry) -> Jms:
    """Ids are the JMS's own inside, and ExternalImageIds for whoever asks."""
    return MeteredJms(EncodedIdsJms(jms), registry)


async def _own_kind(chosen: OwnJmsSettings, site: JmsSite, stack: AsyncExitStack) -> Jms:
    """Open a kind of an installed package; SettingsError, which names it, when it does not."""
    try:
        jms = await stack.enter_async_context(chosen.opened(site))
    except Exception as error:
        told = str(error) if isinstance(error, CandidError) else type(error).__name__
        raise SettingsError(
            f"{PREFIX}JMS: kind {chosen.kind!r} of the package {chosen.package} "
            f"cannot be opened: {told}"
        ) from error
    return OwnKindJms(jms, chosen.kind)


def _check(path: Path) -> None:
    try:
        with path.open("rb"):
            pass
    except OSError as error:
        reason = error.strerror or error
        raise SettingsError(f"{PREFIX}JMS__PATH: {path} cannot be read: {reason}") from error


def _client(chosen: RestJmsSettings, seconds: float) -> httpx.AsyncClient:
    token = chosen.token.get_secret_value() if chosen.token else None
    return httpx.AsyncClient(
        base_url=str(chosen.base_url),
        headers={"Authorization": f"Bearer {token}"} if token else {},
        timeout=_SHARE * seconds,
        limits=httpx.Limits(max_connections=2 * chosen.concurrency),
        follow_redirects=False,
        trust_env=False,
    )

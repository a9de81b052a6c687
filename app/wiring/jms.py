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
from adapters.jms.rest import RestJms
from app.ports.jms import Jms
from app.settings import (
    PREFIX,
    FileJmsSettings,
    OwnJmsSettings,
    RestJmsSettings,
    Settings,
    SettingsError,
)
from app.wiring.own_jms import open_own_jms


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
            opened = await open_own_jms(chosen, zone, settings.enrich_seconds, stack)
            return _wrapped(opened, registry)
        case never:
            assert_never(never)


_SHARE = 0.75
"""Of the deadline: one booking that hangs must not cost the others theirs."""


def _wrapped(jms: Jms, registry: CollectorRegistry) -> Jms:
    """Ids are the JMS's own inside, and ExternalImageIds for whoever asks."""
    return MeteredJms(EncodedIdsJms(jms), registry)


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

"""The jail management system."""

from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import assert_never
from zoneinfo import ZoneInfo

from prometheus_client import CollectorRegistry

from adapters.jms.encoded import EncodedIdsJms
from adapters.jms.guards import UnhurriedJms
from adapters.jms.metered import JmsMetrics, MeteredJms
from app.ports.jms import Jms
from app.settings import (
    FileJmsSettings,
    OwnJmsSettings,
    RestJmsSettings,
    Settings,
    SoapJmsSettings,
    SqlJmsSettings,
)
from app.wiring.file_jms import open_file_jms
from app.wiring.own_jms import open_own_jms
from app.wiring.rest_jms import open_rest_jms
from app.wiring.soap_jms import open_soap_jms
from app.wiring.sql_jms import open_sql_jms


@dataclass(frozen=True, slots=True)
class ConnectedJms:
    """One JMS, as those ask it who wait, and as work in the background does."""

    jms: Jms
    unhurried: Jms


async def open_jms(
    settings: Settings, stack: AsyncExitStack, registry: CollectorRegistry
) -> Jms | None:
    """Connect the JMS of the settings, if there is one, as `connect_jms` does."""
    connected = await connect_jms(settings, stack, registry)
    return None if connected is None else connected.jms


async def connect_jms(
    settings: Settings, stack: AsyncExitStack, registry: CollectorRegistry
) -> ConnectedJms | None:
    """Connect the JMS of the settings, if there is one; SettingsError when a file of it cannot be.

    Ids are the JMS's own inside, and ExternalImageIds for whoever asks.
    """
    adapter = await open_adapter(settings, stack)
    if adapter is None:
        return None
    metrics = JmsMetrics(registry)
    unhurried = UnhurriedJms(adapter)
    return ConnectedJms(*(MeteredJms(EncodedIdsJms(one), metrics) for one in (adapter, unhurried)))


async def open_adapter(settings: Settings, stack: AsyncExitStack) -> Jms | None:
    """Connect it with nothing around it: it knows the JMS's own ids only.

    A file that goes away later costs bookings only: this is about a path that was never right.
    """
    zone = ZoneInfo(settings.time_zone)
    match settings.jms:
        case None:
            return None
        case FileJmsSettings() as chosen:
            return open_file_jms(chosen, zone, settings.data_dir)
        case RestJmsSettings() as chosen:
            return await open_rest_jms(chosen, zone, settings.enrich_seconds, stack)
        case SoapJmsSettings() as chosen:
            return await open_soap_jms(chosen, zone, settings.enrich_seconds, stack)
        case SqlJmsSettings() as chosen:
            return await open_sql_jms(settings, chosen, stack)
        case OwnJmsSettings() as chosen:
            return await open_own_jms(chosen, zone, settings.enrich_seconds, stack)
        case never:
            assert_never(never)

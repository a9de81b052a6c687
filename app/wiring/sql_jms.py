"""The jail management system's database."""

import asyncio
from contextlib import AsyncExitStack
from zoneinfo import ZoneInfo

import structlog

from adapters.field_mapping import FieldMapping
from adapters.jms.sql import Asked, Bounds, Query, SqlAddressError, SqlJms, opened_sql
from app.domain.errors import JmsMisconfiguredError, JmsUnavailableError
from app.settings import PREFIX, Settings, SettingsError, SqlJmsSettings

SHARE = 0.75
"""Of the deadline: a database that is slow must be told from one that never answers."""

START_SECONDS = 10.0
"""That the start waits for a database to say what it has."""

_SETTING = f"{PREFIX}JMS__"
_log = structlog.get_logger()


async def open_sql_jms(settings: Settings, chosen: SqlJmsSettings, stack: AsyncExitStack) -> SqlJms:
    """Connect a database, and look whether it gives what is asked of it.

    SettingsError where it never will: by its address, the account, the view or the columns. One
    that cannot be reached costs bookings only; it is looked at when it is there.
    """
    bounds = Bounds(
        chosen.statement_seconds or SHARE * settings.enrich_seconds,
        chosen.import_seconds,
        chosen.pool_size,
    )
    try:
        asked = await asyncio.to_thread(_asked, chosen, settings.extra_fields)
        zone = ZoneInfo(settings.time_zone)
        opened = opened_sql(chosen.url.get_secret_value(), asked, zone, bounds)
        jms = stack.enter_context(opened)
    except SqlAddressError as error:
        raise SettingsError(f"{_SETTING}URL {error}") from error
    except JmsMisconfiguredError as error:
        raise SettingsError(str(error)) from error
    await _look_at(jms)
    return jms


async def _look_at(jms: SqlJms) -> None:
    try:
        async with asyncio.timeout(START_SECONDS):
            await jms.check()
    except JmsMisconfiguredError as error:
        raise SettingsError(str(error)) from error
    except (JmsUnavailableError, TimeoutError) as error:
        _log.warning("jms_database_not_reached", reason=str(error) or "it is silent")


def _asked(chosen: SqlJmsSettings, extra: frozenset[str]) -> Asked:
    photos = None
    if chosen.photos_view is not None or chosen.photos_query is not None:
        photos = Query.of(f"{_SETTING}PHOTOS", chosen.photos_query, chosen.photos_view)
    if chosen.photos_dir is not None and not chosen.photos_dir.is_dir():
        raise SettingsError(f"{_SETTING}PHOTOS_DIR: {chosen.photos_dir} is no directory")
    return Asked(
        Query.of(f"{_SETTING}BOOKINGS", chosen.bookings_query, chosen.bookings_view),
        photos,
        FieldMapping.load(chosen.mapping) if chosen.mapping is not None else None,
        extra,
        chosen.photos_dir,
    )

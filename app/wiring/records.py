"""The records: the embedded PostgreSQL, or the one that is named."""

from contextlib import AsyncExitStack

from adapters.records.embedded import EmbeddedPostgres
from adapters.records.migrations import upgrade
from adapters.records.postgres import ConnectionPool, connected
from app.settings import Settings


async def open_database(settings: Settings, stack: AsyncExitStack) -> ConnectionPool:
    """Connect, migrated: the migrations run under a lock and refuse a newer schema."""
    if settings.database_url is None:
        embedded = await stack.enter_async_context(EmbeddedPostgres(settings.data_dir))
        owner = conninfo = embedded.conninfo
    else:
        conninfo = settings.database_url.get_secret_value()
        named = settings.database_owner_url or settings.database_url
        owner = named.get_secret_value()
    await upgrade(owner)
    return await stack.enter_async_context(connected(conninfo))

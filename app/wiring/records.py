"""The records: the embedded PostgreSQL, or the one that is named."""

from collections.abc import Generator
from contextlib import AsyncExitStack, contextmanager

from adapters.records.embedded import EmbeddedPostgres
from adapters.records.migrations import upgrade
from adapters.records.postgres import ConnectionPool, connected
from app.domain.errors import RecordsUnavailableError
from app.settings import PREFIX, Settings, SettingsError


async def open_database(settings: Settings, stack: AsyncExitStack) -> ConnectionPool:
    """Connect, migrated: the migrations run under a lock and refuse a newer schema.

    Raises RecordsUnavailableError, and SettingsError naming the setting whose database it is.
    """
    if settings.database_url is None:
        embedded = await stack.enter_async_context(EmbeddedPostgres(settings.data_dir))
        await upgrade(embedded.conninfo)
        return await stack.enter_async_context(connected(embedded.conninfo))
    with _named("DATABASE_OWNER_URL" if settings.database_owner_url else "DATABASE_URL"):
        await upgrade((settings.database_owner_url or settings.database_url).get_secret_value())
    with _named("DATABASE_URL"):
        pool = connected(settings.database_url.get_secret_value())
        return await stack.enter_async_context(pool)


@contextmanager
def _named(setting: str) -> Generator[None]:
    try:
        yield
    except RecordsUnavailableError as error:
        raise SettingsError(f"{PREFIX}{setting}: {error}") from error

"""The records: the embedded PostgreSQL, or the one that is named."""

import socket
from collections.abc import AsyncGenerator, Generator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from importlib.metadata import version

from adapters.records.embedded import EmbeddedPostgres
from adapters.records.migrations import upgrade
from adapters.records.postgres import ConnectionPool, Deployment, PostgresRecords, connected
from app.domain.errors import RecordsUnavailableError
from app.ports.data_keys import DataKeys
from app.ports.records import Records
from app.settings import PREFIX, Settings, SettingsError
from app.wiring.provider_terms import provider_terms_of
from app.wiring.secret import derived, secret_of


@asynccontextmanager
async def opened_records(settings: Settings) -> AsyncGenerator[Records]:
    """Open the records alone, also beside a running service.

    Raises RecordsUnavailableError and SettingsError.
    """
    async with AsyncExitStack() as stack:
        deployment = deployment_of(settings, secret_of(settings))
        pool = await open_database(settings, stack)
        yield PostgresRecords(pool, settings.engine.collection_id, deployment)


def deployment_of(
    settings: Settings, secret: bytes, data_keys: DataKeys | None = None
) -> Deployment:
    """Return what the records of every collection have in common; without keys, no templates."""
    return Deployment(
        answers_key=derived(secret, "records"),
        access_keys_key=derived(secret, "aws keys"),
        terms_reference=provider_terms_of(settings).reference,
        host=socket.gethostname(),
        program=f"candid {version('candid')}",
        data_keys=data_keys,
    )


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

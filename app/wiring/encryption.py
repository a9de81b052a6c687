"""What `candid encryption` needs: the records, the store of the data keys, and what encrypts."""

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial

from adapters.key_wrapping.libraries import Library, library_of_data, library_of_transit
from adapters.records.postgres import ConnectionPool, PostgresRecords, adopt_keys, check_keys
from app.ports.records import Records
from app.services.adopt_keys import AdoptKeys
from app.services.manage_encryption import ManageEncryption
from app.settings import Settings
from app.wiring.aws import Aws
from app.wiring.data_keys import open_data_keys, open_key_store
from app.wiring.records import deployment_of, open_database
from app.wiring.secret import secret_of


@asynccontextmanager
async def opened_encryption(
    settings: Settings, *, changes: bool
) -> AsyncGenerator[ManageEncryption]:
    """Open both, also beside a running service; who changes something has the database's own keys.

    Raises RecordsUnavailableError, DataKeysUnavailableError, DataKeysMisconfiguredError and
    SettingsError.
    """
    async with AsyncExitStack() as stack:
        pool = await open_database(settings, stack)
        store = await open_key_store(settings, Aws(stack), stack)
        if changes:
            await check_keys(pool, store)
        yield ManageEncryption(_records(settings, pool), store.wrapping)


@asynccontextmanager
async def opened_adoption(settings: Settings) -> AsyncGenerator[AdoptKeys]:
    """Open what takes the keys of the settings for the database's; raises the same."""
    async with AsyncExitStack() as stack:
        pool = await open_database(settings, stack)
        keys = await open_data_keys(settings, Aws(stack), stack)
        yield AdoptKeys(_records(settings, pool), partial(adopt_keys, pool, keys))


def _records(settings: Settings, pool: ConnectionPool) -> Records:
    deployment = deployment_of(settings, secret_of(settings))
    return PostgresRecords(pool, settings.engine.collection_id, deployment)


def libraries() -> dict[str, Library]:
    """Return what encrypts what is kept, and what is sent."""
    return {"at_rest": library_of_data(), "in_transit": library_of_transit()}

"""What `candid encryption seal` needs: records, photo store and keys, beside a running service."""

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager

import structlog

from adapters.records.postgres import (
    ConnectionPool,
    PostgresClearRecords,
    PostgresRecords,
    check_keys,
    connected,
)
from app.ports.clear_records import InTheClear
from app.ports.data_keys import DataKeys
from app.services.seal_in_the_clear import SealInTheClear
from app.settings import Settings
from app.wiring.aws import Aws
from app.wiring.data_keys import open_data_keys
from app.wiring.photos import open_photos
from app.wiring.records import deployment_of, open_database
from app.wiring.secret import secret_of

log = structlog.get_logger(__name__)


@asynccontextmanager
async def opened_sealing(settings: Settings) -> AsyncGenerator[SealInTheClear]:
    """Open what is to be sealed, as the owner of the tables where one is named.

    Raises RecordsUnavailableError, SettingsError, and what photo store and data keys raise.
    """
    async with AsyncExitStack() as stack:
        secret, aws = secret_of(settings), Aws(stack)
        keys = await open_data_keys(settings, aws, stack)
        pool = await open_database(settings, stack)
        await check_keys(pool, keys)
        owners = pool
        if settings.database_owner_url is not None:
            owner = connected(settings.database_owner_url.get_secret_value(), connections=2)
            owners = await stack.enter_async_context(owner)
        own, deployment = settings.engine.collection_id, deployment_of(settings, secret, keys)
        yield SealInTheClear(
            PostgresClearRecords(owners, keys),
            PostgresRecords(pool, own, deployment),
            (await open_photos(settings, aws, keys)).store,
        )


async def tell_what_is_in_the_clear(pool: ConnectionPool, keys: DataKeys) -> None:
    """Say at start what an earlier program left unsealed, and how to seal it."""
    left: frozenset[InTheClear] = await PostgresClearRecords(pool, keys).left()
    if left:
        log.warning("kept_in_the_clear", what=sorted(left), run="candid encryption seal")

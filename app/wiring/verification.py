"""What `candid verify` needs, opened beside a running service or without one, without a gallery."""

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager

from prometheus_client import CollectorRegistry

from adapters.face_engine.keyed import KeyedFaceCollections
from adapters.records.postgres import (
    ConnectionPool,
    PostgresRecordsOfCollections,
    PostgresVerificationRecords,
    check_keys,
)
from app.domain.errors import (
    EngineMisconfiguredError,
    EngineUnavailableError,
    JmsNotConfiguredError,
    PhotoStoreMisconfiguredError,
    PhotoStoreUnavailableError,
)
from app.ports.data_keys import DataKeys
from app.ports.face_engine import FaceEngine
from app.ports.photo_store import PhotoStore
from app.services.verify import Outside, Verify
from app.services.verify.listing import Listing
from app.services.verify.repairs import Repairs, mending
from app.services.verify.spool import Spool
from app.settings import LocalEngineSettings, Settings
from app.wiring.aws import Aws
from app.wiring.data_keys import open_data_keys
from app.wiring.engine import open_engine, readers_of
from app.wiring.jms import open_jms
from app.wiring.photos import open_photos
from app.wiring.records import deployment_of, open_database
from app.wiring.secret import secret_of


@asynccontextmanager
async def opened_verification(
    settings: Settings, repairs: Repairs | None
) -> AsyncGenerator[Verify]:
    """Open the records, and what else can be opened; `repairs` None: only to look.

    Raises RecordsUnavailableError, SettingsError, and what the data keys raise.
    """
    async with AsyncExitStack() as stack:
        secret, aws, own = secret_of(settings), Aws(stack), settings.engine.collection_id
        keys = await open_data_keys(settings, aws, stack)
        deployment = deployment_of(settings, secret, keys)
        pool = await open_database(settings, stack)
        await check_keys(pool, keys)
        records_of = PostgresRecordsOfCollections(pool, deployment)
        checked = PostgresVerificationRecords(pool, own, keys)
        jms = await open_jms(settings, stack, CollectorRegistry())
        outside = Outside(
            store=await _store(settings, aws, keys),
            engine=await _engine(settings, stack, pool, aws, keys, repairs=repairs is not None),
            keys=keys,
            collection=own,
            jms=jms or str(JmsNotConfiguredError()),
            views=settings.index_views,
        )
        listing = Listing(stack.enter_context(Spool.opened()))
        mender = None
        if repairs is not None:
            mender = mending(
                checked, records_of, outside, listing, repairs, settings.enrich_seconds
            )
        yield Verify(checked, outside, listing, mender)


async def _store(settings: Settings, aws: Aws, keys: DataKeys) -> PhotoStore | str:
    try:
        return (await open_photos(settings, aws, keys)).store
    except (PhotoStoreUnavailableError, PhotoStoreMisconfiguredError) as error:
        return str(error)


async def _engine(
    settings: Settings,
    stack: AsyncExitStack,
    pool: ConnectionPool,
    aws: Aws,
    keys: DataKeys,
    *,
    repairs: bool,
) -> FaceEngine | str:
    """Open the engine: one process says which model it runs, all of them index again."""
    one = settings.encoder.model_copy(update={"processes": 1})
    try:
        chosen = settings if repairs else settings.model_copy(update={"encoder": one})
        readers = await readers_of(chosen)
        if repairs or isinstance(settings.engine, LocalEngineSettings):
            await stack.enter_async_context(readers.sandbox)
        opened = await open_engine(settings, stack, pool, readers, aws, None)
        collections = KeyedFaceCollections(opened.collections, keys)
        return await collections.engine(settings.engine.collection_id)
    except (EngineUnavailableError, EngineMisconfiguredError) as error:
        return str(error)

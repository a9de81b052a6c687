"""Forgetting: probes that are kept for a while, removals and their proof, and the purge."""

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager

from adapters.records.postgres import PostgresRecordsOfCollections, check_keys
from app.ports.darkroom import Darkroom
from app.ports.data_keys import DataKeys
from app.ports.photo_store import PhotoStore
from app.ports.records import RecordsOfCollections
from app.services.forgetting import ForgettingServices
from app.services.forgetting.ask_places import AskPlaces
from app.services.forgetting.forget_probes import ForgetProbes
from app.services.forgetting.go_on_removing import GoOnRemoving
from app.services.forgetting.keep_probe import KeepProbe
from app.services.forgetting.manage_holds import ManageHolds
from app.services.forgetting.purge import Purge
from app.services.forgetting.purge_orphans import PurgeOrphans
from app.services.forgetting.purge_probes import PurgeProbes
from app.services.forgetting.purge_searches import PurgeSearches
from app.services.forgetting.read_removals import ReadRemovals
from app.services.forgetting.remove_photos import RemovePhotos
from app.services.forgetting.view_probe import ViewProbe
from app.services.sweep_intents import SweepIntents
from app.settings import Settings
from app.wiring.audit import signer_of
from app.wiring.aws import Aws
from app.wiring.data_keys import open_data_keys
from app.wiring.photos import open_probes
from app.wiring.records import deployment_of, open_database
from app.wiring.secret import secret_of


@asynccontextmanager
async def opened_purge(settings: Settings) -> AsyncGenerator[Purge]:
    """Open what a purge needs, also beside a running service.

    Raises RecordsUnavailableError, SettingsError and what the store raises.
    """
    async with AsyncExitStack() as stack:
        secret, aws = secret_of(settings), Aws(stack)
        keys = await open_data_keys(settings, aws, stack)
        pool = await open_database(settings, stack)
        await check_keys(pool, keys)
        deployment = deployment_of(settings, secret, keys)
        records_of = PostgresRecordsOfCollections(pool, deployment)
        probes = await open_probes(settings, aws, keys, writes=False)
        yield purge_of(settings, records_of, probes)


def keep_probe_of(settings: Settings, probes: PhotoStore) -> KeepProbe:
    """Return who keeps probes, or who keeps none."""
    return KeepProbe(probes if settings.probes.keep_days else None)


def purge_of(settings: Settings, records_of: RecordsOfCollections, probes: PhotoStore) -> Purge:
    """Return who destroys what is due."""
    records = records_of.of(settings.engine.collection_id)
    return Purge(
        PurgeProbes(records, records_of, probes, settings.probes.terms),
        PurgeOrphans(records, probes),
        PurgeSearches(records, records_of, settings.retention.searches),
    )


def removals_of(
    settings: Settings, sweep: SweepIntents, probes: ForgetProbes, keys: DataKeys
) -> GoOnRemoving:
    """Return who destroys what was removed, and proves it; `keys` are those of the photos."""
    collection = settings.engine.collection_id
    ask = AskPlaces(sweep.records, sweep.engine, sweep.store, collection, probes, keys)
    return GoOnRemoving(sweep.records, sweep, ask, signer_of(settings, secret_of(settings)))


def forgetting_of(
    go_on: GoOnRemoving, probes: PhotoStore, darkroom: Darkroom
) -> ForgettingServices:
    """Return the use cases over the same records."""
    records = go_on.records
    return ForgettingServices(
        holds=ManageHolds(records),
        removals=RemovePhotos(records, go_on),
        read_removals=ReadRemovals(records, go_on.signer, go_on.ask.collection),
        view_probe=ViewProbe(records, probes, darkroom),
    )

"""The face engine's collections, and the processes that read photos for it."""

from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import assert_never

from adapters.darkroom.sandboxed import REHEARSAL
from adapters.face_engine.local.collections import Feeds, open_local_collections
from adapters.face_engine.local.encoders import warm_up
from adapters.face_engine.local.enrolling_collections import open_enrolling_collections
from adapters.face_engine.local.reading import Networks, SiteNetwork
from adapters.face_engine.rekognition import REHEARSAL as REKOGNITION_REHEARSAL
from adapters.records.postgres import ConnectionPool, PostgresGalleryFeed, PostgresUserFeed
from adapters.sandbox import Sandbox
from app.ports.call_quota import CallQuota
from app.ports.data_keys import DataKeys
from app.ports.face_collections import FaceCollections
from app.ports.face_engine import EngineDescription, FaceEngine
from app.settings import LocalEngineSettings, ModelSettings, RekognitionSettings, Settings
from app.wiring.aws import Aws
from app.wiring.rekognition import open_rekognition


@dataclass(frozen=True, slots=True)
class OpenedEngine:
    """The engine's collections, and the models of the settings, whichever one is served."""

    collections: FaceCollections
    description: EngineDescription
    next_engine: FaceEngine | None = None  # of the model to change to, on the service's collection
    quota: CallQuota | None = None  # where the engine is a service of others


def sandbox_of(settings: Settings) -> Sandbox:
    """Return the processes that read photos, each ready with the engine's networks."""
    encoder, engine = settings.encoder, settings.engine
    local = engine if isinstance(engine, LocalEngineSettings) else None
    return Sandbox(
        processes=encoder.processes,
        memory_bytes=encoder.memory_mb * 2**20,
        seconds=encoder.seconds,
        warm_up=[REHEARSAL, warm_up(networks_of(local)) if local else REKOGNITION_REHEARSAL],
    )


async def open_engine(
    settings: Settings,
    stack: AsyncExitStack,
    pool: ConnectionPool,
    sandbox: Sandbox,
    aws: Aws,
    keys: DataKeys | None,
) -> OpenedEngine:
    """Open the engine of the settings; one that ranks by itself needs keys for its gallery."""
    own = settings.engine.collection_id
    match settings.engine:
        case LocalEngineSettings() as chosen if keys is None:
            of_gallery = partial(PostgresGalleryFeed, pool, None)
            only = await open_enrolling_collections(sandbox, networks_of(chosen), of_gallery)
            return OpenedEngine(only, only.descriptions()[0], only.next_engine())
        case LocalEngineSettings() as chosen:
            feeds = Feeds(partial(PostgresGalleryFeed, pool, keys), partial(PostgresUserFeed, pool))
            opening = open_local_collections(sandbox, networks_of(chosen), feeds)
            local = await stack.enter_async_context(opening)
            return OpenedEngine(local, local.descriptions()[0], await local.next_engine(own))
        case RekognitionSettings() as chosen:
            conninfo = str(pool.conninfo)
            remote, quota = await open_rekognition(chosen, settings.photos, aws, conninfo, sandbox)
            description = await (await remote.engine(own)).describe()
            return OpenedEngine(remote, description, quota=quota)
        case never:
            assert_never(never)


def networks_of(chosen: LocalEngineSettings) -> Sequence[Networks]:
    """Return what the encoder processes load: the model of the settings, and the next one."""
    models = [chosen, *([chosen.next] if chosen.next else [])]
    return [_networks(chosen.models_dir, model) for model in models]


def _networks(directory: Path, chosen: ModelSettings) -> Networks:
    if chosen.model_path is None or chosen.model_name is None:
        return Networks(directory)
    site = SiteNetwork(
        path=chosen.model_path,
        name=chosen.model_name,
        mean=chosen.model_mean,
        scale=chosen.model_scale,
        channels=chosen.model_color_order,
    )
    return Networks(directory, site)

"""The face engine's collections, and the processes that read photos for it."""

from contextlib import AsyncExitStack
from functools import partial
from typing import assert_never

from adapters.face_engine.local.collections import Feeds, open_local_collections
from adapters.face_engine.local.reading import LOAD, Networks, SiteNetwork
from adapters.records.postgres import ConnectionPool, PostgresGalleryFeed, PostgresUserFeed
from adapters.sandbox import Sandbox
from app.ports.face_collections import FaceCollections
from app.settings import LocalEngineSettings, RekognitionSettings, Settings
from app.wiring.aws import Aws
from app.wiring.rekognition import open_rekognition


def sandbox_of(settings: Settings) -> Sandbox:
    """Return the processes that read photos, each ready with the engine's networks."""
    encoder, engine = settings.encoder, settings.engine
    local = engine if isinstance(engine, LocalEngineSettings) else None
    return Sandbox(
        processes=encoder.processes,
        memory_bytes=encoder.memory_mb * 2**20,
        seconds=encoder.seconds,
        warm_up=(LOAD, _networks(local).request()) if local else None,
    )


async def open_collections(
    settings: Settings, stack: AsyncExitStack, pool: ConnectionPool, sandbox: Sandbox, aws: Aws
) -> FaceCollections:
    """Open the engine of the settings."""
    match settings.engine:
        case LocalEngineSettings() as chosen:
            feeds = Feeds(partial(PostgresGalleryFeed, pool), partial(PostgresUserFeed, pool))
            local = open_local_collections(sandbox, _networks(chosen), feeds)
            return await stack.enter_async_context(local)
        case RekognitionSettings() as chosen:
            return await open_rekognition(chosen, settings.photos, aws, str(pool.conninfo), sandbox)
        case never:
            assert_never(never)


def _networks(chosen: LocalEngineSettings) -> Networks:
    if chosen.model_path is None or chosen.model_name is None:
        return Networks(chosen.models_dir)
    site = SiteNetwork(
        path=chosen.model_path,
        name=chosen.model_name,
        mean=chosen.model_mean,
        scale=chosen.model_scale,
        channels=chosen.model_color_order,
    )
    return Networks(chosen.models_dir, site)

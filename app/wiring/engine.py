"""The face engine, and the processes that read photos for it."""

from contextlib import AsyncExitStack
from typing import assert_never

from adapters.face_engine.local.engine import open_local_engine
from adapters.face_engine.local.reading import LOAD, Networks, SiteNetwork
from adapters.records.postgres import ConnectionPool, PostgresGalleryFeed
from adapters.sandbox import Sandbox
from app.ports.face_engine import FaceEngine
from app.settings import LocalEngineSettings, RekognitionSettings, Settings
from app.wiring.aws import Aws, ClientOptions


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


async def open_engine(
    settings: Settings, stack: AsyncExitStack, pool: ConnectionPool, sandbox: Sandbox, aws: Aws
) -> FaceEngine:
    """Open the engine of the settings."""
    match settings.engine:
        case LocalEngineSettings() as chosen:
            feed = PostgresGalleryFeed(pool, chosen.collection_id)
            local = open_local_engine(sandbox, feed, _networks(chosen))
            return await stack.enter_async_context(local)
        case RekognitionSettings() as chosen:
            return await _rekognition(chosen, aws)
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


async def _rekognition(chosen: RekognitionSettings, aws: Aws) -> FaceEngine:
    options = ClientOptions(chosen.region, chosen.endpoint_url, chosen.concurrency, chosen.seconds)
    client = await aws.client("rekognition", options)
    # Half a second of imports, spared by every start on the local engine.
    from adapters.face_engine.rekognition import RekognitionFaceEngine  # noqa: PLC0415

    engine = RekognitionFaceEngine(client, chosen.collection_id)
    await engine.prepare()
    return engine

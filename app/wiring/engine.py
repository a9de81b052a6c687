"""The face engine, and the processes that read photos for it."""

from contextlib import AsyncExitStack
from typing import assert_never

import aioboto3
from aiobotocore.config import AioConfig

from adapters.face_engine.local.engine import open_local_engine
from adapters.face_engine.local.reading import LOAD, Networks, SiteNetwork
from adapters.face_engine.rekognition import RekognitionFaceEngine
from adapters.records.postgres import ConnectionPool, PostgresGalleryFeed
from adapters.sandbox import Sandbox
from app.ports.face_engine import FaceEngine
from app.settings import LocalEngineSettings, RekognitionSettings, Settings


async def open_engine(
    settings: Settings, stack: AsyncExitStack, pool: ConnectionPool
) -> tuple[FaceEngine, Sandbox]:
    """Start the encoder processes, then the engine of the settings."""
    match settings.engine:
        case LocalEngineSettings() as chosen:
            return await _local(settings, chosen, stack, pool)
        case RekognitionSettings() as chosen:
            sandbox = await stack.enter_async_context(_sandbox(settings))
            return await _rekognition(chosen, stack), sandbox
        case never:
            assert_never(never)


async def _local(
    settings: Settings, chosen: LocalEngineSettings, stack: AsyncExitStack, pool: ConnectionPool
) -> tuple[FaceEngine, Sandbox]:
    networks = Networks(chosen.models_dir, _site_network(chosen))
    sandbox = await stack.enter_async_context(_sandbox(settings, networks))
    feed = PostgresGalleryFeed(pool, chosen.collection_id)
    engine = await stack.enter_async_context(open_local_engine(sandbox, feed, networks))
    return engine, sandbox


def _site_network(chosen: LocalEngineSettings) -> SiteNetwork | None:
    if chosen.model_path is None or chosen.model_name is None:
        return None
    return SiteNetwork(
        path=chosen.model_path,
        name=chosen.model_name,
        mean=chosen.model_mean,
        scale=chosen.model_scale,
        channels=chosen.model_color_order,
    )


def _sandbox(settings: Settings, networks: Networks | None = None) -> Sandbox:
    encoder = settings.encoder
    return Sandbox(
        processes=encoder.processes,
        memory_bytes=encoder.memory_mb * 2**20,
        seconds=encoder.seconds,
        warm_up=(LOAD, networks.request()) if networks else None,
    )


async def _rekognition(chosen: RekognitionSettings, stack: AsyncExitStack) -> FaceEngine:
    config = AioConfig(
        retries={"mode": "standard", "total_max_attempts": 4},
        connect_timeout=3,
        read_timeout=chosen.seconds,
        max_pool_connections=chosen.concurrency + 5,
    )
    client = await stack.enter_async_context(
        aioboto3.Session().client(
            "rekognition",
            region_name=chosen.region,
            endpoint_url=str(chosen.endpoint_url) if chosen.endpoint_url else None,
            config=config,
        )
    )
    engine = RekognitionFaceEngine(client, chosen.collection_id)
    await engine.prepare()
    return engine

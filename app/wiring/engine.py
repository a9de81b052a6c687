"""The face engine's collections, and the processes that read photos for it."""

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import partial
from typing import assert_never

from adapters.darkroom.sandboxed import REHEARSAL
from adapters.face_engine.local.collections import Feeds, open_local_collections
from adapters.face_engine.local.encoders import warm_up
from adapters.face_engine.local.enrolling_collections import open_enrolling_collections
from adapters.face_engine.local.reading import Networks, Runtime
from adapters.face_engine.rekognition import REHEARSAL as REKOGNITION_REHEARSAL
from adapters.records.postgres import ConnectionPool, PostgresGalleryFeed, PostgresUserFeed
from adapters.sandbox import Sandbox
from app.ports.call_quota import CallQuota
from app.ports.data_keys import DataKeys
from app.ports.face_collections import FaceCollections
from app.ports.face_engine import EngineDescription, FaceEngine
from app.settings import LocalEngineSettings, RekognitionSettings, Settings
from app.wiring.aws import Aws
from app.wiring.models import network_of_settings
from app.wiring.rekognition import open_rekognition
from app.wiring.score_scale import read_scale


@dataclass(frozen=True, slots=True)
class OpenedEngine:
    """The engine's collections, and the models of the settings, whichever one is served."""

    collections: FaceCollections
    description: EngineDescription
    next_engine: FaceEngine | None = None  # of the model to change to, on the service's collection
    quota: CallQuota | None = None  # where the engine is a service of others


@dataclass(frozen=True, slots=True)
class Readers:
    """The processes that read photos, and the networks that each of them becomes ready with."""

    sandbox: Sandbox
    networks: Sequence[Networks]  # of the served model and the next; none of a service of others


async def readers_of(settings: Settings) -> Readers:
    """Return what reads photos, not started yet; the networks are named and pinned here, once.

    Files are hashed in a thread of their own. Raises EngineMisconfiguredError and SettingsError.
    """
    encoder, engine = settings.encoder, settings.engine
    networks: Sequence[Networks] = ()
    if isinstance(engine, LocalEngineSettings):
        networks = await asyncio.to_thread(networks_of, settings, engine)
    sandbox = Sandbox(
        processes=encoder.processes,
        memory_bytes=encoder.memory_mb * 2**20,
        seconds=encoder.seconds,
        warm_up=[REHEARSAL, warm_up(networks) if networks else REKOGNITION_REHEARSAL],
    )
    return Readers(sandbox, networks)


async def open_engine(
    settings: Settings,
    stack: AsyncExitStack,
    pool: ConnectionPool,
    readers: Readers,
    aws: Aws,
    keys: DataKeys | None,
) -> OpenedEngine:
    """Open the engine of the settings; one that ranks by itself needs keys for its gallery."""
    own, sandbox = settings.engine.collection_id, readers.sandbox
    match settings.engine:
        case LocalEngineSettings() if keys is None:
            of_gallery = partial(PostgresGalleryFeed, pool, None)
            only = await open_enrolling_collections(sandbox, readers.networks, of_gallery)
            return OpenedEngine(only, only.descriptions()[0], only.next_engine())
        case LocalEngineSettings():
            feeds = Feeds(partial(PostgresGalleryFeed, pool, keys), partial(PostgresUserFeed, pool))
            opening = open_local_collections(sandbox, readers.networks, feeds)
            local = await stack.enter_async_context(opening)
            return OpenedEngine(local, local.descriptions()[0], await local.next_engine(own))
        case RekognitionSettings() as chosen:
            conninfo = str(pool.conninfo)
            remote, quota = await open_rekognition(chosen, settings.photos, aws, conninfo, sandbox)
            await remote.create(own)
            description = await (await remote.engine(own)).describe()
            return OpenedEngine(remote, description, quota=quota)
        case never:
            assert_never(never)


def networks_of(settings: Settings, chosen: LocalEngineSettings) -> Sequence[Networks]:
    """Return what the encoder processes load: the model of the settings, and the next one.

    A site's own file is read, once, and pinned to what it holds now. Raises
    EngineMisconfiguredError when it cannot be read, and SettingsError.
    """
    models = [chosen, *([chosen.next] if chosen.next else [])]
    sites = [network_of_settings(model, chosen.models_dir) for model in models]
    return [
        Networks(
            chosen.models_dir,
            site,
            scale=read_scale(model.model_calibration) if model.model_calibration else None,
            runtime=Runtime(model.provider, settings.encoder.threads),
        )
        for model, site in zip(models, sites, strict=True)
    ]

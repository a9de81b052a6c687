"""What `candid evaluate` needs: labelled photos, an engine beside the service's, what measures."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import assert_never

from adapters.face_engine.local.encoders import Encoders, opened_encoders, warm_up
from adapters.face_engine.local.scratch import LocalScratchEngines
from adapters.face_engine.temporary import (
    HeldFaces,
    TemporaryCollections,
    delete_left,
    temporary_name,
)
from adapters.labelled_photos import GalleryPhotos, GalleryTemplates, labelled_files
from adapters.measurement import NumpyMeasurement
from adapters.records.postgres import (
    ConnectionPool,
    PostgresGalleryFeed,
    PostgresGalleryLabels,
    PostgresRecords,
    check_keys,
)
from adapters.sandbox import Sandbox
from app.ports.face_collections import ListedCollections
from app.ports.labelled_photos import LabelledPhotos
from app.ports.scratch_engine import RawScores, ScratchEngines
from app.services.evaluation import Evaluate, EvaluateGallery
from app.services.recorded import utc_now
from app.settings import LocalEngineSettings, RekognitionSettings, Settings
from app.wiring.aws import Aws
from app.wiring.data_keys import open_data_keys
from app.wiring.engine import networks_of, readers_of
from app.wiring.program import this_program
from app.wiring.records import deployment_of, open_database
from app.wiring.rekognition import open_rekognition
from app.wiring.secret import secret_of

_SIMILARITIES = RawScores("similarity", 0.0, 100.0, told=4096)
"""Amazon Rekognition's: SearchFacesByImage returns so many faces at most, by its API model."""

Tell = Callable[[str], None]

_AHEAD = 2  # photos a process, so that none waits


@asynccontextmanager
async def opened_evaluation(settings: Settings, path: Path, tell: Tell) -> AsyncGenerator[Evaluate]:
    """Open the engine of the settings, with a gallery of its own, to measure it on a set.

    `tell` hears which collection is made at an engine elsewhere, and which older ones are deleted.

    Raises SourceUnusableError, EngineMisconfiguredError, EngineUnavailableError; and for an engine
    elsewhere RecordsUnavailableError, for the database paces its calls.
    """
    photos = labelled_files(path)
    async with AsyncExitStack() as stack:
        engines: ScratchEngines
        match settings.engine:
            case LocalEngineSettings() as chosen:
                processes = settings.encoder.processes
                engines = LocalScratchEngines(await _encoders(settings, chosen, processes, stack))
            case RekognitionSettings() as chosen:
                pool = await open_database(settings, stack)
                collections = await _collections(settings, chosen, pool, stack, tell)
                name = temporary_name(utc_now())
                engines = TemporaryCollections(collections, name, _SIMILARITIES, tell)
            case never:
                assert_never(never)
        yield _evaluate(settings, photos, engines)


@asynccontextmanager
async def opened_gallery_evaluation(
    settings: Settings, tell: Tell
) -> AsyncGenerator[EvaluateGallery]:
    """Open the records and the engine, beside a running service or without one, to read them.

    Raises RecordsUnavailableError, SettingsError, and what the engine and the data keys raise.
    """
    async with AsyncExitStack() as stack:
        pool = await open_database(settings, stack)
        keys = await open_data_keys(settings, Aws(stack), stack)
        await check_keys(pool, keys)
        own = settings.engine.collection_id
        match settings.engine:
            case LocalEngineSettings() as chosen:
                encoders = await _encoders(settings, chosen, 1, stack)
                templates = GalleryTemplates(PostgresGalleryFeed(pool, keys, own))
                engines = LocalScratchEngines(encoders, of_templates=True)
                measured = _Measured(engines, templates, encoders.facts.model)
            case RekognitionSettings() as chosen:
                collections = await _collections(settings, chosen, pool, stack, tell)
                engine = await collections.engine(own)
                model = (await engine.describe()).model
                measured = _Measured(HeldFaces(engine, _SIMILARITIES), None, model)
            case never:
                assert_never(never)
        labels = PostgresGalleryLabels(pool, own)
        photos = GalleryPhotos(labels, measured.templates, f"gallery {own}", measured.model)
        records = PostgresRecords(pool, own, deployment_of(settings, secret_of(settings)))
        yield EvaluateGallery(_evaluate(settings, photos, measured.engines), records)


@dataclass(frozen=True, slots=True)
class _Measured:
    """The engine on the live gallery; templates are None where it holds the faces itself."""

    engines: ScratchEngines
    templates: GalleryTemplates | None
    model: str


def _evaluate(settings: Settings, photos: LabelledPhotos, engines: ScratchEngines) -> Evaluate:
    at_once = _AHEAD * settings.encoder.processes
    return Evaluate(photos, engines, NumpyMeasurement(), this_program(), at_once)


async def _encoders(
    settings: Settings, chosen: LocalEngineSettings, processes: int, stack: AsyncExitStack
) -> Encoders:
    """Open processes with the model that is served alone."""
    networks = (await asyncio.to_thread(networks_of, settings, chosen))[0]
    sandbox = Sandbox(
        processes=processes,
        memory_bytes=settings.encoder.memory_mb * 2**20,
        seconds=settings.encoder.seconds,
        warm_up=[warm_up([networks])],
    )
    await stack.enter_async_context(sandbox)
    return await opened_encoders(sandbox, networks)


async def _collections(
    settings: Settings,
    chosen: RekognitionSettings,
    pool: ConnectionPool,
    stack: AsyncExitStack,
    tell: Tell,
) -> ListedCollections:
    """Open the engine's collections, and delete what earlier measurements left there."""
    sandbox = await stack.enter_async_context((await readers_of(settings)).sandbox)
    conninfo = str(pool.conninfo)
    opened, _ = await open_rekognition(chosen, settings.photos, Aws(stack), conninfo, sandbox)
    await delete_left(opened, utc_now(), tell)
    return opened

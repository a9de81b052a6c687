"""What `candid calibrate` needs, opened beside a running service or without one."""

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from prometheus_client import CollectorRegistry

from adapters.face_engine.local.encoders import opened_encoders
from adapters.face_engine.local.gallery import Gallery
from adapters.face_engine.local.look_alikes import LocalLookAlikes
from adapters.measurement import NumpyPairScores
from adapters.records.postgres import PostgresGalleryFeed, PostgresRecords, check_keys
from app.services.calibration.calibrate_gallery import CalibrateGallery
from app.services.calibration.fit_scale import FitScale
from app.services.calibration.manage_calibration import ManageCalibration
from app.settings import LocalEngineSettings, Settings, SettingsError
from app.wiring.aws import Aws
from app.wiring.data_keys import open_data_keys
from app.wiring.engine import readers_of
from app.wiring.evaluation import Tell, opened_evaluation
from app.wiring.jms import open_jms
from app.wiring.records import deployment_of, open_database, opened_records
from app.wiring.secret import secret_of


@asynccontextmanager
async def opened_gallery_calibration(
    settings: Settings, *, groups: bool
) -> AsyncGenerator[CalibrateGallery]:
    """Load the gallery of the model of the settings; no photo is read.

    Raises RecordsUnavailableError, SettingsError, and what data keys and networks raise.
    """
    if not isinstance(settings.engine, LocalEngineSettings):
        raise SettingsError(
            "The gallery of Amazon Rekognition cannot be calibrated: its templates are with AWS."
        )
    one = settings.encoder.model_copy(update={"processes": 1})  # says which model it is
    async with AsyncExitStack() as stack:
        keys = await open_data_keys(settings, Aws(stack), stack)
        pool = await open_database(settings, stack)
        await check_keys(pool, keys)
        readers = await readers_of(settings.model_copy(update={"encoder": one}))
        await stack.enter_async_context(readers.sandbox)
        own = settings.engine.collection_id
        facts = (await opened_encoders(readers.sandbox, readers.networks[0])).facts
        feed = PostgresGalleryFeed(pool, keys, own)
        gallery = await stack.enter_async_context(Gallery(feed, facts.model, facts.dimensions))
        records = PostgresRecords(pool, own, deployment_of(settings, secret_of(settings), keys))
        jms = await open_jms(settings, stack, CollectorRegistry()) if groups else None
        yield CalibrateGallery(LocalLookAlikes(gallery, facts.model), records, jms)


@asynccontextmanager
async def opened_scale_fitting(
    settings: Settings, path: Path, tell: Tell
) -> AsyncGenerator[FitScale]:
    """Open the local engine with a gallery of its own; raises what `opened_evaluation` raises."""
    if not isinstance(settings.engine, LocalEngineSettings):
        raise SettingsError("The scale of Amazon Rekognition is Amazon's: none is fitted to it.")
    plain = settings.engine.model_copy(update={"model_calibration": None})
    settings = settings.model_copy(update={"engine": plain})
    async with opened_evaluation(settings, path, tell) as beside:
        yield FitScale(beside.photos, beside.engines, NumpyPairScores, beside.at_once)


@asynccontextmanager
async def opened_calibration(settings: Settings) -> AsyncGenerator[ManageCalibration]:
    """Open the records alone; raises RecordsUnavailableError and SettingsError."""
    async with opened_records(settings) as records:
        yield ManageCalibration(records)

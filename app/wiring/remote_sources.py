"""Where an import finds its photos: the listing of the JMS, and prefixes of S3."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from adapters.photo_source.file_names import FileNames
from adapters.photo_source.jms import JmsPhotoSource
from app.domain.errors import SourceUnusableError
from app.domain.imports import ImportSource
from app.domain.photo import View
from app.ports.jms import Jms
from app.ports.photo_source import PhotoSource
from app.settings import PREFIX, S3PhotosSettings, Settings, SettingsError
from app.wiring.aws import Aws, ClientOptions
from app.wiring.photos import options_of
from app.wiring.sources import Opener

if TYPE_CHECKING:
    from types_aiobotocore_s3 import S3Client

_CONCURRENCY = 16
_SECONDS = 8.0  # of one call to S3, where no photo store says it


def jms_source(settings: Settings, jms: Jms | None) -> Opener:
    """Return what opens the listing of the JMS, if there is one."""
    views = tuple(view for view in View if view in settings.index_views)
    return partial(_jms, jms, views)


def s3_source(settings: Settings, aws: Aws) -> Opener:
    """Return what opens prefixes of the photo store's bucket and of those the settings allow."""
    return partial(_s3, settings, aws)


@asynccontextmanager
async def _jms(
    jms: Jms | None, views: tuple[View, ...], source: ImportSource, since: datetime | None
) -> AsyncGenerator[PhotoSource]:
    if jms is None:
        raise SourceUnusableError(
            f"No jail management system is connected; set {PREFIX}JMS__PATH or "
            f"{PREFIX}JMS__BASE_URL, or import from somewhere else."
        )
    if source.location or source.pattern is not None:
        raise SourceUnusableError("The JMS says where photos are; leave location and pattern out.")
    yield JmsPhotoSource(jms, since, views)


@asynccontextmanager
async def _s3(
    settings: Settings, aws: Aws, source: ImportSource, since: datetime | None
) -> AsyncGenerator[PhotoSource]:
    # Half a second of imports, spared by every start without S3.
    from adapters.photo_source.s3 import Prefix, S3PhotoSource  # noqa: PLC0415 - only with S3

    chosen = settings.photos
    own = None
    if isinstance(chosen, S3PhotosSettings):
        own = Prefix(chosen.bucket, f"{chosen.prefix}/")
    place = Prefix.of(source.location, own, settings.imports.buckets)
    names = FileNames(source.pattern)
    yield S3PhotoSource(await _client(settings, aws), place, names, since, own)


async def _client(settings: Settings, aws: Aws) -> "S3Client":
    """Return the photo store's client, or one as AWS's own configuration says."""
    chosen = settings.photos
    options = ClientOptions(None, None, _CONCURRENCY, _SECONDS)
    if isinstance(chosen, S3PhotosSettings):
        options = options_of(chosen)
    try:
        return await aws.client("s3", options)
    except SettingsError as error:
        raise SourceUnusableError(str(error)) from error

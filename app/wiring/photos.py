"""The photo store, and the images in it that callers name."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, assert_never

from adapters.photo_store.directory import DirectoryObjectSource, DirectoryPhotoStore
from app.ports.object_source import ObjectSource
from app.ports.photo_store import PhotoStore
from app.settings import DirectoryPhotosSettings, S3PhotosSettings, Settings
from app.wiring.aws import Aws, ClientOptions

if TYPE_CHECKING:
    from adapters.photo_store.s3 import Encryption

_ATTEMPTS_IN_FULL = 3
"""How many silent attempts one call waits for."""


@dataclass(frozen=True, slots=True)
class Photos:
    """One store, seen by its keys and by callers' names."""

    store: PhotoStore
    objects: ObjectSource


async def open_photos(settings: Settings, aws: Aws) -> Photos:
    """Open the store of the settings.

    Raises PhotoStoreMisconfiguredError and PhotoStoreUnavailableError when it cannot be used.
    """
    match settings.photos:
        case DirectoryPhotosSettings() as chosen:
            return await _directory(chosen.path or settings.data_dir / "photos")
        case S3PhotosSettings() as chosen:
            return await _s3(chosen, aws)
        case never:
            assert_never(never)


async def _directory(path: Path) -> Photos:
    store = DirectoryPhotoStore(path)
    await store.prepare()
    return Photos(store, DirectoryObjectSource(store))


async def _s3(chosen: S3PhotosSettings, aws: Aws) -> Photos:
    client = await aws.client("s3", options_of(chosen))
    # Half a second of imports, spared by every start on a directory.
    from adapters.photo_store.s3 import (  # noqa: PLC0415
        Bucket,
        S3ObjectSource,
        S3PhotoStore,
    )

    bucket = Bucket(
        client, chosen.bucket, chosen.prefix, encryption_of(chosen), deadline_of(chosen)
    )
    store = S3PhotoStore(bucket)
    await store.prepare()
    return Photos(store, S3ObjectSource(bucket))


def options_of(chosen: S3PhotosSettings) -> ClientOptions:
    """Return how the bucket's service is reached."""
    return ClientOptions(chosen.region, chosen.endpoint_url, chosen.concurrency, chosen.seconds)


def deadline_of(chosen: S3PhotosSettings) -> float:
    """Return how long one call may take with all its attempts."""
    return _ATTEMPTS_IN_FULL * chosen.seconds


def encryption_of(chosen: S3PhotosSettings) -> "Encryption":
    """Return how S3 is to encrypt what it stores."""
    encryption: Encryption = {}
    if chosen.encryption != "none":
        encryption["ServerSideEncryption"] = "aws:kms" if chosen.encryption == "kms" else "AES256"
    if chosen.kms_key_id is not None:
        encryption["SSEKMSKeyId"] = chosen.kms_key_id
    return encryption

"""The photo store, and the images in it that callers name."""

from dataclasses import dataclass
from pathlib import Path
from typing import assert_never

from adapters.photo_store.directory import DirectoryObjectSource, DirectoryPhotoStore
from app.ports.object_source import ObjectSource
from app.ports.photo_store import PhotoStore
from app.settings import DirectoryPhotosSettings, S3PhotosSettings, Settings
from app.wiring.aws import Aws, ClientOptions


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
    options = ClientOptions(chosen.region, chosen.endpoint_url, chosen.concurrency, chosen.seconds)
    client = await aws.client("s3", options)
    # Half a second of imports, spared by every start on a directory.
    from adapters.photo_store.s3 import (  # noqa: PLC0415
        Bucket,
        Encryption,
        S3ObjectSource,
        S3PhotoStore,
    )

    encryption = Encryption()
    if chosen.encryption != "none":
        encryption["ServerSideEncryption"] = "aws:kms" if chosen.encryption == "kms" else "AES256"
    if chosen.kms_key_id is not None:
        encryption["SSEKMSKeyId"] = chosen.kms_key_id
    bucket = Bucket(client, chosen.bucket, chosen.prefix, encryption)
    store = S3PhotoStore(bucket)
    await store.prepare()
    return Photos(store, S3ObjectSource(bucket))

"""The photo store, and the images in it that callers name."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, assert_never

from adapters.photo_store.directory import DirectoryObjectSource, DirectoryPhotoStore
from adapters.photo_store.encrypted import EncryptedPhotoStore
from app.ports.data_keys import DataKeys, photo_key_name, probe_key_name
from app.ports.object_source import ObjectSource
from app.ports.photo_store import PhotoStore
from app.settings import DirectoryPhotosSettings, S3PhotosSettings, Settings
from app.wiring.aws import Aws, ClientOptions

if TYPE_CHECKING:
    from adapters.photo_store.s3 import Bucket, Encryption, S3PhotoStore

_ATTEMPTS_IN_FULL = 3
"""How many silent attempts one call waits for."""


@dataclass(frozen=True, slots=True)
class Photos:
    """One store, seen by its keys and by callers' names."""

    store: EncryptedPhotoStore
    objects: ObjectSource


async def open_photos(settings: Settings, aws: Aws, keys: DataKeys) -> Photos:
    """Open the store of the settings, whose photos are sealed under these keys.

    Raises PhotoStoreMisconfiguredError and PhotoStoreUnavailableError when it cannot be used.
    """
    match settings.photos:
        case DirectoryPhotosSettings() as chosen:
            return await _directory(chosen.path or settings.data_dir / "photos", keys)
        case S3PhotosSettings() as chosen:
            return await _s3(chosen, aws, keys)
        case never:
            assert_never(never)


async def open_probes(settings: Settings, aws: Aws, keys: DataKeys, *, writes: bool) -> PhotoStore:
    """Open the store of kept probes beside the photos; one that `writes` is really tried.

    Raises what `open_photos` raises.
    """
    match settings.photos:
        case DirectoryPhotosSettings() as chosen:
            directory = DirectoryPhotoStore(probes_path(settings.data_dir, chosen))
            if writes:
                await directory.prepare()
            return EncryptedPhotoStore(directory, keys, probe_key_name)
        case S3PhotosSettings() as chosen:
            bucket = await _bucket(chosen, aws, chosen.probes_prefix)
            return EncryptedPhotoStore(await _s3_store(bucket, writes=writes), keys, probe_key_name)
        case never:
            assert_never(never)


def probes_path(data_dir: Path, chosen: DirectoryPhotosSettings) -> Path:
    """Return where probes lie: beside photos in a directory of their own, so that all share it."""
    if chosen.path is None:
        return data_dir / "probes"
    path = chosen.path.resolve()
    return path.parent / f"{path.name}-probes"


async def _directory(path: Path, keys: DataKeys) -> Photos:
    kept = DirectoryPhotoStore(path)
    await kept.prepare()
    store = EncryptedPhotoStore(kept, keys, photo_key_name)
    return Photos(store, DirectoryObjectSource(store))


async def _s3(chosen: S3PhotosSettings, aws: Aws, keys: DataKeys) -> Photos:
    bucket = await _bucket(chosen, aws, chosen.prefix)
    from adapters.photo_store.s3 import S3ObjectSource  # noqa: PLC0415 - as in `_bucket`

    store = EncryptedPhotoStore(await _s3_store(bucket, writes=True), keys, photo_key_name)
    return Photos(store, S3ObjectSource(bucket, store))


async def _s3_store(bucket: "Bucket", *, writes: bool) -> "S3PhotoStore":
    from adapters.photo_store.s3 import S3PhotoStore  # noqa: PLC0415 - as in `_bucket`

    store = S3PhotoStore(bucket)
    if writes:
        await store.prepare()
    return store


async def _bucket(chosen: S3PhotosSettings, aws: Aws, prefix: str) -> "Bucket":
    client = await aws.client("s3", options_of(chosen))
    # Half a second of imports, spared by every start on a directory.
    from adapters.photo_store.s3 import Bucket  # noqa: PLC0415 - only with S3

    return Bucket(client, chosen.bucket, prefix, encryption_of(chosen), deadline_of(chosen))


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

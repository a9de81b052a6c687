"""The store of the data keys, and the key-encryption key that wraps them."""

from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, assert_never

from pydantic import SecretStr

from adapters.data_keys.file import FileDataKeys, opened_file_data_keys
from adapters.key_wrapping import EncryptionKey, EncryptionKeys, KeyFile, MemoryKey
from app.ports.data_keys import DataKeys
from app.settings import FileDataKeysSettings, S3DataKeysSettings, Settings
from app.settings.encryption import EncryptionSettings, decoded
from app.wiring.aws import Aws, ClientOptions

if TYPE_CHECKING:
    from adapters.data_keys.s3 import S3DataKeys

_ATTEMPTS_IN_FULL = 3
"""How many silent attempts one call waits for."""


async def open_data_keys(settings: Settings, aws: Aws, stack: AsyncExitStack) -> DataKeys:
    """Open the store of the settings, made at first start with its key-encryption key.

    Raises DataKeysMisconfiguredError and DataKeysUnavailableError; the wrong key-encryption key
    changes nothing.
    """
    return await _opened(settings, aws, stack, makes=True)


async def open_key_store(
    settings: Settings, aws: Aws, stack: AsyncExitStack
) -> "FileDataKeys | S3DataKeys":
    """Open that store to change how its keys are wrapped; where there is none none is made."""
    return await _opened(settings, aws, stack, makes=False)


async def _opened(
    settings: Settings, aws: Aws, stack: AsyncExitStack, *, makes: bool
) -> "FileDataKeys | S3DataKeys":
    keys = await _encryption_keys(settings, aws)
    match settings.data_keys:
        case FileDataKeysSettings() as chosen:
            path = chosen.path or settings.data_dir / "data-keys" / "keys.db"
            opening = opened_file_data_keys(path, keys, makes=makes)
            return await stack.enter_async_context(opening)
        case S3DataKeysSettings() as chosen:
            return await _s3(chosen, keys, aws, makes=makes)
        case never:
            assert_never(never)


async def _s3(
    chosen: S3DataKeysSettings, keys: EncryptionKeys, aws: Aws, *, makes: bool
) -> "S3DataKeys":
    options = ClientOptions(
        chosen.region,
        chosen.endpoint_url,
        chosen.concurrency,
        chosen.seconds,
        region_setting="DATA_KEYS__REGION",
    )
    client = await aws.client("s3", options)
    # Half a second of imports, spared by every start on a file.
    from adapters.data_keys.s3 import KeyBucket, S3DataKeys  # noqa: PLC0415 - only with S3

    deadline = _ATTEMPTS_IN_FULL * chosen.seconds
    bucket = KeyBucket(client, chosen.bucket, chosen.prefix, deadline)
    store = S3DataKeys(bucket, keys, chosen.concurrency)
    await store.prepare(makes=makes)
    return store


async def _encryption_keys(settings: Settings, aws: Aws) -> EncryptionKeys:
    given = settings.encryption
    current = await _handed_in(given, given.key, given.kms_key_id, aws)
    previous = await _handed_in(given, given.previous_key, given.previous_kms_key_id, aws)
    if previous is None and given.previous_key_file is not None:
        previous = KeyFile(given.previous_key_file)
    key_file = given.key_file or settings.data_dir / "key-encryption-key"
    return EncryptionKeys(current or KeyFile(key_file), previous)


async def _handed_in(
    given: EncryptionSettings, key: SecretStr | None, kms_key_id: str | None, aws: Aws
) -> EncryptionKey | None:
    if key is not None:
        return MemoryKey(decoded(key))
    if kms_key_id is None:
        return None
    options = ClientOptions(given.kms_region, given.kms_endpoint_url, 1, given.kms_seconds)
    client = await aws.client("kms", options)
    # Half a second of imports, spared by every start without AWS.
    from adapters.key_wrapping.kms import KmsKey  # noqa: PLC0415 - only with KMS

    return KmsKey(client, kms_key_id, _ATTEMPTS_IN_FULL * given.kms_seconds)

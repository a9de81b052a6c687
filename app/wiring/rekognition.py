"""Amazon Rekognition's collections, on a client that is ready before anybody waits for it."""

from typing import TYPE_CHECKING

from adapters.call_quota import GovernedCallQuota
from adapters.records.postgres import PostgresQuotaLedger, connected
from adapters.sandbox import Sandbox
from app.ports.call_quota import CallQuota
from app.settings import DirectoryPhotosSettings, RekognitionSettings, S3PhotosSettings
from app.wiring.aws import Aws, ClientOptions
from app.wiring.photos import deadline_of, encryption_of, options_of

if TYPE_CHECKING:
    from adapters.face_engine.rekognition.collections import RekognitionCollections
    from adapters.face_engine.rekognition.staging import S3Staging

_LEDGER_CONNECTIONS = 2
"""Of their own: whoever holds one of the records' may be waiting for a call's turn."""


async def open_rekognition(
    chosen: RekognitionSettings,
    stored: DirectoryPhotosSettings | S3PhotosSettings,
    aws: Aws,
    database: str,
    sandbox: Sandbox,
) -> "tuple[RekognitionCollections, CallQuota]":
    """Open the client; no collection is made.

    The other half of the answer tells how much of the account's quota is used.

    Every attempt of a call goes at the pace that the deployment's processes share, so the client
    itself makes one only.
    """
    client = await aws.client("rekognition", _options_of(chosen))
    # Half a second of imports, spared by every start on the local engine.
    from adapters.face_engine.rekognition.calls import GovernedCalls  # noqa: PLC0415 - with AWS
    from adapters.face_engine.rekognition.collections import (  # noqa: PLC0415 - with AWS
        RekognitionCollections,
    )
    from adapters.face_engine.rekognition.photos import Photos  # noqa: PLC0415 - with AWS
    from adapters.face_engine.rekognition.service import Rekognition  # noqa: PLC0415 - with AWS

    scope = f"{client.meta.region_name} {chosen.endpoint_url or 'aws'}"
    ledgers = await aws.stack.enter_async_context(connected(database, _LEDGER_CONNECTIONS))
    quota = GovernedCallQuota(PostgresQuotaLedger(ledgers, scope))
    service = Rekognition(
        client,
        calls=GovernedCalls(quota, chosen.deadline_seconds),
        photos=Photos(sandbox.call),
        staging=await _staging(chosen, stored, aws),
        quality_filter=chosen.quality_filter,
        detection_attributes=chosen.detection_attributes,
        user_vectors=chosen.user_vectors,
    )
    return RekognitionCollections(service), quota


def _options_of(chosen: RekognitionSettings) -> ClientOptions:
    return ClientOptions(
        chosen.region, chosen.endpoint_url, chosen.concurrency, chosen.seconds, attempts=1
    )


async def _staging(
    chosen: RekognitionSettings, stored: DirectoryPhotosSettings | S3PhotosSettings, aws: Aws
) -> "S3Staging | None":
    if not chosen.by_s3_object or not isinstance(stored, S3PhotosSettings):
        return None
    from adapters.face_engine.rekognition.staging import S3Staging  # noqa: PLC0415 - with AWS

    client = await aws.client("s3", options_of(stored))
    return S3Staging(
        client, stored.bucket, stored.prefix, encryption_of(stored), deadline_of(stored)
    )

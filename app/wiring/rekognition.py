"""Amazon Rekognition: its client, warmed before anybody waits for it, and the engine on it."""

from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

from anyio import to_thread

from adapters.sandbox import Sandbox
from app.settings import RekognitionSettings

if TYPE_CHECKING:
    import aioboto3
    from aiobotocore.config import AioConfig
    from types_aiobotocore_rekognition import RekognitionClient

    from adapters.face_engine.rekognition.engine import RekognitionFaceEngine

_CONNECT_SECONDS = 3
_MARGIN = 5
"""Connections above the calls at once: pings and descriptions are never kept waiting."""


async def open_rekognition(
    chosen: RekognitionSettings, stack: AsyncExitStack, sandbox: Sandbox
) -> "RekognitionFaceEngine":
    """Open the client for the life of the stack, and make the collection where it is missing."""
    session, config = await to_thread.run_sync(_warmed, chosen)
    client: RekognitionClient = await stack.enter_async_context(
        session.client(
            "rekognition",
            region_name=chosen.region,
            endpoint_url=str(chosen.endpoint_url) if chosen.endpoint_url else None,
            config=config,
        )
    )
    # Imported by now; every start on the local engine is spared it.
    from adapters.face_engine.rekognition.collections import (  # noqa: PLC0415
        RekognitionCollections,
    )
    from adapters.face_engine.rekognition.photos import Photos  # noqa: PLC0415
    from adapters.face_engine.rekognition.service import Rekognition  # noqa: PLC0415

    service = Rekognition(
        client,
        photos=Photos(sandbox.call),
        quality_filter=chosen.quality_filter,
        detection_attributes=chosen.detection_attributes,
        user_vectors=chosen.user_vectors,
    )
    collections = RekognitionCollections(service)
    await collections.create(chosen.collection_id)
    return await collections.engine(chosen.collection_id)


def _warmed(chosen: RekognitionSettings) -> "tuple[aioboto3.Session, AioConfig]":
    """Import what the client needs and read the API's description; blocks for half a second."""
    import aioboto3  # noqa: PLC0415
    from aiobotocore.config import AioConfig  # noqa: PLC0415

    import adapters.face_engine.rekognition.collections  # noqa: F401, PLC0415

    session = aioboto3.Session()
    loader = session._session.get_component("data_loader")  # noqa: SLF001 - it has no other name
    for kind in ("service-2", "endpoint-rule-set-1"):
        loader.load_service_model("rekognition", kind)
    for name in ("endpoints", "partitions", "sdk-default-configuration", "_retry"):
        loader.load_data(name)
    return session, AioConfig(
        retries={"mode": "standard", "total_max_attempts": 4},
        connect_timeout=_CONNECT_SECONDS,
        read_timeout=chosen.seconds,
        max_pool_connections=chosen.concurrency + _MARGIN,
    )

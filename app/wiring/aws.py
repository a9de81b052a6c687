"""Amazon's services: one session a process, one client a service and place, closed by its owner."""

from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, overload

from anyio import Lock, to_thread

from app.settings import PREFIX, SettingsError

if TYPE_CHECKING:
    import aioboto3
    from aiobotocore.config import AioConfig
    from pydantic import HttpUrl
    from types_aiobotocore_kms import KMSClient
    from types_aiobotocore_rekognition import RekognitionClient
    from types_aiobotocore_s3 import S3Client

    Client = RekognitionClient | S3Client | KMSClient

Service = Literal["rekognition", "s3", "kms"]

_CONNECT_SECONDS = 3
_ATTEMPTS = 4
_REGION_OF = {
    "rekognition": "ENGINE__REGION",
    "s3": "PHOTOS__REGION",
    "kms": "ENCRYPTION__KMS_REGION",
}
_SPARE = 5  # connections beyond the calls at once, for pings and the sweeper


@dataclass(frozen=True, slots=True)
class ClientOptions:
    """Where a service is, how many calls run at once, and how long one may take."""

    region: str | None
    endpoint_url: "HttpUrl | None"
    concurrency: int
    seconds: float
    attempts: int = _ATTEMPTS
    region_setting: str | None = None  # where it is not the usual one of the service


@dataclass(slots=True)
class Aws:
    """Opens clients; the imports (half a second) and the session wait for the first one."""

    stack: AsyncExitStack
    _session: "aioboto3.Session | None" = None
    _clients: "dict[tuple[Service, ClientOptions], Client]" = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    @overload
    async def client(
        self, service: Literal["rekognition"], options: ClientOptions
    ) -> "RekognitionClient": ...
    @overload
    async def client(self, service: Literal["s3"], options: ClientOptions) -> "S3Client": ...
    @overload
    async def client(self, service: Literal["kms"], options: ClientOptions) -> "KMSClient": ...
    async def client(self, service: Service, options: ClientOptions) -> "Client":
        """Return the one client of a service for these options; it lives as long as the stack.

        What it has to read from disk is read before, in a thread. Raises SettingsError for a
        region or a configuration of AWS that no client can be made of.
        """
        async with self._lock:
            if (service, options) not in self._clients:
                with _told(options.region_setting or _REGION_OF[service]):
                    self._clients[service, options] = await self._opened(service, options)
            return self._clients[service, options]

    async def _opened(self, service: Service, options: ClientOptions) -> "Client":
        if self._session is None:
            self._session = await to_thread.run_sync(_new_session)
        config = await to_thread.run_sync(_warmed, self._session, service, options)
        endpoint = str(options.endpoint_url) if options.endpoint_url else None
        opened: Client = await self.stack.enter_async_context(
            self._session.client(
                service, region_name=options.region, endpoint_url=endpoint, config=config
            )
        )
        return opened


@contextmanager
def _told(region_setting: str) -> Iterator[None]:
    """Name what to change where the AWS SDK finds fault before it asks anybody."""
    from botocore.exceptions import (  # noqa: PLC0415 - spared by every start without AWS
        BotoCoreError,
        InvalidRegionError,
        NoRegionError,
    )

    try:
        yield
    except (NoRegionError, InvalidRegionError) as error:
        raise SettingsError(
            f"{PREFIX}{region_setting}: {error} Set it to a region of AWS such as us-east-1."
        ) from error
    except BotoCoreError as error:
        raise SettingsError(
            f"AWS's own configuration (AWS_PROFILE, AWS_CONFIG_FILE, ~/.aws) is at fault: {error}"
        ) from error


def _new_session() -> "aioboto3.Session":
    import aioboto3  # noqa: PLC0415 - spared by every start without AWS

    return aioboto3.Session()


def _warmed(session: "aioboto3.Session", service: Service, options: ClientOptions) -> "AioConfig":
    """Read the service's description from disk, so that the event loop need not."""
    from aiobotocore.config import AioConfig  # noqa: PLC0415 - as above

    loader = session._session.get_component("data_loader")  # noqa: SLF001 - it has no other name
    for kind in ("service-2", "endpoint-rule-set-1"):
        loader.load_service_model(service, kind)
    for name in ("endpoints", "partitions", "sdk-default-configuration", "_retry"):
        loader.load_data(name)
    return AioConfig(
        retries={"mode": "standard", "total_max_attempts": options.attempts},
        connect_timeout=_CONNECT_SECONDS,
        read_timeout=options.seconds,
        max_pool_connections=options.concurrency + _SPARE,
        response_checksum_validation="when_required",  # photos are held against their own hash
        s3={"addressing_style": "path" if options.endpoint_url else "auto"},
    )

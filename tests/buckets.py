"""S3 as moto plays it, on a real loopback socket, and buckets in it."""

import asyncio
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import AsyncGenerator, Generator, Iterable
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import uuid4

import httpx
import pytest

from tests.live import free_port

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment
    from types_aiobotocore_s3 import S3Client

    from adapters.data_keys.s3 import KeyBucket
    from adapters.photo_store.s3 import Bucket, Encryption

REGION = "us-east-1"


@pytest.fixture(scope="session")
def s3_server() -> Generator[str]:
    """Give the address of an S3 in this process; buckets are told apart by their names."""
    with s3_in_process() as url:
        yield url


@contextmanager
def s3_in_process() -> Generator[str]:
    """Serve S3 in this process; all that are served so have the same buckets."""
    from moto.server import ThreadedMotoServer  # noqa: PLC0415 - a second of imports

    logging.getLogger("werkzeug").setLevel(logging.ERROR)  # it would log every call
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    assert server._server is not None  # noqa: SLF001 - moto has no other name for it
    server._server.app = _OneAtATime(server._server.app)  # noqa: SLF001 - as above
    host, port = server.get_host_and_port()
    try:
        yield f"http://{host}:{port}"
    finally:
        server.stop()


class _OneAtATime:
    """Lets no write come between another's condition and its write; moto alone would."""

    def __init__(self, application: "WSGIApplication") -> None:
        self._application = application
        self._lock = threading.Lock()

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> "Iterable[bytes]":
        if environ["REQUEST_METHOD"] != "PUT":
            return self._application(environ, start_response)
        with self._lock:
            return list(self._application(environ, start_response))


def written_at(bucket: str, key: str, moment: datetime) -> None:
    """Make an object of the S3 in this process look as if it had been written then."""
    from moto.core.models import DEFAULT_ACCOUNT_ID  # noqa: PLC0415 - as above
    from moto.s3.models import s3_backends  # noqa: PLC0415 - as above

    s3_backends[DEFAULT_ACCOUNT_ID]["aws"].buckets[bucket].keys[key].last_modified = moment


@asynccontextmanager
async def s3_client(
    url: str,
    *,
    keys: tuple[str, str] = ("test", "test"),
    region: str = REGION,
    seconds: float = 60,
    attempts: int = 2,
) -> AsyncGenerator["S3Client"]:
    import aioboto3  # noqa: PLC0415 - half a second of imports
    from aiobotocore.config import AioConfig  # noqa: PLC0415 - as above

    config = AioConfig(
        retries={"mode": "standard", "total_max_attempts": attempts},
        connect_timeout=10,
        read_timeout=seconds,
        response_checksum_validation="when_required",
        s3={"addressing_style": "path"},
    )
    session = aioboto3.Session(*keys, region_name=region)
    async with session.client("s3", endpoint_url=url, config=config) as client:
        yield client


@asynccontextmanager
async def open_bucket(
    url: str, encryption: "Encryption | None" = None, *, seconds: float = 60, attempts: int = 2
) -> AsyncGenerator["Bucket"]:
    """Make a bucket of its own."""
    from adapters.photo_store.s3 import Bucket  # noqa: PLC0415 - imports botocore

    async with s3_client(url, seconds=seconds, attempts=attempts) as client:
        name = f"photos-{uuid4()}"
        await client.create_bucket(Bucket=name)
        yield Bucket(client, name, "jail/photos", encryption or {}, deadline=2 * seconds)


@asynccontextmanager
async def key_bucket(url: str, *, seconds: float = 60) -> AsyncGenerator["KeyBucket"]:
    """Make a bucket for data keys."""
    from adapters.data_keys.s3 import KeyBucket  # noqa: PLC0415 - imports botocore

    async with s3_client(url, seconds=seconds) as client:
        name = f"keys-{uuid4()}"
        await client.create_bucket(Bucket=name)
        yield KeyBucket(client, name, "jail/keys", deadline=2 * seconds)


@dataclass
class S3Process:
    """An S3 in a process of its own, which can be halted and killed; it forgets when it ends."""

    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        program = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(self.port)]
        self.process = subprocess.Popen(  # noqa: S603 - our own words
            program, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            with suppress(httpx.TransportError):
                httpx.get(self.url, timeout=5)
                return
            time.sleep(0.05)
        raise AssertionError("moto did not start in time")

    def send(self, number: signal.Signals) -> None:
        assert self.process is not None
        os.kill(self.process.pid, number)

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait()


@pytest.fixture
def s3_process() -> Generator[S3Process]:
    process = S3Process()
    process.start()
    yield process
    process.kill()


@dataclass
class CutLine:
    """A line to a server that breaks after so many bytes from the client, again and again."""

    target: str
    after: int
    cuts: int = 0

    @asynccontextmanager
    async def open(self) -> AsyncGenerator[str]:
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        async with server:
            yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        host, _, port = self.target.removeprefix("http://").partition(":")
        answers, calls = await asyncio.open_connection(host, int(port))
        back = asyncio.create_task(_pumped(answers, writer))
        passed = 0
        with suppress(OSError):
            while passed < self.after and (piece := await reader.read(16_384)):
                calls.write(piece)
                await calls.drain()
                passed += len(piece)
        self.cuts += passed >= self.after
        back.cancel()
        writer.transport.abort()
        calls.transport.abort()


async def _pumped(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while piece := await reader.read(65_536):
            writer.write(piece)
            await writer.drain()

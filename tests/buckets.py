"""S3 as moto plays it, on a real loopback socket, and buckets in it."""

import asyncio
import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from uuid import uuid4

import httpx
import pytest

from tests.live import free_port

if TYPE_CHECKING:
    from types_aiobotocore_s3 import S3Client

    from adapters.photo_store.s3 import Bucket, Encryption

REGION = "us-east-1"


@pytest.fixture(scope="session")
def s3_server() -> Generator[str]:
    """Give the address of an S3 in this process; buckets are told apart by their names."""
    from moto.server import ThreadedMotoServer  # noqa: PLC0415 - a second of imports

    logging.getLogger("werkzeug").setLevel(logging.ERROR)  # it would log every call
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@asynccontextmanager
async def s3_client(
    url: str,
    *,
    keys: tuple[str, str] = ("test", "test"),
    region: str = REGION,
    seconds: float = 20,
    attempts: int = 2,
) -> AsyncGenerator["S3Client"]:
    import aioboto3  # noqa: PLC0415 - half a second of imports
    from aiobotocore.config import AioConfig  # noqa: PLC0415 - as above

    config = AioConfig(
        retries={"mode": "standard", "total_max_attempts": attempts},
        connect_timeout=2,
        read_timeout=seconds,
        response_checksum_validation="when_required",
        s3={"addressing_style": "path"},
    )
    session = aioboto3.Session(*keys, region_name=region)
    async with session.client("s3", endpoint_url=url, config=config) as client:
        yield client


@asynccontextmanager
async def open_bucket(
    url: str, encryption: "Encryption | None" = None, *, seconds: float = 20, attempts: int = 2
) -> AsyncGenerator["Bucket"]:
    """Make a bucket of its own."""
    from adapters.photo_store.s3 import Bucket  # noqa: PLC0415 - imports botocore

    async with s3_client(url, seconds=seconds, attempts=attempts) as client:
        name = f"photos-{uuid4()}"
        await client.create_bucket(Bucket=name)
        yield Bucket(client, name, "jail/photos", encryption)


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
        deadline = time.monotonic() + 30
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

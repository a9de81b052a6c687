"""Candid's own Rekognition, on the local engine, as an AWS SDK meets it: over a socket."""

from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import aioboto3

from adapters.face_engine.local.models import install_models
from tests.kept import MODELS
from tests.live import LiveService

if TYPE_CHECKING:
    from types_aiobotocore_rekognition import RekognitionClient


@dataclass
class Wire:
    """A service that is started when its address is asked for first."""

    service: LiveService

    @property
    def url(self) -> str:
        if self.service.process is None:
            install_models(MODELS, print)
            self.service.start()
        return self.service.url

    @asynccontextmanager
    async def client(self) -> AsyncGenerator["RekognitionClient"]:
        session = aioboto3.Session("test", "test", region_name="us-east-1")
        async with session.client("rekognition", endpoint_url=self.url) as client:
            yield client


@contextmanager
def wire_at(data_dir: Path) -> Generator[Wire]:
    """Give a service without authentication, where every call is a training test."""
    wire = Wire(LiveService(data_dir, {"CANDID_ENGINE__MODELS_DIR": str(MODELS)}))
    yield wire
    if wire.service.process is not None:
        wire.service.stop()

"""The engine on the stub, through the real AWS client and a real socket."""

from collections.abc import AsyncIterator, Iterator

import aioboto3
import pytest
from aiobotocore.config import AioConfig

from adapters.face_engine.rekognition.engine import RekognitionFaceEngine
from adapters.face_engine.rekognition.service import Rekognition
from adapters.face_engine.rekognition.users import RekognitionFaceUsers
from tests.rekognition.colours import Colours
from tests.rekognition_stub import RekognitionStub


@pytest.fixture
def stub() -> Iterator[RekognitionStub]:
    stub = RekognitionStub.seeing(Colours())
    with stub.serving():
        yield stub


@pytest.fixture(scope="session")
def session() -> aioboto3.Session:
    return aioboto3.Session("test", "test", region_name="us-east-1")


@pytest.fixture
async def service(stub: RekognitionStub, session: aioboto3.Session) -> AsyncIterator[Rekognition]:
    config = AioConfig(
        retries={"mode": "standard", "total_max_attempts": 2}, connect_timeout=2, read_timeout=20
    )
    async with session.client("rekognition", endpoint_url=stub.url, config=config) as client:
        yield Rekognition(client)


@pytest.fixture
def bare_engine(service: Rekognition) -> RekognitionFaceEngine:
    return RekognitionFaceEngine(service, "jail")


@pytest.fixture
async def engine(bare_engine: RekognitionFaceEngine) -> RekognitionFaceEngine:
    await bare_engine.prepare()
    return bare_engine


@pytest.fixture
def users(engine: RekognitionFaceEngine, service: Rekognition) -> RekognitionFaceUsers:
    del engine  # which has made the collection
    return RekognitionFaceUsers(service, "jail")

"""The application in process, where no keys are asked for."""

from collections.abc import AsyncIterator

import httpx
import pytest

from tests.api.rekognition.applications import Ask, Json, Office, calling, target
from tests.api.rekognition.use_cases import FakeCollections


@pytest.fixture
def office() -> Office:
    return Office()


@pytest.fixture
def fake(office: Office) -> FakeCollections:
    return office.collections


@pytest.fixture
async def client(office: Office) -> AsyncIterator[httpx.AsyncClient]:
    async with calling(office.application()) as client:
        yield client


@pytest.fixture
async def ask(client: httpx.AsyncClient) -> Ask:
    """Give a way to call an operation without a signature."""

    async def asked(operation: str, fields: Json) -> httpx.Response:
        return await client.post("/", json=fields, headers=target(operation))

    return asked

"""The application in process, where no keys are asked for."""

from collections.abc import AsyncIterator

import httpx
import pytest

from app.domain.collection import Collection, User
from tests.api.rekognition.applications import Ask, Json, Office, calling, target
from tests.api.rekognition.use_cases import CREATED, MODEL, FakeCollections, enrolled


@pytest.fixture
def office() -> Office:
    return Office()


@pytest.fixture
def fake(office: Office) -> FakeCollections:
    return office.collections


@pytest.fixture
def filled(fake: FakeCollections) -> None:
    fake.collections["old"] = Collection("old", MODEL, CREATED)
    fake.faces = [enrolled(1), enrolled(2, is_named=False), enrolled(3, user_id="U-1")]
    fake.people = [User("U-1", 2), User("U-2", 0)]


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

"""The simulation of AWS that the benches measure with, in front of the stub of the tests."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import aioboto3
import httpx
import pytest
from aiobotocore.config import AioConfig
from botocore.exceptions import ClientError, ConnectionError, HTTPClientError  # noqa: A004 - the builtin is not used here
from types_aiobotocore_rekognition import RekognitionClient

from bench.simulated_aws import Conditions, serve
from tests.rekognition.colours import RED, Colours, picture
from tests.rekognition_stub import RekognitionStub

PHOTO = picture((RED, (100, 100, 300, 300)))
QUICK = (0.0, 0.01)


@pytest.fixture
def stub() -> Iterator[RekognitionStub]:
    stub = RekognitionStub.seeing(Colours())
    with stub.serving():
        yield stub


@asynccontextmanager
async def simulated(upstream: str | None, conditions: Conditions) -> AsyncIterator[str]:
    port: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    async def ready(served: int) -> None:
        port.set_result(served)

    serving = asyncio.create_task(serve(upstream, conditions, 0, ready))
    try:
        yield f"http://127.0.0.1:{await port}"
    finally:
        serving.cancel()
        await asyncio.gather(serving, return_exceptions=True)


@asynccontextmanager
async def client_of(url: str) -> AsyncIterator[RekognitionClient]:
    session = aioboto3.Session("test", "test", region_name="us-east-1")
    config = AioConfig(retries={"total_max_attempts": 1})
    async with session.client("rekognition", endpoint_url=url, config=config) as client:
        await client.create_collection(CollectionId="jail")
        yield client


async def outcome(client: RekognitionClient, name: str) -> str:
    try:
        await client.index_faces(
            CollectionId="jail", Image={"Bytes": PHOTO}, ExternalImageId=name, MaxFaces=1
        )
    except ClientError as error:
        return str(error.response["Error"]["Code"])
    except (ConnectionError, HTTPClientError):
        return "lost"
    return "indexed"


async def test_calls_beyond_the_quota_are_throttled_and_counted(stub: RekognitionStub) -> None:
    conditions = Conditions(quota=2, latency=QUICK, faults=0)
    async with simulated(stub.url, conditions) as url, client_of(url) as client:
        outcomes = Counter(await asyncio.gather(*(outcome(client, f"A{n}") for n in range(6))))
        await asyncio.sleep(0.6)
        later = await outcome(client, "B")
        async with httpx.AsyncClient() as http:
            told = (await http.get(f"{url}/simulation")).json()["IndexFaces"]

    assert outcomes == {"indexed": 2, "ProvisionedThroughputExceededException": 4}
    assert later == "indexed"
    assert (told["calls"], told["granted"], told["throttled"]) == (7, 3, 4)
    assert len([name for name, _ in stub.calls if name == "IndexFaces"]) == 3


async def test_the_quota_can_be_changed_while_it_runs(stub: RekognitionStub) -> None:
    conditions = Conditions(quota=1, latency=QUICK, faults=0)
    async with simulated(stub.url, conditions) as url, client_of(url) as client:
        async with httpx.AsyncClient() as http:
            await http.put(f"{url}/simulation", params={"quota": "1000"})
        outcomes = await asyncio.gather(*(outcome(client, f"A{n}") for n in range(20)))

    assert outcomes.count("indexed") >= 1


async def test_faults_are_5xx_and_lost_answers_of_calls_carried_out_or_not(
    stub: RekognitionStub,
) -> None:
    conditions = Conditions(quota=1000, latency=QUICK, faults=1)
    async with simulated(stub.url, conditions) as url, client_of(url) as client:
        outcomes = Counter([await outcome(client, f"A{n}") for n in range(30)])
        async with httpx.AsyncClient() as http:
            told = (await http.get(f"{url}/simulation")).json()["IndexFaces"]

    carried_out = [name for name, _ in stub.calls if name == "IndexFaces"]
    assert outcomes.keys() == {"InternalServerError", "lost"}
    assert told["faults"].keys() == {"5xx", "reset before", "reset after"}
    assert len(carried_out) == told["faults"]["reset after"]


async def test_the_stand_in_finds_the_same_face_in_the_same_photo() -> None:
    conditions = Conditions(quota=1000, latency=QUICK, faults=0)
    async with simulated(None, conditions) as url, client_of(url) as client:
        for name in ("A", "A", "B"):
            assert await outcome(client, name) == "indexed"
        faces = (await client.list_faces(CollectionId="jail", MaxResults=1))["Faces"]
        described = await client.describe_collection(CollectionId="jail")
        found = await client.search_faces_by_image(
            CollectionId="jail", Image={"Bytes": PHOTO}, MaxFaces=10
        )
        await client.delete_faces(CollectionId="jail", FaceIds=[faces[0]["FaceId"]])
        left = (await client.list_faces(CollectionId="jail"))["Faces"]

    assert described["FaceCount"] == 2
    assert len(found["FaceMatches"]) == 2
    assert [face["ExternalImageId"] for face in left] == ["B"]

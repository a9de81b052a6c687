"""Large photos by way of a bucket that Rekognition reads, on a real S3 server."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from typing import Any

import aioboto3
import pytest
from botocore.exceptions import ClientError
from botocore.session import get_session
from moto.server import ThreadedMotoServer
from types_aiobotocore_s3 import S3Client

from adapters.face_engine.rekognition.engine import RekognitionFaceEngine
from adapters.face_engine.rekognition.service import Rekognition
from adapters.face_engine.rekognition.staging import Encryption, S3Staging
from app.domain.errors import EngineMisconfiguredError
from tests.deaf_server import deaf_server
from tests.rekognition.colours import RED, picture
from tests.rekognition.test_submissions import large_picture
from tests.rekognition_answers import Refusal, no_object
from tests.rekognition_stub import RekognitionStub

BUCKET = "jail-photos"


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
async def bucket(session: aioboto3.Session, address: str) -> AsyncIterator[S3Client]:
    async with session.client("s3", endpoint_url=address) as client:
        await client.create_bucket(Bucket=BUCKET)
        yield client


def reading(address: str) -> Callable[[str, str], bytes | None]:
    """Return what reads the bucket as Rekognition does."""
    client: Any = get_session().create_client(
        "s3",
        region_name="us-east-1",
        endpoint_url=address,
        aws_access_key_id="a",
        aws_secret_access_key="b",  # noqa: S106 - a test's
    )

    def read(bucket: str, name: str) -> bytes | None:
        try:
            answer = client.get_object(Bucket=bucket, Key=name)
        except ClientError:
            return None
        assert answer["ServerSideEncryption"] == "AES256"
        return bytes(answer["Body"].read())

    return read


@pytest.fixture
async def staging_engine(
    service: Rekognition, stub: RekognitionStub, bucket: S3Client, address: str
) -> RekognitionFaceEngine:
    stub.collections.objects = reading(address)
    staging = S3Staging(bucket, BUCKET, "photos", Encryption(ServerSideEncryption="AES256"))
    engine = RekognitionFaceEngine(replace(service, staging=staging), "jail")
    await engine.prepare()
    return engine


async def names(bucket: S3Client) -> list[str]:
    page = await bucket.list_objects_v2(Bucket=BUCKET)
    return [one["Key"] for one in page.get("Contents", [])]


async def test_a_large_photo_goes_whole_by_an_object_that_is_gone_afterwards(
    staging_engine: RekognitionFaceEngine, stub: RekognitionStub, bucket: S3Client
) -> None:
    enrolled = await staging_engine.enrol(large_picture(), "A1", None)

    [image] = [call["Image"] for name, call in stub.calls if name == "IndexFaces"]
    assert image["S3Object"]["Bucket"] == BUCKET
    assert image["S3Object"]["Name"].startswith("photos/~staged/")
    assert enrolled.submitted == "by an object of S3: 7.7 MB"
    assert await names(bucket) == []


async def test_in_a_bucket_that_keeps_versions_none_is_left(
    staging_engine: RekognitionFaceEngine, bucket: S3Client
) -> None:
    await bucket.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})

    await staging_engine.enrol(large_picture(), "A1", None)

    page = await bucket.list_object_versions(Bucket=BUCKET)
    assert (page.get("Versions", []), page.get("DeleteMarkers", [])) == ([], [])


@pytest.mark.filterwarnings("ignore:Sending a large body:ResourceWarning")  # over 1 MB, aiohttp
async def test_photos_that_fit_a_call_and_those_over_fifteen_megabytes_go_as_bytes(
    staging_engine: RekognitionFaceEngine, stub: RekognitionStub
) -> None:
    small = await staging_engine.enrol(picture((RED, (100, 100, 300, 300))), "A1", None)
    huge = await staging_engine.enrol(large_picture(2400), "A2", None)

    assert all("Bytes" in call["Image"] for name, call in stub.calls if name == "IndexFaces")
    assert small.submitted is None
    assert (huge.submitted or "").startswith("re-encoded: JPEG 2400x2400 ")


async def test_an_object_that_rekognition_cannot_read_is_sent_as_bytes_once(
    staging_engine: RekognitionFaceEngine, stub: RekognitionStub, bucket: S3Client
) -> None:
    stub.collections.objects = no_object

    enrolled = await staging_engine.enrol(large_picture(), "A1", None)

    sent = [next(iter(call["Image"])) for name, call in stub.calls if name == "IndexFaces"]
    assert sent == ["S3Object", "Bytes"]
    assert (enrolled.submitted or "").startswith("re-encoded: ")
    assert await names(bucket) == []


async def test_a_bucket_that_cannot_be_written_costs_no_photo(
    service: Rekognition, stub: RekognitionStub, bucket: S3Client
) -> None:
    staging = S3Staging(bucket, "nobodys-bucket")
    engine = RekognitionFaceEngine(replace(service, staging=staging), "jail")
    await engine.prepare()

    enrolled = await engine.enrol(large_picture(), "A1", None)

    assert [name for name, _ in stub.calls].count("IndexFaces") == 1
    assert (enrolled.submitted or "").startswith("re-encoded: ")


async def test_a_bucket_that_stops_taking_what_is_sent_costs_no_photo(
    service: Rekognition, stub: RekognitionStub, session: aioboto3.Session
) -> None:
    async with deaf_server() as address, session.client("s3", endpoint_url=address) as deaf:
        staging = S3Staging(deaf, BUCKET, deadline=0.5)
        engine = RekognitionFaceEngine(replace(service, staging=staging), "jail")
        await engine.prepare()

        enrolled = await asyncio.wait_for(engine.enrol(large_picture(), "A1", None), 20)

    assert [name for name, _ in stub.calls].count("IndexFaces") == 1
    assert (enrolled.submitted or "").startswith("re-encoded: ")


async def test_bytes_answered_as_an_object_say_what_rekognition_needs(
    staging_engine: RekognitionFaceEngine, stub: RekognitionStub
) -> None:
    stub.faults = [Refusal("InvalidS3ObjectException", "no")]

    with pytest.raises(EngineMisconfiguredError, match="s3:GetObject"):
        await staging_engine.enrol(picture((RED, (100, 100, 300, 300))), "A1", None)

"""The whole service with its photos in S3, spoken to over a real socket."""

import asyncio
from collections.abc import Iterator, Mapping
from pathlib import Path
from uuid import uuid4

import pytest

from tests.buckets import s3_client
from tests.e2e.calls import index
from tests.e2e.commands import ended
from tests.e2e.processes import eventually
from tests.e2e.test_starting import assert_one_line
from tests.live import LiveService, free_port

AWS = {"AWS_ACCESS_KEY_ID": "nobody", "AWS_SECRET_ACCESS_KEY": "nothing"}


async def _make(url: str, bucket: str) -> None:
    async with s3_client(url) as client:
        await client.create_bucket(Bucket=bucket)


async def _names(url: str, bucket: str) -> list[str]:
    async with s3_client(url) as client:
        listed = await client.list_objects_v2(Bucket=bucket)
        return [one["Key"] for one in listed.get("Contents", [])]


@pytest.fixture
def bucket(s3_server: str) -> str:
    name = f"jail-{uuid4()}"
    asyncio.run(_make(s3_server, name))
    return name


@pytest.fixture
def service(tmp_path: Path, s3_server: str, bucket: str) -> Iterator[LiveService]:
    settings = {
        "CANDID_PHOTOS__KIND": "s3",
        "CANDID_PHOTOS__BUCKET": bucket,
        "CANDID_PHOTOS__REGION": "us-east-1",
        "CANDID_PHOTOS__ENDPOINT_URL": s3_server,
        "CANDID_PHOTOS__ENCRYPTION": "aes256",
    }
    service = LiveService(tmp_path / "data", settings | AWS)
    service.start()
    yield service
    service.stop()


def test_a_photo_is_indexed_shown_and_removed(
    service: LiveService, s3_server: str, bucket: str, portraits: Mapping[str, Path]
) -> None:
    portrait = portraits["DEMO-0001"].read_bytes()
    with service.client() as client:
        record = index(client, "DEMO-0001", portrait).raise_for_status().json()
        stored = asyncio.run(_names(s3_server, bucket))

        shown = client.get("/photos/DEMO-0001")
        thumbnail = client.get("/photos/DEMO-0001", params={"width": "64"})
        client.delete("/index/DEMO-0001").raise_for_status()

        assert stored == [f"photos/DEMO-0001/{record['sha256']}"]
        assert (shown.content, shown.headers["Content-Type"]) == (portrait, "image/jpeg")
        assert thumbnail.headers["Content-Type"] == "image/jpeg"
        assert client.get("/photos/DEMO-0001").status_code == 404
        assert eventually(lambda: asyncio.run(_names(s3_server, bucket)) == [])


def test_a_bucket_in_another_region_stops_the_start_with_one_line(
    tmp_path: Path, s3_server: str, bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in AWS.items():
        monkeypatch.setenv(name, value)

    said = ended(
        "serve",
        DATA_DIR=str(tmp_path / "data"),
        PORT=str(free_port()),
        LOG_LEVEL="warning",
        PHOTOS__BUCKET=bucket,
        PHOTOS__REGION="us-west-2",
        PHOTOS__ENDPOINT_URL=s3_server,
    )

    assert_one_line(said, bucket, "us-east-1", "us-west-2", "CANDID_PHOTOS__REGION")

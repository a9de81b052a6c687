"""The whole service while its S3 is halted, killed and started again in the middle of indexing."""

import asyncio
import signal
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from pathlib import Path

import httpx
import pytest

from adapters.photo_store.encrypted.sealed_photo import sealed_size
from tests.buckets import S3Process, s3_client
from tests.e2e.aws_calls import called, code_of
from tests.e2e.calls import different_photos, everything_indexed, faces_in_gallery, index
from tests.e2e.processes import eventually
from tests.live import LiveService

BUCKET = "jail-of-faults"
PHOTOS = 40
THREADS = 6
SECONDS = "1"


def photos_in(url: str) -> dict[str, int]:
    """Return the size of each photo there is, sealed as it lies there."""

    async def listed() -> dict[str, int]:
        async with s3_client(url) as client:
            answer = await client.list_objects_v2(Bucket=BUCKET, Prefix="photos/")
            return {one["Key"]: one["Size"] for one in answer.get("Contents", [])}

    return asyncio.run(listed())


def make_bucket(url: str) -> None:
    async def make() -> None:
        async with s3_client(url) as client:
            await client.create_bucket(Bucket=BUCKET)

    asyncio.run(make())


@pytest.fixture
def service(tmp_path: Path, s3_process: S3Process) -> Iterator[LiveService]:
    make_bucket(s3_process.url)
    settings = {
        "CANDID_PHOTOS__KIND": "s3",
        "CANDID_PHOTOS__BUCKET": BUCKET,
        "CANDID_PHOTOS__REGION": "us-east-1",
        "CANDID_PHOTOS__ENDPOINT_URL": s3_process.url,
        "CANDID_PHOTOS__SECONDS": SECONDS,
        "AWS_ACCESS_KEY_ID": "nobody",
        "AWS_SECRET_ACCESS_KEY": "nothing",
    }
    service = LiveService(tmp_path / "data", settings)
    service.start()
    yield service
    service.stop()


@pytest.fixture
def photos(portraits: Mapping[str, Path]) -> dict[str, bytes]:
    made = different_photos(portraits["DEMO-0001"])
    return {f"A{number}": next(made) for number in range(PHOTOS)}


def indexing(
    threads: ThreadPoolExecutor, client: httpx.Client, photos: Mapping[str, bytes]
) -> dict[str, Future[httpx.Response]]:
    return {name: threads.submit(index, client, name, photo) for name, photo in photos.items()}


def statuses(calls: Mapping[str, Future[httpx.Response]]) -> dict[str, int]:
    """Return how each call ended: served, or with an error that says to try again."""
    answers = {name: call.result() for name, call in calls.items()}
    for answer in answers.values():
        assert answer.status_code in {200, 201, 503}, answer.text
        if answer.status_code == 503:
            assert answer.json()["code"] == "photo_store_unavailable"
            assert answer.headers["Retry-After"]
    return {name: answer.status_code for name, answer in answers.items()}


def assert_whole(client: httpx.Client, photos: Mapping[str, bytes], url: str) -> None:
    """All are indexed once, shown as they were sent, and nothing else is kept."""
    assert sorted(one["external_image_id"] for one in everything_indexed(client)) == sorted(photos)
    assert faces_in_gallery(client, next(iter(photos.values()))) == len(photos)
    for name, photo in photos.items():
        assert client.get(f"/photos/{name}").content == photo
    sizes = sorted(sealed_size(len(photo)) for photo in photos.values())
    assert eventually(lambda: sorted(photos_in(url).values()) == sizes)


def test_photos_indexed_while_s3_is_halted_are_whole_or_absent(
    service: LiveService, s3_process: S3Process, photos: dict[str, bytes]
) -> None:
    with service.client() as client, ThreadPoolExecutor(THREADS) as threads:
        calls = indexing(threads, client, photos)
        wait(calls.values(), return_when=FIRST_COMPLETED)
        s3_process.send(signal.SIGSTOP)
        ended = statuses(calls)
        s3_process.send(signal.SIGCONT)

        served = {name for name, status in ended.items() if status == 201}
        assert 0 < len(served) < len(photos)
        assert {one["external_image_id"] for one in everything_indexed(client)} == served
        assert faces_in_gallery(client, photos["A0"]) == len(served)
        for name in photos.keys() - served:
            assert client.get(f"/photos/{name}").status_code == 404

        again = statuses(indexing(threads, client, photos))
        assert {name for name, status in again.items() if status == 200} == served
        assert 503 not in again.values()
        assert_whole(client, photos, s3_process.url)


def test_while_s3_is_gone_errors_are_clear_and_the_same_calls_succeed_when_it_is_back(
    service: LiveService, s3_process: S3Process, photos: dict[str, bytes]
) -> None:
    with service.client() as client, ThreadPoolExecutor(THREADS) as threads:
        calls = indexing(threads, client, photos)
        time.sleep(0.3)
        s3_process.kill()
        ended = statuses(calls)
        kept = {name for name, status in ended.items() if status == 201}
        assert len(kept) < len(photos)
        assert_down(client, kept)

        s3_process.start()
        make_bucket(s3_process.url)  # this S3 forgets
        for name in kept:
            assert client.get(f"/photos/{name}").status_code == 404
            client.delete(f"/index/{name}").raise_for_status()
        left = {name: photo for name, photo in photos.items() if name not in kept}
        again = statuses(indexing(threads, client, left))

        assert set(again.values()) == {201}
        assert_whole(client, left, s3_process.url)


def assert_down(client: httpx.Client, kept: set[str]) -> None:
    """Everything says that the store is down and only that."""
    image = {"S3Object": {"Bucket": BUCKET, "Name": "photos/A0"}}
    named = called(client, "IndexFaces", {"CollectionId": "bookings", "Image": image})
    assert code_of(named) == "InternalServerError"
    assert {client.get(f"/photos/{name}").status_code for name in kept} <= {503}
    assert client.get("/health/ready").status_code == 503
    assert client.get("/health/live").status_code == 200

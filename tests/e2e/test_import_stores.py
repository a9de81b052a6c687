"""Imports while the photo store is full or refuses: a clear pause, nothing half, then the rest."""

import asyncio
import time
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from adapters.photo_store.encrypted.sealed_photo import sealed_size
from tests.buckets import S3Process, s3_client
from tests.e2e.calls import everything_indexed, faces_in_gallery
from tests.e2e.importing import (
    Json,
    assert_files,
    assert_in_once,
    at_rest,
    change,
    counts,
    ended,
    people,
    shelve,
    start,
    told,
    under_way,
    until,
)
from tests.e2e.processes import eventually
from tests.e2e.refusing import Refusing
from tests.e2e.test_faults import fill, small_disk
from tests.live import LiveService, live_service

MANY, MORE = 100, 300
FULL = 10.0  # seconds


def is_paused(progress: Json) -> bool:
    return bool(progress["state"] != "running")


def counts_are_true(client: httpx.Client, import_id: str) -> bool:
    """Compare what is told with what is on record; a worker may still be giving things back."""
    on_record = len(list(everything_indexed(client)))
    return bool(on_record == told(client, import_id)["counts"]["indexed"])


def test_a_full_disk_pauses_the_import_and_it_goes_on_when_there_is_space(
    tmp_path: Path, portraits: Mapping[str, Path]
) -> None:
    photos = people(portraits, "D", MANY)
    shelf = shelve(tmp_path / "shelf", photos)
    with (
        small_disk(tmp_path / "disk", 4) as disk,
        live_service(tmp_path / "data", PHOTOS__PATH=str(disk / "photos")) as service,
        service.client() as client,
    ):
        import_id = start(client, shelf)
        under_way(client, import_id, 5)
        ballast = fill(disk)
        paused = until(client, import_id, is_paused, 60)

        assert paused["state"] == "paused"
        assert "full" in paused["trouble"] or "No space" in paused["trouble"]
        resting = at_rest(client, import_id)
        assert set(counts(resting)) == {"indexed", "waiting"}
        assert eventually(partial(counts_are_true, client, import_id))
        kept = [one["external_image_id"] for one in everything_indexed(client)]
        for name in kept:
            assert client.get(f"/photos/{name}").content == photos[name]
        ballast.unlink()
        assert_files(disk / "photos", [photos[name] for name in kept])
        assert faces_in_gallery(client, photos["D0000"]) == len(kept)

        assert change(client, import_id, "resume")["trouble"] is None
        assert counts(ended(client, import_id)) == {"indexed": MANY}
        assert_in_once(client, photos)
        assert_files(disk / "photos", photos.values())


def test_a_disk_that_is_full_for_the_database_too_costs_no_photo(
    tmp_path: Path, portraits: Mapping[str, Path]
) -> None:
    photos = people(portraits, "B", MANY)
    shelf = shelve(tmp_path / "shelf", photos)
    with (
        small_disk(tmp_path / "disk", 160) as disk,
        live_service(disk / "data") as service,
        service.client() as client,
    ):
        import_id = start(client, shelf)
        under_way(client, import_id, 5)
        ballast = fill(disk)
        time.sleep(FULL)
        ballast.unlink()

        # The database may have been up long enough to keep the pause, or not.
        through = until(client, import_id, lambda one: one["state"] != "running")
        if through["state"] == "paused":
            change(client, import_id, "resume")
        assert counts(ended(client, import_id)) == {"indexed": MANY}
        assert_in_once(client, photos)


@pytest.fixture
def line(s3_process: S3Process) -> Iterator[Refusing]:
    with Refusing(s3_process.url).open() as line:
        yield line


@pytest.fixture
def service(tmp_path: Path, s3_process: S3Process, line: Refusing) -> Iterator[LiveService]:
    bucket = f"jail-{uuid4()}"
    asyncio.run(_make(s3_process.url, bucket))
    settings = {
        "CANDID_PHOTOS__KIND": "s3",
        "CANDID_PHOTOS__BUCKET": bucket,
        "CANDID_PHOTOS__REGION": "us-east-1",
        "CANDID_PHOTOS__ENDPOINT_URL": line.url,
        "CANDID_PHOTOS__SECONDS": "2",
        "AWS_ACCESS_KEY_ID": "nobody",
        "AWS_SECRET_ACCESS_KEY": "nothing",
    }
    service = LiveService(tmp_path / "data", settings)
    service.start()
    yield service
    service.stop()


async def _make(url: str, bucket: str) -> None:
    async with s3_client(url) as client:
        await client.create_bucket(Bucket=bucket)


async def _sizes(url: str, bucket: str) -> list[int]:
    async with s3_client(url) as client:
        listed = await client.list_objects_v2(Bucket=bucket)
        return sorted(one["Size"] for one in listed.get("Contents", []))


def test_an_s3_that_refuses_pauses_the_import_and_it_goes_on_when_it_serves_again(
    service: LiveService,
    s3_process: S3Process,
    line: Refusing,
    portraits: Mapping[str, Path],
    tmp_path: Path,
) -> None:
    photos = people(portraits, "R", MORE)
    shelf, bucket = shelve(tmp_path / "shelf", photos), service.settings["CANDID_PHOTOS__BUCKET"]
    with service.client() as client:
        import_id = start(client, shelf)
        troubles = []
        for refusal in ((503, "SlowDown"), (403, "AccessDenied")):
            under_way(client, import_id, told(client, import_id)["counts"]["indexed"] + 5)
            line.refusal = refusal
            paused = until(client, import_id, is_paused, 60)
            assert paused["state"] == "paused"
            resting = at_rest(client, import_id)
            assert set(counts(resting)) == {"indexed", "waiting"}
            assert eventually(partial(counts_are_true, client, import_id))
            troubles.append(paused["trouble"])
            line.refusal = None
            change(client, import_id, "resume")
        through = ended(client, import_id)

        assert line.refused > 0
        assert all(troubles)
        assert troubles[0] != troubles[1]
        assert counts(through) == {"indexed": MORE}
        assert_in_once(client, photos)
        sizes = sorted(sealed_size(len(photo)) for photo in photos.values())
        assert eventually(lambda: asyncio.run(_sizes(s3_process.url, bucket)) == sizes)

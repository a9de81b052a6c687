"""S3 that halts, dies or cuts the line in the middle: clear errors, and no half photo, ever."""

import asyncio
import signal
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from typing import Any
from uuid import uuid4

import anyio
import pytest
from aiohttp import ClientConnectionResetError

from adapters.photo_store.s3 import Bucket, S3PhotoStore
from app.domain.errors import PhotoStoreUnavailableError
from app.domain.photo import photo_key, sha256_of
from tests.buckets import CutLine, S3Process, open_bucket, s3_client

SMALL = {f"S{number}": number.to_bytes(2, "big") * 150_000 for number in range(20)}
LARGE = {f"L{number}": number.to_bytes(2, "big") * 10_000_000 for number in range(2)}
PHOTOS = SMALL | LARGE


def key(external_image_id: str, photo: bytes) -> str:
    return photo_key(external_image_id, sha256_of(photo))


@pytest.fixture(autouse=True)
async def aiohttp_forgiven() -> AsyncIterator[None]:
    """Overlook the error that aiohttp leaves lying in its writer where a line breaks early."""
    loop = asyncio.get_running_loop()
    usual = loop.get_exception_handler()

    def handle(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        if usual and not isinstance(context.get("exception"), ClientConnectionResetError):
            usual(loop, context)

    loop.set_exception_handler(handle)
    yield
    loop.set_exception_handler(usual)


async def put_all(store: S3PhotoStore, photos: Mapping[str, bytes]) -> list[BaseException | None]:
    """Put all at once; return how each call ended."""
    calls = (store.put(key(name, photo), photo) for name, photo in photos.items())
    return await asyncio.gather(*calls, return_exceptions=True)


def are_clear(endings: list[BaseException | None]) -> bool:
    failed = [one for one in endings if one is not None]
    return all(isinstance(one, PhotoStoreUnavailableError) and str(one) for one in failed)


async def whole_ones(store: S3PhotoStore) -> int:
    """Read all photos and return how many there are; none is there in half."""
    found = 0
    for name, photo in PHOTOS.items():
        read = await store.get(key(name, photo))
        assert read in {None, photo}
        found += read is not None
    return found


@pytest.mark.parametrize("after", [0.02, 0.1, 0.3])
async def test_photos_put_while_s3_is_halted_fail_clearly_and_are_whole_or_absent(
    s3_process: S3Process, after: float
) -> None:
    async with open_bucket(s3_process.url, seconds=1, attempts=1) as bucket:
        store = S3PhotoStore(bucket)

        putting = asyncio.create_task(put_all(store, PHOTOS))
        await anyio.sleep(after)
        s3_process.send(signal.SIGSTOP)
        endings = await putting
        s3_process.send(signal.SIGCONT)

    assert any(endings)
    assert are_clear(endings)
    async with s3_client(s3_process.url, seconds=60) as patient:
        store = S3PhotoStore(replace(bucket, client=patient, deadline=120))
        assert await whole_ones(store) >= endings.count(None)
        assert await put_all(store, PHOTOS) == [None] * len(PHOTOS)
        assert await whole_ones(store) == len(PHOTOS)


async def test_photos_put_while_s3_is_killed_can_be_put_again_when_it_is_back(
    s3_process: S3Process,
) -> None:
    async with open_bucket(s3_process.url, seconds=2, attempts=2) as bucket:
        store = S3PhotoStore(bucket)

        putting = asyncio.create_task(put_all(store, PHOTOS))
        await anyio.sleep(0.1)
        s3_process.kill()
        endings = await putting
        with pytest.raises(PhotoStoreUnavailableError):
            await store.ping()
        s3_process.start()

    assert any(endings)
    assert are_clear(endings)
    async with s3_client(s3_process.url, seconds=60) as patient:
        await patient.create_bucket(Bucket=bucket.name)  # this S3 forgets
        store = S3PhotoStore(replace(bucket, client=patient, deadline=120))
        assert await whole_ones(store) == 0
        assert await put_all(store, PHOTOS) == [None] * len(PHOTOS)
        assert await whole_ones(store) == len(PHOTOS)


@pytest.mark.parametrize("after", [200, 100_000, 290_000, 8_000_000])
async def test_a_line_cut_in_the_middle_of_an_upload_leaves_no_half_photo(
    s3_server: str, after: int
) -> None:
    line = CutLine(s3_server, after)
    async with s3_client(s3_server) as client, line.open() as url:
        name = f"photos-{uuid4()}"
        await client.create_bucket(Bucket=name)
        store = S3PhotoStore(Bucket(client, name, "photos"))
        async with s3_client(url) as cut_client:
            cut = S3PhotoStore(Bucket(cut_client, name, "photos"))

            endings = await put_all(cut, PHOTOS)

        assert line.cuts
        assert any(endings)
        assert are_clear(endings)
        assert await whole_ones(store) >= endings.count(None)
        assert await put_all(store, PHOTOS) == [None] * len(PHOTOS)
        assert await whole_ones(store) == len(PHOTOS)

"""Every kind of photo source, stocked with the same photos; a new kind is one more of `KINDS`."""

import json
import os
import zipfile
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import httpx

from adapters.jms.contract.stock import JailPhoto
from adapters.jms.encoded import EncodedIdsJms
from adapters.jms.rest import RestJms
from adapters.photo_source.file_names import FileNames, identified
from adapters.photo_source.folder import FolderPhotoSource
from adapters.photo_source.jms import JmsPhotoSource
from adapters.photo_source.manifest import Allowed, ManifestPhotoSource
from adapters.photo_source.s3 import Prefix, S3PhotoSource
from adapters.photo_source.zip import ZipPhotoSource
from app.domain.photo import View
from app.ports.photo_source import PhotoSource
from tests.buckets import s3_client, s3_in_process, written_at
from tests.fakes_sources import FakePhotoSource
from tests.hostile_jms import HostileJail, hostile_jms
from tests.servers import served

Opening = AbstractAsyncContextManager[PhotoSource]


@dataclass(frozen=True, slots=True)
class Offered:
    """A front view that a source has: of which id, and since when it is as it is."""

    raw_id: str
    photo: bytes
    changed_at: datetime = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Stocked:
    """A source that can be opened as often as wanted, each time as by another process.

    `nowhere` is a location, as its listing could have named it, with nothing there.
    """

    open: Callable[[datetime | None], Opening]
    nowhere: str = "nobody.jpg"


Stocking = Callable[[Path, Sequence[Offered], int], AbstractAsyncContextManager[Stocked]]
"""Stocks a source, which lists so many photos on a page; the directory is empty and its own."""


@asynccontextmanager
async def folder(
    directory: Path, offered: Sequence[Offered], page_size: int
) -> AsyncGenerator[Stocked]:
    root = directory / "photos"
    for number, one in enumerate(offered):
        _write(root / f"drawer {number % 3}" / f"{one.raw_id}.jpg", one)

    @asynccontextmanager
    async def opened(since: datetime | None) -> AsyncGenerator[PhotoSource]:
        yield await FolderPhotoSource.opened(root, None, since, page_size=page_size, window=2)

    yield Stocked(opened)


@asynccontextmanager
async def manifest(
    directory: Path, offered: Sequence[Offered], page_size: int
) -> AsyncGenerator[Stocked]:
    rows = ["external_image_id,path"]
    for number, one in enumerate(offered):
        _write(directory / "photos" / f"{number}.jpg", one)
        rows.append(f'"{one.raw_id}",photos/{number}.jpg')
    listed = directory / "manifest.csv"
    listed.write_text("\r\n".join(rows))

    @asynccontextmanager
    async def opened(since: datetime | None) -> AsyncGenerator[PhotoSource]:
        yield await ManifestPhotoSource.opened(listed, Allowed(()), since, UTC, page_size=page_size)

    yield Stocked(opened)


@asynccontextmanager
async def zipped(
    directory: Path, offered: Sequence[Offered], page_size: int
) -> AsyncGenerator[Stocked]:
    path = directory / "photos.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for one in offered:
            member = zipfile.ZipInfo(f"photos/{one.raw_id}.jpg", one.changed_at.timetuple()[:6])
            archive.writestr(member, one.photo, zipfile.ZIP_DEFLATED)

    def opened(since: datetime | None) -> Opening:
        return ZipPhotoSource.opened(path, None, since, UTC, page_size=page_size)

    yield Stocked(opened)


@asynccontextmanager
async def jail(_: Path, offered: Sequence[Offered], page_size: int) -> AsyncGenerator[Stocked]:
    photos = [JailPhoto(one.raw_id, one.photo, changed_at=one.changed_at) for one in offered]
    nowhere = json.dumps({"external_image_id": "nobody", "view": "front"})

    @asynccontextmanager
    async def opened(since: datetime | None) -> AsyncGenerator[PhotoSource]:
        async with httpx.AsyncClient(base_url=url) as client:
            yield JmsPhotoSource(EncodedIdsJms(RestJms(client, 8, UTC)), since)

    with served(hostile_jms(HostileJail(photos, page_size=page_size))) as url:
        yield Stocked(opened, nowhere)


@asynccontextmanager
async def bucket(_: Path, offered: Sequence[Offered], page_size: int) -> AsyncGenerator[Stocked]:
    place = Prefix(f"offered-{uuid4()}", "in/box/")

    @asynccontextmanager
    async def opened(since: datetime | None) -> AsyncGenerator[PhotoSource]:
        yield S3PhotoSource(client, place, FileNames(None), since, page_size=page_size)

    with s3_in_process() as url:
        async with s3_client(url) as client:
            await client.create_bucket(Bucket=place.bucket)
            for number, one in enumerate(offered):
                key = f"{place.prefix}drawer {number % 3}/{one.raw_id}.jpg"
                await client.put_object(Bucket=place.bucket, Key=key, Body=one.photo)
                written_at(place.bucket, key, one.changed_at)
            yield Stocked(opened)


@asynccontextmanager
async def fake(_: Path, offered: Sequence[Offered], page_size: int) -> AsyncGenerator[Stocked]:
    @asynccontextmanager
    async def opened(since: datetime | None) -> AsyncGenerator[PhotoSource]:
        meant = [one for one in offered if since is None or one.changed_at >= since]
        items = [identified(one.raw_id, f"at {one.raw_id}", View.FRONT) for one in meant]
        photos = {f"at {one.raw_id}": one.photo for one in meant}
        yield FakePhotoSource(items, photos, page_size=page_size)

    yield Stocked(opened)


KINDS: dict[str, Stocking] = {
    "fake": fake,
    "folder": folder,
    "jms": jail,
    "manifest": manifest,
    "s3": bucket,
    "zip": zipped,
}


def _write(path: Path, one: Offered) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(one.photo)
    os.utime(path, (one.changed_at.timestamp(), one.changed_at.timestamp()))

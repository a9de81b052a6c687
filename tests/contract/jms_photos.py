"""Every kind of JMS that lists photos, with the same ones in it; its ids are its own."""

import csv
import json
import os
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC
from pathlib import Path

import httpx

from adapters.jms.contract.stock import JailPhoto, Listing, Open
from adapters.jms.file import FileJms
from adapters.jms.rest import RestJms
from app.domain.photo import View
from app.domain.views import view_of
from app.ports.jms import Jms, PhotoRef
from tests.contract.rest_shapes import PAGES, paged_as
from tests.contract.soap_shapes import soap_photos
from tests.fakes_jms import FakeJms
from tests.hostile_jms import HostileJail, hostile_jms
from tests.servers import served


@asynccontextmanager
async def rest(_: Path, photos: Sequence[JailPhoto], page_size: int) -> AsyncGenerator[Open]:
    @asynccontextmanager
    async def opened() -> AsyncGenerator[Jms]:
        async with httpx.AsyncClient(base_url=url) as client:
            yield RestJms(client, 4, UTC)

    with served(hostile_jms(HostileJail(photos, page_size=page_size))) as url:
        yield opened


@asynccontextmanager
async def csv_file(
    directory: Path, photos: Sequence[JailPhoto], page_size: int
) -> AsyncGenerator[Open]:
    path = directory / "bookings.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("external_image_id", "view", "photo", "booking_number"))
        for number, one in enumerate(photos):
            name = _written(directory, number, one)
            writer.writerow((one.raw_id, one.view, name, one.booking.get("booking_number", "")))
        writer.writerow(("without a photo", "", "", ""))
    yield _opening(path, page_size)


@asynccontextmanager
async def json_lines_file(
    directory: Path, photos: Sequence[JailPhoto], page_size: int
) -> AsyncGenerator[Open]:
    path = directory / "bookings.jsonl"
    rows = [
        {
            "External Image ID": one.raw_id,
            "view": one.view,
            "Photo": str(directory / _written(directory, number, one)),
            **one.booking,
        }
        for number, one in enumerate(photos)
    ]
    rows.append({"external_image_id": "without a photo"})
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    yield _opening(path, page_size)


@asynccontextmanager
async def fake(_: Path, photos: Sequence[JailPhoto], page_size: int) -> AsyncGenerator[Open]:
    listed = {_ref(one): one.read() for one in photos}

    @asynccontextmanager
    async def opened() -> AsyncGenerator[Jms]:
        yield FakeJms({}, listed, page_size=page_size)

    yield opened


KINDS: dict[str, Listing] = {
    "rest": rest,
    "csv": csv_file,
    "jsonl": json_lines_file,
    "soap": soap_photos,
    "fake": fake,
    **{name: paged_as(name) for name in PAGES},
}


def _ref(one: JailPhoto) -> PhotoRef:
    number = one.booking.get("booking_number")
    ref = PhotoRef(one.raw_id, None, view_of(one.view) or View.OTHER, one.changed_at, "")
    return replace(ref, booking_number=str(number) if number else None)


def _opening(path: Path, page_size: int) -> Open:
    @asynccontextmanager
    async def opened() -> AsyncGenerator[Jms]:
        yield FileJms(path, UTC, page_size=page_size)

    return opened


def _written(directory: Path, number: int, one: JailPhoto) -> str:
    name = f"photos/{number}.jpg"
    (directory / "photos").mkdir(exist_ok=True)
    (directory / name).write_bytes(one.read())
    os.utime(directory / name, (one.changed_at.timestamp(), one.changed_at.timestamp()))
    return name

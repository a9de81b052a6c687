"""Every kind of JMS that lists photos, with the same ones in it; its ids are its own."""

import csv
import json
import os
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC
from itertools import accumulate
from pathlib import Path

import httpx
import openpyxl

from adapters.jms.contract.stock import JailPhoto, Listing, Open
from adapters.jms.file import FileJms, FileShape, Layout
from adapters.jms.rest import RestJms
from app.domain.photo import View
from app.domain.views import view_of
from app.ports.jms import Jms, PhotoRef
from tests.contract.rest_shapes import PAGES, paged_as
from tests.contract.soap_shapes import soap_photos
from tests.fakes_jms import FakeJms
from tests.hostile_jms import HostileJail, hostile_jms
from tests.jail_databases import JailDatabase, fill, jms_on
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
async def excel_file(
    directory: Path, photos: Sequence[JailPhoto], page_size: int
) -> AsyncGenerator[Open]:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(["external_image_id", "view", "photo", "booking_number"])
    for number, one in enumerate(photos):
        name = _written(directory, number, one)
        sheet.append([one.raw_id, one.view, name, one.booking.get("booking_number", "")])
    book.save(directory / "bookings.xlsx")
    yield _opening(directory / "bookings.xlsx", page_size)


@asynccontextmanager
async def fixed_width_file(
    directory: Path, photos: Sequence[JailPhoto], page_size: int
) -> AsyncGenerator[Open]:
    path, layout = directory / "bookings.txt", directory / "layout.yaml"
    widths = {"external_image_id": 300, "view": 20, "photo": 30, "booking_number": 20}
    starts = accumulate(widths.values(), initial=1)
    places = {
        name: {"start": start, "width": width}
        for (name, width), start in zip(widths.items(), starts, strict=False)
    }
    layout.write_text(json.dumps({"columns": places}))
    rows = (
        (one.raw_id, one.view, _written(directory, number, one), one.booking.get("booking_number"))
        for number, one in enumerate(photos)
    )
    lines = (
        "".join(
            str(value or "").ljust(width) for value, width in zip(row, widths.values(), strict=True)
        )
        for row in rows
    )
    path.write_text("".join(f"{line}\n" for line in lines), "utf-8")
    yield _opening(path, page_size, FileShape(layout=Layout.load(layout)))


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
    "excel": excel_file,
    "fixed width": fixed_width_file,
    "fake": fake,
    **{name: paged_as(name) for name in PAGES},
}


def images_in(jail: JailDatabase) -> Listing:
    """Photos that lie in the database itself."""
    return _listing_in(jail, "image", jail.blob)


def paths_in(jail: JailDatabase) -> Listing:
    """Photos that are files, whose paths lie in the database."""
    return _listing_in(jail, "photo", jail.text)


IN_DATABASES: dict[str, Callable[[JailDatabase], Listing]] = {
    "images": images_in,
    "paths": paths_in,
}


def _listing_in(jail: JailDatabase, column: str, kind: str) -> Listing:
    @asynccontextmanager
    async def listing(
        directory: Path, photos: Sequence[JailPhoto], page_size: int
    ) -> AsyncGenerator[Open]:
        def photo_of(number: int, one: JailPhoto) -> str | bytes:
            return one.read() if column == "image" else _written(directory, number, one)

        columns = {
            "external_image_id": jail.text,
            "view": jail.text,
            column: kind,
            "booking_number": jail.text,
            "changed_at": jail.moment,
        }
        rows: list[tuple[object, ...]] = [("without a photo", None, None, None, None)]
        for number, one in enumerate(photos):
            booked = one.booking.get("booking_number")
            rows.append((one.raw_id, one.view, photo_of(number, one), booked, one.changed_at))
        fill(jail, "photos", columns, rows)

        @asynccontextmanager
        async def opened() -> AsyncGenerator[Jms]:
            query = "SELECT * FROM photos"
            with jms_on(
                jail.address, query, photos=query, page_size=page_size, photos_dir=directory
            ) as jms:
                yield jms

        yield opened

    return listing


def _ref(one: JailPhoto) -> PhotoRef:
    number = one.booking.get("booking_number")
    ref = PhotoRef(one.raw_id, None, view_of(one.view) or View.OTHER, one.changed_at, "")
    return replace(ref, booking_number=str(number) if number else None)


def _opening(path: Path, page_size: int, shape: FileShape | None = None) -> Open:
    @asynccontextmanager
    async def opened() -> AsyncGenerator[Jms]:
        yield FileJms(path, UTC, page_size=page_size, shape=shape)

    return opened


def _written(directory: Path, number: int, one: JailPhoto) -> str:
    name = f"photos/{number}.jpg"
    (directory / "photos").mkdir(exist_ok=True)
    (directory / name).write_bytes(one.read())
    os.utime(directory / name, (one.changed_at.timestamp(), one.changed_at.timestamp()))
    return name

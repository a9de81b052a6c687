"""The calls that an integrator makes, and photos to make them with."""

import csv
import io
import itertools
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import httpx
from PIL import Image


def index(client: httpx.Client, external_image_id: str, photo: bytes) -> httpx.Response:
    form = {"external_image_id": external_image_id}
    return client.post("/index", data=form, files={"photo": photo})


def search(client: httpx.Client, probe: bytes, **form: str) -> httpx.Response:
    return client.post("/search", data=form, files={"photo": probe})


def ids_found(client: httpx.Client, probe: bytes) -> list[str]:
    """Search, and return all ids of the answer, a person's other photos included."""
    answer = search(client, probe, max_candidates="50").raise_for_status().json()
    shown = [[one, *one["other_photos"]] for one in answer["candidates"]]
    return [photo["external_image_id"] for photo in itertools.chain(*shown)]


def faces_in_gallery(client: httpx.Client, probe: bytes) -> int:
    return int(search(client, probe).raise_for_status().json()["gallery"]["faces"])


def everything_indexed(client: httpx.Client) -> Iterator[dict[str, Any]]:
    after = ""
    while True:
        page = client.get("/index", params={"after": after, "limit": "500"}).raise_for_status()
        yield from page.json()["items"]
        if (following := page.json()["next"]) is None:
            return
        after = following


def photo_files(data_dir: Path) -> list[Path]:
    """Return what the photo store holds on disk, half-written files included."""
    return [path for path in (data_dir / "photos").rglob("*") if path.is_file()]


def write_bookings(path: Path, rows: Sequence[Mapping[str, str]]) -> None:
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)


def different_photos(portrait: Path, width: int = 240) -> Iterator[bytes]:
    """Yield small photos of one person without end, no two with the same bytes."""
    with Image.open(portrait) as opened:
        small = opened.convert("RGB").resize((width, round(opened.height * width / opened.width)))
    for number in itertools.count():
        small.putpixel((number % width, number // width), (number % 251, 0, 0))
        written = io.BytesIO()
        small.save(written, "JPEG", quality=88, comment=f"photo {number}".encode())
        yield written.getvalue()

"""The whole `POST /search` against decode + encode + match called bare, at 300,000 templates.

`python -m bench.searching` prints the ratio, the time until ready, and the memory.
"""

import asyncio
import statistics
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from uuid import uuid4

import numpy as np
import psycopg

from adapters.face_engine.local.encoder import Encoder
from adapters.face_engine.local.gallery import Gallery
from adapters.records.embedded import EmbeddedPostgres
from adapters.records.migrations import upgrade
from adapters.records.postgres import (
    PostgresClearRecords,
    PostgresGalleryFeed,
    check_keys,
    connected,
)
from app.ports.data_keys import DataKeys
from app.settings import Settings
from app.wiring.aws import Aws
from app.wiring.data_keys import open_data_keys
from bench.face_sets import models
from bench.load import form, metric, post
from bench.photos import mugshots, probes
from bench.processes import family, resident_mb
from tests.live import LiveService, live_service

FACES = 300_000
COLLECTION = "bookings"
SEARCHES = 200


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as folder:
        data_dir = Path(folder) / "data"
        asyncio.run(_fill(data_dir))
        bookings = Path(folder) / "bookings.csv"
        ids = [f"P{i}" for i in range(len(mugshots()))]
        bookings.write_text(
            "external_image_id,booking_number\n" + "\n".join(f"{i},N{i}" for i in ids)
        )
        asyncio.run(_measure(data_dir, bookings))


async def _fill(data_dir: Path) -> None:
    """Put random unit templates on record, as index calls would have."""
    random = np.random.default_rng(1)
    model = Encoder(models()).model
    async with EmbeddedPostgres(data_dir) as server:
        await upgrade(server.conninfo)
        values = random.standard_normal((FACES, 128), np.float32)
        values /= np.linalg.norm(values, axis=1, keepdims=True)
        with psycopg.connect(server.conninfo) as connection:
            _copy(connection, values.astype("<f2"), model)
        async with connected(server.conninfo) as pool, _keys_of(data_dir) as keys:
            await check_keys(pool, keys)
            clear = PostgresClearRecords(pool, keys)
            while await clear.seal_templates(500):
                pass
            await clear.rewrite()


@asynccontextmanager
async def _keys_of(data_dir: Path) -> AsyncIterator[DataKeys]:
    async with AsyncExitStack() as stack:
        yield await open_data_keys(Settings(data_dir=data_dir), Aws(stack), stack)


def _copy(connection: psycopg.Connection, templates: np.ndarray, model: str) -> None:
    cursor = connection.cursor()
    columns = "collection, external_image_id, status, view, faces, changed_at, record_status"
    with cursor.copy(f"COPY photos ({columns}) FROM STDIN") as copy:
        for i in range(len(templates)):
            row = (COLLECTION, f"R{i}", "indexed", "front", "[]", "2026-01-01", "active")
            copy.write_row(row)
    columns = "collection, face_id, external_image_id, model, template, is_current, change"
    with cursor.copy(f"COPY faces ({columns}) FROM STDIN (FORMAT binary)") as copy:
        copy.set_types(["text", "uuid", "text", "text", "bytea", "bool", "int8"])
        for i, template in enumerate(templates):
            copy.write_row((COLLECTION, uuid4(), f"R{i}", model, template.tobytes(), True, i + 1))
    cursor.execute("INSERT INTO galleries VALUES (%s, %s, %s)", (COLLECTION, FACES, FACES))
    connection.commit()
    connection.autocommit = True
    cursor.execute("VACUUM ANALYZE")


async def _measure(data_dir: Path, bookings: Path) -> None:
    for running in ("not running", "running"):
        async with _database(data_dir, keep=running == "running"):
            began = time.perf_counter()
            with live_service(data_dir, JMS__PATH=str(bookings)) as service:
                ready = time.perf_counter() - began
                print(f"Ready {ready:.1f} s after the start (database {running} before).")
                if running == "running":
                    await _searches(service, data_dir)


@asynccontextmanager
async def _database(data_dir: Path, *, keep: bool) -> AsyncIterator[None]:
    if not keep:
        yield
        return
    async with EmbeddedPostgres(data_dir):
        yield


async def _searches(service: LiveService, data_dir: Path) -> None:
    assert service.process is not None
    enrolled = [
        form(photo.read_bytes(), external_image_id=f"P{i}") for i, photo in enumerate(mugshots())
    ]
    post(service.port, "/index", enrolled, 4)
    found = family(service.process.pid)
    photos = probes()
    served, bare = [], []
    encoder = Encoder(models())
    async with (
        EmbeddedPostgres(data_dir) as server,
        connected(server.conninfo) as pool,
        _keys_of(data_dir) as keys,
    ):
        feed = PostgresGalleryFeed(pool, keys, COLLECTION)
        async with Gallery(feed, encoder.model, encoder.dimensions) as gallery:
            for i in range(SEARCHES + 10):
                photo = photos[i % len(photos)]
                bare.append(await _bare(encoder, gallery, photo))
                served += post(service.port, "/search", [form(photo.read_bytes())], 1).milliseconds
    whole, loop = statistics.median(served[10:]), statistics.median(bare[10:])
    print(f"POST /search {whole:.1f} ms, bare {loop:.1f} ms: ratio {whole / loop:.2f} (medians).")
    late = metric(service.port, "candid_event_loop_late_seconds_max")
    print(f"Event loop late by {1e3 * late:.0f} ms at worst, loading the gallery included.")
    templates = FACES * 256 / 2**20
    own = resident_mb(found.service)
    print(
        f"Service {own:.0f} MB resident: templates {templates:.0f} MB + {own - templates:.0f} MB."
    )
    for pid in found.encoders:
        print(f"Encoder process {resident_mb(pid):.0f} MB.")


async def _bare(encoder: Encoder, gallery: Gallery, photo: Path) -> float:
    data = photo.read_bytes()
    began = time.perf_counter()
    reading = encoder.read(data, "search")
    assert reading.template is not None
    await anext(gallery.rank(reading.template, 5, -1.0))
    return 1e3 * (time.perf_counter() - began)


if __name__ == "__main__":
    main()

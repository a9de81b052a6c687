"""The whole `POST /search` at 300,000 templates, against decode + encode + match called bare.

`python -m bench.searching` prints the ratio, the time until ready, and the memory.
"""

import argparse
import asyncio
import statistics
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from adapters.face_engine.local.encoder import Encoder
from adapters.face_engine.local.gallery import Gallery
from adapters.records.embedded import EmbeddedPostgres
from adapters.records.postgres import PostgresGalleryFeed, connected
from bench.face_sets import models
from bench.filled import COLLECTION, fill, keys_of
from bench.laws import law
from bench.load import form, metric, post
from bench.photos import mugshots, probes
from bench.processes import family, resident_mb
from bench.results import Results, results
from tests.live import LiveService, live_service

FACES = 300_000
SEARCHES = 200


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--faces", type=int, default=FACES)
    parser.add_argument("--searches", type=int, default=SEARCHES)
    parser.add_argument("--made-up", action="store_true", help="not LFW's law, even where it is")
    with results("searching", parser) as kept, tempfile.TemporaryDirectory() as folder:
        data_dir = Path(folder) / "data"
        drawn_by = law(made_up=kept.asked.made_up)
        kept.data = drawn_by.name
        asyncio.run(fill(data_dir, drawn_by.drawn(kept.asked.faces, 1)[0]))
        bookings = Path(folder) / "bookings.csv"
        ids = [f"P{i}" for i in range(len(mugshots()))]
        bookings.write_text(
            "external_image_id,booking_number\n" + "\n".join(f"{i},N{i}" for i in ids)
        )
        asyncio.run(_measure(kept, data_dir, bookings))


async def _measure(kept: Results, data_dir: Path, bookings: Path) -> None:
    for running in ("not running", "running"):
        async with _database(data_dir, keep=running == "running"):
            began = time.perf_counter()
            with live_service(data_dir, JMS__PATH=str(bookings)) as service:
                ready = time.perf_counter() - began
                print(f"Ready {ready:.1f} s after the start (database {running} before).")
                kept.keep("start", faces=kept.asked.faces, database=running, ready_s=ready)
                if running == "running":
                    await _searches(kept, service, data_dir)


@asynccontextmanager
async def _database(data_dir: Path, *, keep: bool) -> AsyncIterator[None]:
    if not keep:
        yield
        return
    async with EmbeddedPostgres(data_dir):
        yield


async def _searches(kept: Results, service: LiveService, data_dir: Path) -> None:
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
        keys_of(data_dir) as keys,
    ):
        feed = PostgresGalleryFeed(pool, keys, COLLECTION)
        async with Gallery(feed, encoder.model, encoder.dimensions) as gallery:
            for i in range(kept.asked.searches + 10):
                photo = photos[i % len(photos)]
                bare.append(await _bare(encoder, gallery, photo))
                served += post(service.port, "/search", [form(photo.read_bytes())], 1).milliseconds
    whole, loop = statistics.median(served[10:]), statistics.median(bare[10:])
    print(f"POST /search {whole:.1f} ms, bare {loop:.1f} ms: ratio {whole / loop:.2f} (medians).")
    kept.keep("search", faces=kept.asked.faces, ms=whole, bare_ms=loop, ratio=whole / loop)
    late = metric(service.port, "candid_event_loop_late_seconds_max")
    print(f"Event loop late by {1e3 * late:.0f} ms at worst, loading the gallery included.")
    templates = kept.asked.faces * 256 / 2**20
    own = resident_mb(found.service)
    print(
        f"Service {own:.0f} MB resident: templates {templates:.0f} MB + {own - templates:.0f} MB."
    )
    encoders = [resident_mb(pid) for pid in found.encoders]
    print(f"Encoder processes {', '.join(f'{one:.0f}' for one in encoders)} MB.")
    memory = {"service_mb": own, "templates_mb": templates, "encoder_mb": max(encoders)}
    kept.keep("memory", faces=kept.asked.faces, **memory, event_loop_late_ms=1e3 * late)


async def _bare(encoder: Encoder, gallery: Gallery, photo: Path) -> float:
    data = photo.read_bytes()
    began = time.perf_counter()
    reading = encoder.read(data, "search")
    assert reading.template is not None
    await anext(gallery.rank(reading.template, 5, -1.0))
    return 1e3 * (time.perf_counter() - began)


if __name__ == "__main__":
    main()

"""What sealing costs: templates opened at start, and photos put and got.

Prints, for 300,000 templates of 128 numbers, the seconds until a gallery is loaded from sealed ones
and from plain ones, in turns in one run, and of it those of reading all keys; how fast an earlier
version's templates are sealed; and the milliseconds of a photo put in groups of 32, put alone and
got, sealed and plain.
"""

import argparse
import asyncio
import os
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from uuid import uuid4

import numpy as np
import psycopg

from adapters.face_engine.local.gallery import Gallery
from adapters.photo_store.directory import DirectoryPhotoStore
from adapters.photo_store.encrypted import EncryptedPhotoStore
from adapters.records.embedded import EmbeddedPostgres
from adapters.records.migrations import upgrade
from adapters.records.postgres import (
    ConnectionPool,
    PostgresClearRecords,
    PostgresGalleryFeed,
    connected,
)
from app.domain.photo import photo_key, sha256_of
from app.ports.data_keys import DataKeys, face_key_name, photo_key_name
from app.ports.photo_store import PhotoStore
from app.settings import Settings
from app.wiring.aws import Aws
from app.wiring.data_keys import open_data_keys
from bench.results import Results, results

FACES, DIMENSIONS, MODEL = 300_000, 128, "bench"
ROUNDS, PHOTOS, GROUP, PHOTO_BYTES = 3, 640, 32, 100_000
SEALED, PLAIN = "sealed", "plain"


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--faces", type=int, default=FACES)
    with results("sealing", parser) as kept, tempfile.TemporaryDirectory() as folder:
        asyncio.run(_measure(kept, Path(folder), kept.asked.faces))


async def _measure(kept: Results, folder: Path, faces: int) -> None:
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(EmbeddedPostgres(folder))
        await upgrade(server.conninfo)
        pool = await stack.enter_async_context(connected(server.conninfo))
        keys = await open_data_keys(Settings(data_dir=folder), Aws(stack), stack)
        _fill(server.conninfo, SEALED, faces)
        await _seal(kept, PostgresClearRecords(pool, keys), faces)
        _fill(server.conninfo, PLAIN, faces)
        await _load(kept, pool, keys, faces)
        await _photos(kept, folder, keys)


def _fill(conninfo: str, collection: str, faces: int) -> None:
    """Put random unit templates on record, in the clear."""
    values = np.random.default_rng(1).standard_normal((faces, DIMENSIONS), np.float32)
    values /= np.linalg.norm(values, axis=1, keepdims=True)
    columns = "collection, face_id, external_image_id, model, template, is_current, change"
    with psycopg.connect(conninfo) as connection:
        cursor = connection.cursor()
        with cursor.copy(f"COPY faces ({columns}) FROM STDIN (FORMAT binary)") as copy:
            copy.set_types(["text", "uuid", "text", "text", "bytea", "bool", "int8"])
            for n, template in enumerate(values.astype("<f2")):
                copy.write_row(
                    (collection, uuid4(), f"R{n}", MODEL, template.tobytes(), True, n + 1)
                )
        cursor.execute("INSERT INTO galleries VALUES (%s, %s, %s)", (collection, faces, faces))
        connection.commit()
        connection.autocommit = True
        cursor.execute("VACUUM ANALYZE faces")


async def _seal(kept: Results, clear: PostgresClearRecords, faces: int) -> None:
    began = time.perf_counter()
    while await clear.seal_templates(500):
        pass
    seconds = time.perf_counter() - began
    kept.keep("sealed", templates=faces, a_second=faces / seconds)
    print(f"Sealed {faces:,} templates of an earlier version: {faces / seconds:,.0f} a second.")
    began = time.perf_counter()
    await clear.rewrite()
    print(f"The table written anew in {time.perf_counter() - began:.1f} s.")


async def _load(kept: Results, pool: ConnectionPool, keys: DataKeys, faces: int) -> None:
    seconds: dict[str, list[float]] = {SEALED: [], PLAIN: [], "keys": []}
    for _ in range(ROUNDS):
        for collection in (SEALED, PLAIN):
            seconds[collection].append(await _seconds(lambda: _gallery(pool, keys, collection)))  # noqa: B023 - called at once
        start = face_key_name(SEALED, "")
        seconds["keys"].append(await _seconds(lambda: keys.all_of(start)))  # noqa: B023 - called at once
    sealed, plain, read = (statistics.median(each) for each in seconds.values())
    more = {"more_s": sealed - plain, "of_it_keys_s": read}
    kept.keep("loaded", templates=faces, sealed_s=sealed, plain_s=plain, **more)
    print(
        f"{faces:,} templates loaded: sealed {sealed:.2f} s, plain {plain:.2f} s; more by "
        f"{sealed - plain:.2f} s, of it {read:.2f} s to read all keys (medians of {ROUNDS})."
    )


async def _gallery(pool: ConnectionPool, keys: DataKeys, collection: str) -> None:
    feed = PostgresGalleryFeed(pool, keys, collection)
    async with Gallery(feed, MODEL, DIMENSIONS):
        pass


async def _photos(kept: Results, folder: Path, keys: DataKeys) -> None:
    photos = [os.urandom(PHOTO_BYTES) for _ in range(PHOTOS)]
    for name in (SEALED, PLAIN):
        plain = DirectoryPhotoStore(folder / name)
        await plain.prepare()
        sealed = EncryptedPhotoStore(plain, keys, photo_key_name)
        await _photos_of(kept, name, sealed if name == SEALED else plain, photos)


async def _photos_of(kept: Results, name: str, store: PhotoStore, photos: list[bytes]) -> None:
    by_key = {photo_key(f"{name}-{n}", sha256_of(one)): one for n, one in enumerate(photos)}
    keys, cpu = list(by_key), time.process_time()
    groups = [keys[start : start + GROUP] for start in range(0, len(keys), GROUP)]
    together = [
        await _seconds(lambda: store.put_all({key: by_key[key] for key in group}))  # noqa: B023 - called at once
        for group in groups
    ]
    cpu = (time.process_time() - cpu) / len(keys)
    alone = [await _seconds(lambda: store.put(key, by_key[key])) for key in keys[:100]]  # noqa: B023 - called at once
    got = [await _seconds(lambda: store.get(key)) for key in keys]  # noqa: B023 - called at once
    in_group, one, read = (1e3 * statistics.median(each) for each in (together, alone, got))
    costs = {"put_in_group_ms": in_group / GROUP, "put_alone_ms": one, "got_ms": read}
    kept.keep("photo", kind=name, bytes=PHOTO_BYTES, **costs, of_a_core_ms=1e3 * cpu)
    print(
        f"Photo of {PHOTO_BYTES // 1000} kB, {name}: put {in_group / GROUP:.2f} ms in a group "
        f"({1e3 * cpu:.2f} ms of a core), {one:.2f} ms alone, got in {read:.2f} ms (medians)."
    )


async def _seconds(work: Callable[[], Awaitable[object]]) -> float:
    began = time.perf_counter()
    await work()
    return time.perf_counter() - began


if __name__ == "__main__":
    main()

"""A data directory whose records hold many templates, as index calls would have left it."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from uuid import uuid4

import psycopg

from adapters.face_engine.local.encoder import Encoder
from adapters.records.embedded import EmbeddedPostgres
from adapters.records.migrations import upgrade
from adapters.records.postgres import PostgresClearRecords, check_keys, connected
from app.ports.data_keys import DataKeys
from app.settings import Settings
from app.wiring.aws import Aws
from app.wiring.data_keys import open_data_keys
from bench.contenders.contender import Halves
from bench.face_sets import models

COLLECTION = "bookings"


async def fill(data_dir: Path, templates: Halves) -> None:
    """Put unit templates on record, sealed, as index calls would have."""
    model = Encoder(models()).model
    async with EmbeddedPostgres(data_dir) as server:
        await upgrade(server.conninfo)
        with psycopg.connect(server.conninfo) as connection:
            _copy(connection, templates.astype("<f2"), model)
        async with connected(server.conninfo) as pool, keys_of(data_dir) as keys:
            await check_keys(pool, keys)
            clear = PostgresClearRecords(pool, keys)
            while await clear.seal_templates(500):
                pass
            await clear.rewrite()


@asynccontextmanager
async def keys_of(data_dir: Path) -> AsyncIterator[DataKeys]:
    """Open the data keys that its templates are sealed with."""
    async with AsyncExitStack() as stack:
        yield await open_data_keys(Settings(data_dir=data_dir), Aws(stack), stack)


def _copy(connection: psycopg.Connection, templates: Halves, model: str) -> None:
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
    cursor.execute(
        "INSERT INTO galleries VALUES (%s, %s, %s)", (COLLECTION, len(templates), len(templates))
    )
    connection.commit()
    connection.autocommit = True
    cursor.execute("VACUUM ANALYZE")

"""Of many faces PostgreSQL reads those that change, from the first minute on."""

import psycopg

from adapters.records.postgres import PostgresRecords, connected
from tests.databases import COLLECTION, DEPLOYMENT
from tests.records.samples import face_id, photo


async def test_new_faces_are_written_without_a_look_at_all_the_others(database: str) -> None:
    """Also by a plan that was made when there was none, while nobody takes measure."""
    with psycopg.connect(database) as connection:
        connection.execute("ALTER TABLE faces SET (autovacuum_enabled = false)")
    async with connected(database, connections=1) as pool:
        records = PostgresRecords(pool, COLLECTION, DEPLOYMENT)
        for number in range(100):
            async with records.unit() as unit:
                for one in range(10):
                    await unit.photos.put(photo(f"ID-{number}-{one}", face_id()), {})

    with psycopg.connect(database) as connection:
        [(read,)] = connection.execute(
            "SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_user_tables WHERE relname = 'faces'"
        ).fetchall()
    assert read < 2_000

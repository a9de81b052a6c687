"""Of many photos PostgreSQL reads those that a number may stand for."""
# ruff: noqa: SLF001 - it is the statements that are looked at

import psycopg
import pytest

from adapters.records.postgres import PostgresRecords, booking_numbers, connected, numbers_sql
from app.domain.jms_events import Numbered
from app.domain.record import Standing
from tests.contract.test_records_former_numbers import of_kind, renumber
from tests.databases import COLLECTION, DEPLOYMENT
from tests.records.samples import LATER, NOW, photo
from tests.records.test_import_plans import plan_of

_FILL = """
INSERT INTO photos (collection, external_image_id, status, view, faces, changed_at, record_status,
                    person_id, booking_number, other_person_ids, previous_booking_numbers)
SELECT 'jail', 'A' || n, 'indexed', 'front', '[]', now(), 'active',
       CASE WHEN n % 20 > 0 THEN 'P' || n END, CASE WHEN n % 20 > 0 THEN 'B' || n END,
       CASE WHEN n % 20 < 2 THEN ARRAY['Q' || n, 'R' || n] END,
       CASE WHEN n % 20 < 2 THEN ARRAY['C' || n] END
FROM generate_series(1, 20000) AS n
"""
_RENUMBERED = """
INSERT INTO former_numbers (collection, numbered, old, new, believed_at)
SELECT 'jail', 'person_id', 'P' || n, 'N' || n, %(until)s FROM generate_series(1, 20000) AS n
"""


@pytest.mark.parametrize(
    ("query", "indexes"),
    [
        (numbers_sql.MEANT, ("photos_by_other_person", "photos_by_previous_booking")),
        (numbers_sql.NEWCOMERS, ("photos_by_other_person", "photos_by_previous_booking")),
        (numbers_sql.RENUMBER_PEOPLE, ("photos_by_person", "photos_by_other_person")),
        (numbers_sql.RENUMBER_BOOKINGS, ("photos_by_booking", "photos_by_previous_booking")),
        (booking_numbers._HIDDEN, ("photos_by_booking", "photos_by_previous_booking")),
    ],
    ids=["meant", "newcomers", "people", "bookings", "hidden"],
)
async def test_the_photos_of_a_number_are_found_by_their_indexes(
    database: str, query: str, indexes: tuple[str, ...]
) -> None:
    with psycopg.connect(database) as connection:
        connection.execute(_FILL)
        connection.execute("ANALYZE")

        plan = plan_of(connection, query)

    assert "Seq Scan on photos" not in plan, plan
    for index in indexes:
        assert index in plan, plan


async def test_of_many_renumberings_those_of_a_photos_numbers_are_read(database: str) -> None:
    """Also by a plan that was made when there was none, while nobody takes measure."""
    with psycopg.connect(database) as connection:
        connection.execute("ALTER TABLE former_numbers SET (autovacuum_enabled = false)")
    standing = Standing("P-1", as_of=NOW, booking_number="B-1", other_person_ids=("P-0",))
    async with connected(database, connections=1) as pool:
        records = PostgresRecords(pool, COLLECTION, DEPLOYMENT)
        for number in range(20):
            if number == 10:
                with psycopg.connect(database) as connection:
                    connection.execute(_RENUMBERED, {"until": LATER})
            async with records.unit() as unit:
                for one in range(10):
                    await unit.photos.put(photo(f"ID-{number}-{one}", standing=standing), {})
            about = of_kind(Numbered.PERSON_ID, f"Q-{number}", to=f"Q-{number + 1}")
            await renumber(records, about, believed_at=LATER)

    with psycopg.connect(database) as connection:
        [(read,)] = connection.execute(
            "SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_user_tables "
            "WHERE relname = 'former_numbers'"
        ).fetchall()
    assert read < 2_000

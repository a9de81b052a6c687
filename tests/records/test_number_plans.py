"""Of many photos PostgreSQL reads those that a number may stand for."""
# ruff: noqa: SLF001 - it is the statements that are looked at

import psycopg
import pytest

from adapters.records.postgres import booking_numbers, numbers_sql
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

"""Values of every driver, as the columns of a booking are read from them."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from adapters.jms.sql.dialects import Kind
from adapters.jms.sql.values import day_of, plain

ANGELES = ZoneInfo("America/Los_Angeles")
NIGHT = datetime(1980, 5, 17)  # noqa: DTZ001 - as a database gives it


@pytest.mark.parametrize(
    ("value", "kind", "read"),
    [
        (None, Kind.TEXT, None),
        ("A1", Kind.TEXT, "A1"),
        (True, Kind.PLAIN, True),
        (7, Kind.NUMBER, 7),
        (1.5, Kind.NUMBER, 1.5),
        (float("inf"), Kind.NUMBER, "inf"),
        (Decimal("180.00"), Kind.NUMBER, 180),
        (Decimal("1E+2"), Kind.NUMBER, 100),
        (Decimal("71.50"), Kind.NUMBER, "71.5"),
        (Decimal("NaN"), Kind.NUMBER, "NaN"),
        (NIGHT.date(), Kind.DATE, "1980-05-17"),
        (NIGHT, Kind.MOMENT, "1980-05-17T00:00:00"),
        (NIGHT, Kind.UTC, "1980-05-17T00:00:00+00:00"),
        (NIGHT.replace(tzinfo=UTC), Kind.ZONED, "1980-05-17T00:00:00+00:00"),
        (UUID(int=1), Kind.UUID, "00000000-0000-0000-0000-000000000001"),
        (b"M\xc3\xbcller", Kind.LARGE, "Müller"),
        (memoryview(b"F"), Kind.BINARY, "F"),
        (b"\xff\xd8", Kind.BINARY, b"\xff\xd8"),
        ([{"text": "Burglary"}], Kind.OTHER, [{"text": "Burglary"}]),
        (timedelta(hours=1), Kind.OTHER, "1:00:00"),
    ],
)
def test_a_value_is_read_as_json_would_have_it(value: object, kind: Kind, read: object) -> None:
    assert plain(value, kind) == read


@pytest.mark.parametrize(
    ("value", "day"),
    [
        ("1980-05-17T00:00:00", "1980-05-17"),
        ("1980-05-17T13:00:00", "1980-05-17"),
        ("1980-05-17 00:00:00", "1980-05-17"),
        (datetime(1980, 5, 17, tzinfo=ANGELES).astimezone(UTC).isoformat(), "1980-05-17"),
        (datetime(1980, 5, 17, tzinfo=timezone(timedelta(hours=2))).isoformat(), "1980-05-17"),
        ("1980-05-17", "1980-05-17"),
        ("17-MAY-1980", "17-MAY-1980"),
        ("1980-05-17 and later", "1980-05-17 and later"),
        (date(1980, 5, 17), date(1980, 5, 17)),
        (None, None),
    ],
)
def test_the_day_of_a_birth_is_that_of_its_moment(value: object, day: object) -> None:
    assert day_of(value, ANGELES) == day

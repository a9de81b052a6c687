"""Bookings of a database: whatever its columns are, and whatever lies in them."""

from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from structlog.testing import capture_logs

from adapters.field_mapping import FieldMapping
from app.domain.booking import Charge, RecordStatus
from app.domain.errors import JmsMisconfiguredError
from tests.jail_databases import JailDatabase, MariaJail, PostgresJail, fill, grant, jms_on

ANGELES = ZoneInfo("America/Los_Angeles")
HOSTILE = (
    "O'Brien",
    'a"b',
    "x'; DROP TABLE bookings; --",
    "%s %(a)s :ids \\",
    "Müller 日本 🚓",
    "Z" * 255,
)


async def test_an_id_may_be_any_text(jail_database: JailDatabase) -> None:
    columns = {"external_image_id": jail_database.text, "last_name": jail_database.text}
    fill(jail_database, "bookings", columns, [(one, f"Sample {one}"[:80]) for one in HOSTILE])
    unknown = ("nul \0", "half \ud800", "Y" * 100_000, "x", "o'brien", "O'BRIEN")

    with jms_on(jail_database.address) as jms:
        answers = await jms.bookings([*HOSTILE, *unknown])

    assert set(answers.found) == set(HOSTILE)
    assert {one: booking.person.last_name for one, booking in answers.found.items()} == {
        one: f"Sample {one}"[:80] for one in HOSTILE
    }
    assert answers.unavailable == frozenset()


async def test_ids_may_be_numbers(jail_database: JailDatabase) -> None:
    fill(jail_database, "bookings", {"external_image_id": "bigint"}, [(7,), (-1,), (2**62,)])
    asked = ["7", "-1", str(2**62)]
    unknown = ["07", "7.0", "+7", " 7", "seven", "9" * 30, "9" * 5000, "\u0667"]

    with jms_on(jail_database.address) as jms:
        answers = await jms.bookings([*asked, *unknown])

    assert set(answers.found) == set(asked)


async def test_ids_may_be_uuids_in_either_case(postgres_jail: PostgresJail) -> None:
    one = "0a1b2c3d-0000-4000-8000-0123456789ab"
    fill(postgres_jail, "bookings", {"external_image_id": "uuid"}, [(one,)])

    with jms_on(postgres_jail.address) as jms:
        answers = await jms.bookings([one.upper(), "no uuid"])

    assert set(answers.found) == {one.upper()}


async def test_columns_of_any_type_are_read(jail_database: JailDatabase) -> None:
    columns = {
        "external_image_id": "char(12)",
        "booking_number": "numeric(12, 2)",
        "last_name": jail_database.text,
        "date_of_birth": "timestamp",
        "height": "smallint",
        "weight": "double precision",
        "booked_at": "timestamp",
        "charges": "json",
    }
    birth, booked = datetime(1980, 5, 17), datetime(2026, 5, 17, 14, 30)  # noqa: DTZ001 - as they lie there
    charges = '[{"statute": "164.225", "text": "Burglary I", "severity": "F"}]'
    row = ("A1", 2600123, "Sample", birth, 511, 180.0, booked, charges)
    if not isinstance(jail_database, PostgresJail):  # whose timestamp is UTC
        columns |= {"date_of_birth": "datetime", "booked_at": "datetime"}
    fill(jail_database, "bookings", columns, [row])

    with jms_on(jail_database.address, zone=ANGELES) as jms:
        booking = (await jms.bookings(["A1"])).found["A1"]

    assert booking.booking_number == "2600123"
    assert booking.person.date_of_birth == date(1980, 5, 17)
    assert booking.person.height_inches == 71
    assert booking.person.weight_pounds == 180
    assert booking.booked_at == datetime(2026, 5, 17, 21, 30, tzinfo=UTC)
    assert booking.charges == (Charge("164.225", "Burglary I", "F"),)


async def test_a_bit_marks_a_record_where_it_is_one(maria_jail: MariaJail) -> None:
    columns = {"external_image_id": "varchar(12)", "sealed": "bit(1)", "juvenile": "bit(8)"}
    rows = [("A1", 1, 0), ("A2", 0, 0), ("A3", 0, 1), ("A4", None, None)]
    fill(maria_jail, "bookings", columns, rows)

    with jms_on(maria_jail.address) as jms:
        found = (await jms.bookings(["A1", "A2", "A3", "A4"])).found

    assert {one: booking.status for one, booking in found.items()} == {
        "A1": RecordStatus.SEALED,
        "A2": RecordStatus.ACTIVE,
        "A3": RecordStatus.JUVENILE,
        "A4": RecordStatus.ACTIVE,
    }


@pytest.mark.parametrize("column", ["status", '"Sealed"', "custody_status"])
@pytest.mark.parametrize("mapped", [False, True])
async def test_a_status_that_is_binary_is_refused(
    postgres_jail: PostgresJail, tmp_path: Path, column: str, *, mapped: bool
) -> None:
    columns = {"external_image_id": "text", column: "bytea"}
    fill(postgres_jail, "bookings", columns, [("A1", b"\x01")])
    name = column.strip('"')
    means = "released" if name == "custody_status" else "active"
    path = tmp_path / "mapping.yaml"
    path.write_text(
        f"fields: {{external_image_id: external_image_id, {name.lower()}: {name}}}\n"
        f"codes: {{{name.lower()}: {{A: {means}}}}}\n"
    )
    mapping = FieldMapping.load(path) if mapped else None

    with (
        jms_on(postgres_jail.address, mapping=mapping) as jms,
        pytest.raises(JmsMisconfiguredError, match=f"its column {name} is binary"),
    ):
        await jms.check()


async def test_columns_of_wrong_types_cost_their_fields_only(jail_database: JailDatabase) -> None:
    columns = {
        "external_image_id": jail_database.text,
        "last_name": "date",
        "height": jail_database.blob,
        "weight": "numeric(20, 3)",
        "booked_at": "json",
        "charges": "numeric(5)",
        "facility": jail_database.text,
    }
    odd = ("A1", date(2026, 1, 1), b"\xff\xfe", -5, '{"a": [1]}', 17, "North")
    fill(jail_database, "bookings", columns, [odd, ("A2", *[None] * 6)])

    with jms_on(jail_database.address) as jms:
        answers = await jms.bookings(["A1", "A2"])

    assert set(answers.found) == {"A1", "A2"}
    assert answers.found["A1"].facility == "North"
    assert answers.found["A1"].booked_at is None
    assert answers.found["A2"].person.last_name is None
    assert answers.found["A2"].status is RecordStatus.ACTIVE


async def test_moments_that_python_has_none_for_cost_their_fields_only(
    postgres_jail: PostgresJail,
) -> None:
    columns = {"external_image_id": "text", "booked_at": "timestamptz", "date_of_birth": "date"}
    fill(
        postgres_jail,
        "bookings",
        columns,
        [("A1", "infinity", "-infinity"), ("A2", "2026-05-17T14:30Z", "0044-03-15 BC")],
    )

    with jms_on(postgres_jail.address) as jms:
        answers = await jms.bookings(["A1", "A2"])

    assert answers.found["A1"].booked_at is None
    assert answers.found["A2"].booked_at == datetime(2026, 5, 17, 14, 30, tzinfo=UTC)


async def test_a_row_for_each_charge_is_one_booking(jail_database: JailDatabase) -> None:
    columns = dict.fromkeys(
        ("external_image_id", "last_name", "charge_text", "charge_severity"), jail_database.text
    ) | {"charge_number": "int"}
    rows = [
        ("A1", "Sample", "Theft", "M", 2),
        ("A1", "Sample", "Burglary I", "F", 1),
        ("A2", "Sample", None, None, None),
    ]
    fill(jail_database, "bookings", columns, rows)

    with jms_on(jail_database.address) as jms:
        answers = await jms.bookings(["A1", "A2"])

    assert answers.found["A1"].charges == (
        Charge(None, "Burglary I", "F"),
        Charge(None, "Theft", "M"),
    )
    assert answers.found["A2"].charges == ()


async def test_charges_in_two_ways_are_refused(postgres_jail: PostgresJail) -> None:
    columns = dict.fromkeys(("external_image_id", "charges", "charge_text"), "text")
    fill(postgres_jail, "bookings", columns, [])

    with (
        jms_on(postgres_jail.address) as jms,
        pytest.raises(JmsMisconfiguredError, match="leave out one of the two"),
    ):
        await jms.bookings(["A1"])


async def test_two_bookings_under_one_id_are_none(jail_database: JailDatabase) -> None:
    columns = dict.fromkeys(("external_image_id", "last_name"), jail_database.text)
    rows = [("A1", "Sample"), ("A1", "Other"), ("A2", "Sample"), ("A2", "Sample")]
    fill(jail_database, "bookings", columns, rows)

    with jms_on(jail_database.address) as jms, capture_logs() as logs:
        answers = await jms.bookings(["A1", "A2"])

    assert set(answers.found) == {"A2"}
    assert answers.unavailable == {"A1"}
    assert [log["columns"] for log in logs if log["event"] == "booking_rows_differ"] == [
        ["last_name"]
    ]


async def test_of_two_bookings_under_one_id_one_that_is_hidden_hides(
    jail_database: JailDatabase,
) -> None:
    columns = dict.fromkeys(("external_image_id", "status"), jail_database.text)
    rows = [("A1", "active"), ("A1", "sealed"), ("A1", "juvenile")]
    fill(jail_database, "bookings", columns, rows)

    with jms_on(jail_database.address) as jms:
        answers = await jms.bookings(["A1"])

    assert answers.found["A1"].status is RecordStatus.SEALED


async def test_a_join_that_multiplies_rows_costs_its_own_ids_only(
    jail_database: JailDatabase,
) -> None:
    columns = {"external_image_id": jail_database.text, "charge_number": "int"}
    rows = [("A1", number) for number in range(700)]
    fill(jail_database, "bookings", columns, [*rows, ("A2", 1)])

    with jms_on(jail_database.address) as jms:
        answers = await jms.bookings(["A1", "A2"])

    assert set(answers.found) == {"A2"}
    assert answers.unavailable == {"A1"}


async def test_texts_of_any_length_are_read_in_part_only(jail_database: JailDatabase) -> None:
    long = "longtext" if jail_database.blob == "longblob" else "text"
    columns = {"external_image_id": jail_database.text, "last_name": long, "charges": long}
    fill(jail_database, "bookings", columns, [("A1", "x" * 1_000_000, "[" * 1_000_000)])

    with jms_on(jail_database.address) as jms, capture_logs() as logs:
        answers = await jms.bookings(["A1"])

    assert answers.found["A1"].person.last_name is None
    assert answers.found["A1"].charges == ()
    unread = next(log["fields"] for log in logs if log["event"] == "booking_fields_unread")
    assert unread == ["charges", "last_name"]


async def test_fields_that_must_not_be_taken_in_are_not_even_asked_for(
    jail_database: JailDatabase,
) -> None:
    names = ("external_image_id", "ssn", "medical_alert", "pod", "gang", "photo")
    fill(jail_database, "hidden", dict.fromkeys(names, jail_database.text), [("A1", *names[1:])])
    jail_database.execute("CREATE TABLE bookings AS SELECT external_image_id, pod FROM hidden")
    grant(jail_database, "bookings")
    extra = frozenset({"pod", "ssn", "medical_alert"})

    with jms_on(jail_database.address, "SELECT * FROM hidden", extra=extra) as jms:
        booking = (await jms.bookings(["A1"])).found["A1"]

    assert dict(booking.extra) == {"pod": "pod"}


async def test_a_value_that_cannot_be_decoded_costs_its_own_id_only(
    postgres_jail: PostgresJail,
) -> None:
    fill(postgres_jail, "b", {"id": "text", "n": "int"}, [("A1", 1), ("A2", 0), ("A3", 2)])

    with jms_on(
        postgres_jail.address,
        "SELECT id AS external_image_id, 100 / n AS booking_number FROM b",
    ) as jms:
        answers = await jms.bookings(["A1", "A2", "A3"])

    assert {one: booking.booking_number for one, booking in answers.found.items()} == {
        "A1": "100",
        "A3": "50",
    }
    assert answers.unavailable == {"A2"}


async def test_a_mapping_file_names_columns_codes_and_forms(
    jail_database: JailDatabase, tmp_path: Path
) -> None:
    columns = dict.fromkeys(("BookingNo", "NAME_LAST", "dob", "stat", "wing"), jail_database.text)
    quoted = '"BookingNo"' if isinstance(jail_database, PostgresJail) else "BookingNo"
    named = {quoted if name == "BookingNo" else name: kind for name, kind in columns.items()}
    rows = [("7", "Sample", "17.05.1980", "IN", "B"), ("8", "Sample", "", "XX", "B")]
    fill(jail_database, "bookings", named, rows)
    mapping = tmp_path / "mapping.yaml"
    mapping.write_text(
        "fields:\n  external_image_id: BookingNo\n  last_name: name_last\n"
        "  date_of_birth: dob\n  status: stat\n"
        'codes:\n  status: {IN: active, SE: sealed}\ntimes:\n  date_of_birth: "%d.%m.%Y"\n'
        "extra:\n  pod: wing\n"
    )

    with jms_on(jail_database.address, mapping=FieldMapping.load(mapping)) as jms:
        answers = await jms.bookings(["7", "8"])
        explained = await jms.explained("7")

    assert answers.found["7"].person.date_of_birth == date(1980, 5, 17)
    assert answers.found["7"].status is RecordStatus.ACTIVE
    assert dict(answers.found["7"].extra) == {"pod": "B"}
    assert answers.found["8"].status is RecordStatus.RESTRICTED
    assert explained is not None
    assert {one.column: one.expression for one in explained}["last_name"] == "name_last"


async def test_a_mapped_column_without_a_value_is_empty_and_not_elsewhere(
    postgres_jail: PostgresJail, tmp_path: Path
) -> None:
    fill(postgres_jail, "bookings", {"id": "text", "is_sealed": "text"}, [("A1", None)])
    mapping = tmp_path / "mapping.yaml"
    mapping.write_text("fields: {external_image_id: id, sealed: is_sealed}\n")

    with jms_on(postgres_jail.address, mapping=FieldMapping.load(mapping)) as jms:
        explained = await jms.explained("A1")

    assert explained is not None
    assert [one.found for one in explained] == ["text", "empty"]


async def test_a_mapping_of_a_column_that_is_not_there_says_which_there_are(
    postgres_jail: PostgresJail, tmp_path: Path
) -> None:
    fill(postgres_jail, "bookings", {"id": "text", "name": "text"}, [])
    mapping = tmp_path / "mapping.yaml"
    mapping.write_text("fields:\n  external_image_id: booking_id\n")

    with (
        jms_on(postgres_jail.address, mapping=FieldMapping.load(mapping)) as jms,
        pytest.raises(JmsMisconfiguredError, match=r"no column booking_id.*it has id, name"),
    ):
        await jms.bookings(["A1"])


async def test_what_came_of_each_column_is_explained(jail_database: JailDatabase) -> None:
    columns = dict.fromkeys(("external_image_id", "height", "sex"), jail_database.text)
    fill(jail_database, "bookings", columns, [("A1", "tall", None)])

    with jms_on(jail_database.address) as jms:
        explained = await jms.explained("A1")
        unknown = await jms.explained("B1")

    assert explained is not None
    told = {one.column: (one.found, one.problem) for one in explained}
    assert told["external_image_id"] == ("text", None)
    assert told["sex"] == ("empty", None)
    assert told["height"][1] is not None
    assert unknown is None


async def test_more_ids_than_go_into_one_question_are_asked_in_several(
    postgres_jail: PostgresJail,
) -> None:
    ids = [f"A{number}" for number in range(1203)]
    fill(postgres_jail, "bookings", {"external_image_id": "text"}, [(one,) for one in ids])

    with jms_on(postgres_jail.address) as jms:
        answers = await jms.bookings([*ids, "unknown"])

    assert set(answers.found) == set(ids)

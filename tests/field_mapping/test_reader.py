"""Records as a mapping reads them, and what it says of each field."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from app.domain.booking import Booking, Charge, Coded, RecordStatus
from app.domain.booking_fields import booking_from_fields
from app.domain.mapped_fields import MappedField
from tests.field_mapping.written import compiled_by_jmespath, mapping_of

MAPPING = """
    fields:
      external_image_id: ImageNo
      last_name: Subject.Name.Last
      date_of_birth: Subject.Born
      sex: Subject.Sex
      height: Subject.Height
      booked_at: BookedAt
      charges: "Charges[].{statute: StatuteCode, text: Desc, severity: Level}"
      status: State
      view: Pose
    codes:
      sex: {1: M, 2: F}
      status: {A: active, S: sealed, no: restricted}
      view: {1: front}
    times:
      booked_at: epoch_milliseconds
      date_of_birth: "%d.%m.%Y"
    extra:
      housing: Housing.Unit
"""
RECORD: Mapping[str, object] = {
    "ImageNo": 4711,
    "Subject": {"Name": {"Last": "Sample"}, "Born": "17.05.1980", "Sex": 1, "Height": "511"},
    "BookedAt": 1779053400000,
    "Charges": [{"StatuteCode": "164.225", "Desc": "Burglary I", "Level": "F"}],
    "State": "A",
    "Pose": "1",
    "Housing": {"Unit": "B"},
}


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("mapping")


def booking(directory: Path, record: object, text: str = MAPPING) -> Booking:
    reader = compiled_by_jmespath(mapping_of(directory, text))
    fields = {"external_image_id": "A1", **reader.fields_of(record)}
    return booking_from_fields(fields, UTC).booking


def test_a_nested_record_becomes_a_booking(directory: Path) -> None:
    read = booking(directory, RECORD)

    assert read.external_image_id == "4711"
    assert read.person.last_name == "Sample"
    assert read.person.date_of_birth == date(1980, 5, 17)
    assert read.person.height_inches == 71
    assert read.booked_at == datetime(2026, 5, 17, 21, 30, tzinfo=UTC)
    assert read.charges == (Charge("164.225", "Burglary I", "F"),)
    assert read.status is RecordStatus.ACTIVE
    assert read.extra == {"housing": "B"}


@pytest.mark.parametrize(
    ("said", "coded"),
    [
        (1, Coded("1", "M", "NCIC")),
        ("2", Coded("2", "F", "NCIC")),
        ("9", Coded("9")),
        ("F", Coded("F")),  # in the JMS's own codes this may be anything
    ],
)
def test_a_mapped_code_keeps_its_raw_value(directory: Path, said: object, coded: Coded) -> None:
    read = booking(directory, {"Subject": {"Sex": said}})

    assert read.person.sex == coded


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ("A", RecordStatus.ACTIVE),
        ("S", RecordStatus.SEALED),
        ("no", RecordStatus.RESTRICTED),
        ("active", RecordStatus.RESTRICTED),  # a word of ours, and none of this JMS
        ("a", RecordStatus.RESTRICTED),
        ("X", RecordStatus.RESTRICTED),
        (["A"], RecordStatus.RESTRICTED),
        ({"A": 1}, RecordStatus.RESTRICTED),
        (True, RecordStatus.RESTRICTED),
        ("", RecordStatus.RESTRICTED),
        (None, RecordStatus.RESTRICTED),
    ],
)
def test_a_status_that_the_codes_do_not_name_is_never_shown(
    directory: Path, said: object, status: RecordStatus
) -> None:
    assert booking(directory, {**RECORD, "State": said}).status is status


def test_a_status_that_is_not_where_the_mapping_says_is_never_shown(directory: Path) -> None:
    assert booking(directory, {}, "fields: {status: Sttae}").status is RecordStatus.RESTRICTED


def test_nothing_is_active_only_where_the_codes_say_so(directory: Path) -> None:
    text = 'fields: {status: State}\ncodes: {status: {"": active, S: sealed}}'

    assert booking(directory, {}, text).status is RecordStatus.ACTIVE
    assert booking(directory, {"State": "S"}, text).status is RecordStatus.SEALED


def test_without_codes_a_status_is_read_as_everywhere(directory: Path) -> None:
    text = "fields: {status: State}"

    assert booking(directory, {"State": "Open"}, text).status is RecordStatus.ACTIVE
    assert booking(directory, {"State": "who knows"}, text).status is RecordStatus.RESTRICTED


@pytest.mark.parametrize("blank", [" ", "\t", "\xa0", " " * 5000])
@pytest.mark.parametrize("codes", ["", "codes: {status: {A: active}}"])
def test_a_status_that_is_blank_is_never_shown(directory: Path, blank: str, codes: str) -> None:
    text = f"fields: {{status: State}}\n{codes}"
    reader = compiled_by_jmespath(mapping_of(directory, text))

    assert booking(directory, {"State": blank}, text).status is RecordStatus.RESTRICTED
    assert reader.explained({"State": blank})[0].found == "empty"


@pytest.mark.parametrize(
    ("record", "found"),
    [
        ({"Marks": {"Sealed": ""}}, "empty"),
        ({"Marks": {"Sealed": None}}, "nothing"),
        ({"Marks": {}}, "nothing"),
        ({"Marks": {"Sealed": []}}, "nothing"),
    ],
)
def test_what_is_there_and_empty_is_told_from_what_is_not_there(
    directory: Path, record: Mapping[str, object], found: str
) -> None:
    reader = compiled_by_jmespath(mapping_of(directory, "fields: {sealed: Marks.Sealed}"))

    assert reader.explained(record) == (MappedField("sealed", "Marks.Sealed", found, None, None),)


def test_a_blank_is_nothing_also_where_the_codes_say_what_nothing_means(directory: Path) -> None:
    text = 'fields: {status: State}\ncodes: {status: {"": sealed}}'

    assert booking(directory, {"State": "\t "}, text).status is RecordStatus.SEALED


@pytest.mark.parametrize("bit", ["\x01", " \x01 ", "\0", "\u200b", "\x01" * 5000])
@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("fields: {sealed: Bit}", RecordStatus.SEALED),
        ("fields: {expunged_at: Bit}\ntimes: {expunged_at: '%Y%m%d'}", RecordStatus.EXPUNGED),
        ("fields: {status: Bit}", RecordStatus.RESTRICTED),
        ('fields: {status: Bit}\ncodes: {status: {"": active}}', RecordStatus.RESTRICTED),
        ('fields: {record_status: Bit}\ncodes: {record_status: {"": active}}', "restricted"),
        ("fields: {custody_status: Bit}", RecordStatus.RESTRICTED),
        ('fields: {custody_status: Bit}\ncodes: {custody_status: {"": released}}', "restricted"),
    ],
)
def test_what_cannot_be_printed_may_mark_a_record_and_hides_it(
    directory: Path, text: str, status: str, bit: str
) -> None:
    reader = compiled_by_jmespath(mapping_of(directory, text))

    assert booking(directory, {"Bit": bit}, text).status == status
    assert reader.explained({"Bit": bit})[0].problem is not None
    assert reader.explained({"Bit": bit})[0].value is None


def test_elsewhere_what_cannot_be_printed_is_nothing(directory: Path) -> None:
    reader = compiled_by_jmespath(mapping_of(directory, "fields: {last_name: Bit}"))

    assert reader.fields_of({"Bit": "\x01"}) == {}


@pytest.mark.parametrize(
    ("form", "said", "moment"),
    [
        ("epoch_seconds", 1779053400, datetime(2026, 5, 17, 21, 30, tzinfo=UTC)),
        ("epoch_seconds", "1779053400.5", datetime(2026, 5, 17, 21, 30, 0, 500000, UTC)),
        ("epoch_milliseconds", 1779053400000, datetime(2026, 5, 17, 21, 30, tzinfo=UTC)),
        ("epoch_seconds", 1e300, None),
        ("epoch_seconds", "nan", None),
        ("epoch_seconds", "1" * 400, None),
        ("epoch_seconds", [1], None),
        ("epoch_milliseconds", "yesterday", None),
        ("%d/%m/%Y %H:%M", "17/05/2026 21:30", datetime(2026, 5, 17, 21, 30, tzinfo=UTC)),
        ("%d/%m/%Y %H:%M%z", "17/05/2026 14:30-0700", datetime(2026, 5, 17, 21, 30, tzinfo=UTC)),
        ("%d.%m.%y", "17.05.26", datetime(2026, 5, 17, tzinfo=UTC)),
        ("%d.%m.%Y", "2026-05-17", None),
    ],
)
def test_times_are_read_in_the_form_that_is_named(
    directory: Path, form: str, said: object, moment: datetime | None
) -> None:
    text = f'fields: {{booked_at: At}}\ntimes: {{booked_at: "{form}"}}'

    assert booking(directory, {"At": said}, text).booked_at == moment


@pytest.mark.parametrize("zone", [UTC, ZoneInfo("America/Los_Angeles"), ZoneInfo("Europe/Athens")])
@pytest.mark.parametrize("is_midnight_there", [True, False])
def test_a_day_given_as_an_epoch_is_that_day_everywhere(
    directory: Path, zone: tzinfo, *, is_midnight_there: bool
) -> None:
    born = datetime(1980, 5, 17, tzinfo=zone if is_midnight_there else UTC)
    text = "fields: {date_of_birth: Born}\ntimes: {date_of_birth: epoch_milliseconds}"
    reader = compiled_by_jmespath(mapping_of(directory, text), zone)

    fields = reader.fields_of({"Born": born.timestamp() * 1000})

    assert fields == {"date_of_birth": "1980-05-17"}


def test_a_birth_in_two_digits_lies_in_the_past(directory: Path) -> None:
    text = 'fields: {date_of_birth: Born}\ntimes: {date_of_birth: "%d.%m.%y"}'

    assert booking(directory, {"Born": "17.05.45"}, text).person.date_of_birth == date(1945, 5, 17)


@pytest.mark.parametrize("record", [None, [], "text", 7, {"Subject": 3, "Charges": "x"}])
def test_a_record_of_another_form_gives_nothing_that_is_shown(
    directory: Path, record: object
) -> None:
    read = booking(directory, record)

    assert read.status is RecordStatus.RESTRICTED
    assert read.person.last_name is None


def test_an_expression_that_fails_on_a_record_costs_its_field(directory: Path) -> None:
    text = "fields: {last_name: Last, status: 'length(State)', height: 'abs(Height)'}"

    read = booking(directory, {"Last": "Sample", "State": 7, "Height": "tall"}, text)

    assert read.person.last_name == "Sample"
    assert read.person.height_inches is None
    assert read.status is RecordStatus.RESTRICTED


def test_what_came_of_each_field_is_told(directory: Path) -> None:
    record = {
        **RECORD,
        "State": "Q",
        "BookedAt": "soon",
        "Charges": 7,
        "Pose": 2,
        "Subject": {"Name": {"Last": ["a", "b"]}, "Height": "tall", "Sex": {"a": 1}},
    }
    reader = compiled_by_jmespath(mapping_of(directory, MAPPING))

    told = {one.column: one for one in reader.explained(record)}

    assert {name: (one.found, one.value) for name, one in told.items()} == {
        "external_image_id": ("number", 4711),
        "last_name": ("list of 2", ["a", "b"]),
        "date_of_birth": ("nothing", None),
        "sex": ("object", None),
        "height": ("text", "tall"),
        "booked_at": ("text", None),
        "charges": ("nothing", None),
        "status": ("text", "not in codes"),
        "view": ("number", "2"),
        "housing": ("text", "B"),
    }
    assert told["last_name"].problem == "is not a plain text or number, or is too long"
    assert told["sex"].problem == "is no plain value that could be a code"
    assert told["height"].problem == "is no height such as 511, 5'11\", 71 or 180 cm"
    assert told["booked_at"].problem == "is not of the form epoch_milliseconds"
    assert told["status"].problem == "is not in codes, so the record is treated as restricted"
    assert told["view"].problem is not None
    assert told["housing"].problem is None
    assert told["charges"].expression.startswith("Charges[]")


def test_a_field_that_an_expression_fails_on_is_told(directory: Path) -> None:
    reader = compiled_by_jmespath(mapping_of(directory, "fields: {height: abs(H), status: S}"))

    height, status = reader.explained({"H": "tall"})

    assert (height.found, height.value) == ("unreadable", None)
    assert height.problem == "the expression fails on this record: JMESPathTypeError"
    assert status.problem is not None
    assert 'codes: {status: {"": active}}' in status.problem


def test_fields_are_told_also_where_the_id_cannot_be_used(directory: Path) -> None:
    text = "fields: {external_image_id: Id, last_name: Last}"
    reader = compiled_by_jmespath(mapping_of(directory, text))

    identifier, last_name = reader.explained({"Id": {"no": 1}, "Last": "Sample"})

    assert (identifier.found, last_name.value) == ("object", "Sample")

"""A flat row of a bookings file becomes a booking."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.booking import Booking, Charge, Coded, Person, RecordStatus
from app.domain.booking_fields import COLUMNS, MOST_EXTRA, booking_from_fields
from app.domain.errors import InvalidExternalImageIdError
from app.domain.field_text import LONGEST_TEXT, clean_text
from app.domain.ncic import EYE_COLOR, HAIR_COLOR, RACE, SEX, SKIN_TONE, coded
from app.domain.photo import View
from tests.domain.bookings import PORTLAND, TODAY, booking_of, problems_of
from tests.domain.examples import EXAMPLES, ROWS

TABLES = {
    "sex": SEX,
    "race": RACE,
    "eye_color": EYE_COLOR,
    "hair_color": HAIR_COLOR,
    "skin_tone": SKIN_TONE,
}
CODES = [(field, code) for field, table in TABLES.items() for code in table]
WORDS = [
    (field, code, word)
    for field, table in TABLES.items()
    for code, words in table.items()
    for word in words.split(",")
]


def test_a_full_row_becomes_a_booking() -> None:
    row = {
        "External Image ID": "A1",
        "booking_number": 26000123.0,
        "PERSON_ID": 4711,
        "lastName": " Sample ",
        "first_name": "One",
        "middle_name": "",
        "suffix": None,
        "date_of_birth": "05/17/80",
        "sex": "Male",
        "race": "w",
        "eye_color": "BROWN",
        "hair_color": "bal",
        "height": "5'11\"",
        "weight": "180 lb",
        "booked_at": "05/16/2026 22:15",
        "released_at": "9999-12-31",
        "facility": "Main jail",
        "agency_ori": "OR0340000",
        "charges": "164.225|Burglary I|F|Pending; Trespass",
        "status": "Active",
        "view": "F",
        "Housing Unit": "B-2",
    }

    parsed = booking_from_fields(row, PORTLAND, TODAY)

    assert parsed.problems == ()
    assert parsed.booking == Booking(
        external_image_id="A1",
        booking_number="26000123",
        person=Person(
            person_id="4711",
            last_name="Sample",
            first_name="One",
            date_of_birth=date(1980, 5, 17),
            sex=Coded("Male", "M", "NCIC"),
            race=Coded("w", "W", "NCIC"),
            eye_color=Coded("BROWN", "BRO", "NCIC"),
            hair_color=Coded("bal", "BLD", "NCIC"),
            height_inches=71,
            weight_pounds=180,
        ),
        booked_at=datetime(2026, 5, 17, 5, 15, tzinfo=UTC),
        facility="Main jail",
        agency_ori="OR0340000",
        charges=(
            Charge("164.225", "Burglary I", "F", "Pending"),
            Charge(description="Trespass"),
        ),
        view=View.FRONT,
        extra={"housing_unit": "B-2"},
        pose=Coded("F", "F", "ANSI/NIST-ITL"),
        image_type=Coded("F", "FACE", "ANSI/NIST-ITL"),
    )


def test_a_nested_person_is_read_like_the_flat_columns() -> None:
    nested = booking_of(person={"last_name": "Sample", "sex": "F"}, extra={"pod": 7})

    assert nested.person == Person(last_name="Sample", sex=Coded("F", "F", "NCIC"))
    assert nested.extra == {"pod": "7"}


@pytest.mark.parametrize("identifier", [None, "", "  ", ["A1"], "A" * 2001])
def test_a_row_without_an_id_is_refused(identifier: object) -> None:
    with pytest.raises(InvalidExternalImageIdError):
        booking_from_fields({"external_image_id": identifier}, PORTLAND)


@pytest.mark.parametrize(
    ("said", "identifier"), [(7, "7"), (" A  1/2\t", "A  1/2"), ("Ñ\x1f7", "Ñ\x1f7"), ("..", "..")]
)
def test_an_id_stays_what_the_other_system_calls_it(said: object, identifier: str) -> None:
    parsed = booking_from_fields({"external_image_id": said}, PORTLAND)

    assert parsed.booking.external_image_id == identifier


def test_where_the_photo_lies_is_no_part_of_the_booking() -> None:
    assert booking_of(photo="photos/A1.jpg").extra == {}


def test_what_cannot_be_read_is_left_out_and_reported_without_its_value() -> None:
    bad = dict.fromkeys(("date_of_birth", "height", "weight", "booked_at", "released_at"), "soon")
    wrong = {**bad, "view": "above", "charges": 7, "last_name": ["x"], "status": "whatever"}

    parsed = booking_from_fields({"external_image_id": "A1", **wrong}, PORTLAND, TODAY)

    assert {problem.field for problem in parsed.problems} == set(wrong)
    assert "soon" not in repr(parsed)
    assert parsed.booking == Booking("A1", status=RecordStatus.RESTRICTED, view=View.OTHER)


@pytest.mark.parametrize("filler", ["", "N/A", "UNK", "NULL", "000", "-", None])
def test_fillers_are_nothing_and_no_problem(filler: str | None) -> None:
    fields = dict.fromkeys(("height", "weight", "date_of_birth", "booked_at"), filler)

    assert booking_of(**fields) == Booking("A1")
    assert problems_of(**fields) == set()


@pytest.mark.parametrize("born", ["01/01/1900", "0001-01-01T00:00:00"])
def test_a_date_that_fills_a_gap_is_no_date_of_birth(born: str) -> None:
    assert booking_of(date_of_birth=born).person.date_of_birth is None
    assert problems_of(date_of_birth=born) == set()


@pytest.mark.parametrize("born", ["2026-05-18", "1880-01-01"])
def test_an_impossible_date_of_birth_is_reported(born: str) -> None:
    assert problems_of(date_of_birth=born) == {"date_of_birth"}


def test_the_century_of_birth_follows_from_the_booking() -> None:
    booked = booking_of(date_of_birth="05/17/85", booked_at="1999-01-01")

    assert booked.person.date_of_birth == date(1985, 5, 17)


@pytest.mark.parametrize(("field", "code"), CODES)
def test_every_code_is_read_as_itself(field: str, code: str) -> None:
    assert coded(field, f" {code.lower()} ").code == code


@pytest.mark.parametrize(("field", "code", "word"), WORDS)
def test_every_word_is_read_as_its_code(field: str, code: str, word: str) -> None:
    assert coded(field, word.upper()).code == code


@EXAMPLES
@given(st.sampled_from(sorted(TABLES)), st.text(max_size=20))
def test_an_unknown_code_keeps_its_raw_value_and_fails_nothing(field: str, raw: str) -> None:
    read = coded(field, raw)

    assert read.raw == raw
    assert read.code in {None, *TABLES[field]}
    assert (read.code is None) == (read.code_system is None)


def test_ethnicity_is_not_race() -> None:
    assert booking_of(race="Hispanic").person.race == Coded("Hispanic")


@EXAMPLES
@given(st.text(max_size=80))
def test_every_name_can_be_stored_and_cleaning_it_again_changes_nothing(name: str) -> None:
    read = booking_of(last_name=name).person.last_name

    assert read is None or read.isprintable()
    assert (read or "").encode() == (clean_text(read) or "").encode()


@EXAMPLES
@given(st.text(st.characters(categories=["L", "P", "Zs"]), min_size=1).map(str.split).map(" ".join))
def test_a_plain_name_comes_through_unchanged(name: str) -> None:
    assert (booking_of(last_name=name).person.last_name or "") == name


@ROWS
@given(
    st.dictionaries(
        st.text(max_size=12) | st.sampled_from(sorted(COLUMNS | {"person", "extra"})),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
            lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
            max_leaves=5,
        ),
    )
)
def test_no_row_breaks_the_reading(fields: dict[str, object]) -> None:
    parsed = booking_from_fields({**fields, "external_image_id": "A1"}, PORTLAND)

    assert parsed.booking.external_image_id == "A1"


def test_numbers_without_end_and_texts_without_measure_are_reported() -> None:
    long = "x" * (LONGEST_TEXT + 1)

    assert problems_of(facility=long, suffix=float("nan"), agency_ori=10**5000) == {
        "facility",
        "suffix",
        "agency_ori",
    }


def test_extra_fields_are_bounded() -> None:
    assert len(booking_of(**{f"field_{n}": n for n in range(MOST_EXTRA * 2)}).extra) == MOST_EXTRA

"""Only records known to be active are shown, and some fields are never taken in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.booking import RecordStatus
from app.domain.denied_fields import denied
from app.domain.photo import View
from app.domain.record_status import FLAGS, SYNONYMS
from tests.domain.test_booking_fields import booking_of, problems_of

KNOWN = [(status, word) for status, words in SYNONYMS.items() for word in words.split(",")]


@pytest.mark.parametrize(("status", "word"), KNOWN)
def test_every_known_status_is_read_whatever_its_case(status: RecordStatus, word: str) -> None:
    assert booking_of(status=f" {word.upper()} ").status is status


@pytest.mark.parametrize("empty", [None, "", "  "])
def test_no_status_is_active(empty: str | None) -> None:
    assert booking_of(status=empty).status is RecordStatus.ACTIVE
    assert problems_of(status=empty) == set()


@given(st.text(min_size=1).filter(lambda text: text.strip() and text.isprintable()))
def test_only_known_words_make_a_record_active(text: str) -> None:
    known = {word for status, word in KNOWN if status is RecordStatus.ACTIVE}

    active = booking_of(status=text).status is RecordStatus.ACTIVE

    assert not active or any(word in text.lower() for word in known)


@pytest.mark.parametrize("status", ["hold", "NULL", "?", ["active"], {"code": "active"}, 0])
def test_a_status_that_is_not_known_is_restricted_and_reported(status: object) -> None:
    assert booking_of(status=status).status is RecordStatus.RESTRICTED
    assert problems_of(status=status) == {"status"}


@pytest.mark.parametrize("column", sorted(FLAGS))
def test_a_column_of_its_own_marks_a_record(column: str) -> None:
    assert booking_of(**{column: True}).status is FLAGS[column]
    assert booking_of(**{column: "2026-01-02", "status": "active"}).status is FLAGS[column]
    assert booking_of(**{column: "N"}).status is RecordStatus.ACTIVE


def test_the_strictest_of_two_statuses_counts() -> None:
    booking = booking_of(status="active", record_status="juvenile", sealed="Y")

    assert booking.status is RecordStatus.SEALED


@pytest.mark.parametrize(
    "column",
    [
        "ssn",
        "SSN",
        "inmate_ssn",
        "ssnLast4",
        "Social Security Number",
        "medical_alert",
        "mentalHealthFlag",
        "Medications",
        "suicide_watch",
        "hiv_status",
        "ICE Hold",
        "immigration_status",
        "alien_number",
        "A-Number",
        "citizenship",
        "country_of_birth",
    ],
)
def test_what_must_not_be_taken_in_is_dropped_wherever_it_stands(column: str) -> None:
    number = "078-05-1120"

    flat = booking_of(**{column: number})
    nested = booking_of(extra={column: "yes"}, person={column: "yes"})

    assert flat.extra == nested.extra == {}
    assert number not in repr(flat)
    assert problems_of(**{column: number}) == set()


def test_a_social_security_number_is_dropped_under_any_name() -> None:
    assert booking_of(remarks="per 078-05-1120, see file").extra == {}


@pytest.mark.parametrize("column", ["class_name", "service_date", "department", "notice", "using"])
def test_harmless_columns_are_not_denied(column: str) -> None:
    assert not denied(column)


@pytest.mark.parametrize(
    ("text", "view"),
    [
        ("Front", View.FRONT),
        ("L", View.LEFT),
        ("right profile", View.RIGHT),
        ("scar_mark_tattoo", View.SCAR_MARK_TATTOO),
        ("A", View.OTHER),
        ("from above", View.OTHER),
        ("", None),
    ],
)
def test_the_view_is_read_and_an_unknown_one_is_never_front(text: str, view: View | None) -> None:
    assert booking_of(view=text).view is view

"""Only records known to be active are shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.booking import RecordStatus
from app.domain.custody import CUSTODY_STATUSES
from app.domain.ncic import spoken
from app.domain.record_status import FLAGS, SYNONYMS
from tests.domain.bookings import booking_of, problems_of
from tests.domain.examples import EXAMPLES

KNOWN = [(status, word) for status, words in SYNONYMS.items() for word in words.split(",")]


@pytest.mark.parametrize(("status", "word"), KNOWN)
def test_every_known_status_is_read_whatever_its_case(status: RecordStatus, word: str) -> None:
    assert booking_of(status=f" {word.upper()} ").status is status


@pytest.mark.parametrize("empty", [None, "", "  "])
def test_no_status_is_active(empty: str | None) -> None:
    assert booking_of(status=empty).status is RecordStatus.ACTIVE
    assert problems_of(status=empty) == set()


@EXAMPLES
@given(st.text(min_size=1).filter(lambda text: text.strip() and text.isprintable()))
def test_only_known_words_make_a_record_active(text: str) -> None:
    known = {word for status, word in KNOWN if status is RecordStatus.ACTIVE}

    active = booking_of(status=text).status is RecordStatus.ACTIVE

    assert not active or spoken(text) in known


@pytest.mark.parametrize(
    "status", ["hold", "NULL", "?", "\x01", " \x00", ["active"], {"code": "active"}, 0]
)
def test_a_status_that_is_not_known_is_restricted_and_reported(status: object) -> None:
    assert booking_of(status=status).status is RecordStatus.RESTRICTED
    assert problems_of(status=status) == {"status"}


@pytest.mark.parametrize("column", sorted(FLAGS))
def test_a_column_of_its_own_marks_a_record(column: str) -> None:
    assert booking_of(**{column: True}).status is FLAGS[column]
    assert booking_of(**{column: "2026-01-02", "status": "active"}).status is FLAGS[column]
    assert booking_of(**{column: "N"}).status is RecordStatus.ACTIVE


@pytest.mark.parametrize("mark", ["\x01", "\x01 \x01", "*", "\u2713", "[x]", "- * -", ["no"]])
@pytest.mark.parametrize("column", ["sealed", "is_juvenile", "expunged_flag"])
def test_a_mark_that_is_no_word_marks_a_record(column: str, mark: object) -> None:
    assert booking_of(**{column: mark}).status is FLAGS[column]


@pytest.mark.parametrize("empty", [None, "", "  ", "\t", "-", "--", " - - "])
def test_blanks_and_dashes_mark_no_record(empty: str | None) -> None:
    assert booking_of(sealed=empty).status is RecordStatus.ACTIVE


def test_the_strictest_of_two_statuses_counts() -> None:
    booking = booking_of(status="active", record_status="juvenile", sealed="Y")

    assert booking.status is RecordStatus.SEALED


@pytest.mark.parametrize(
    "said", ["Juvenile", "SEALED", "expunged", "minor", "Juvenile - in custody", "In custody (JUV)"]
)
def test_a_custody_status_that_hides_a_record_hides_it(said: str) -> None:
    assert booking_of(custody_status=said, status="active").status is not RecordStatus.ACTIVE


def test_the_strictest_word_of_a_custody_status_counts() -> None:
    assert booking_of(custody_status="juvenile/sealed").status is RecordStatus.SEALED


@pytest.mark.parametrize("said", [["Juvenile"], {"code": "J"}, "in custody " * 200, "\x01"])
def test_a_custody_status_that_cannot_be_read_restricts_and_is_reported(said: object) -> None:
    assert booking_of(custody_status=said, status="active").status is RecordStatus.RESTRICTED
    assert "status" in problems_of(custody_status=said)


@pytest.mark.parametrize(
    "said",
    [
        *("S", "E", "In custody", "restricted", "", None, "Escaped", "Released", "Transferred"),
        *("Out to hospital", "Bonded out", "C-4", "Unit J", "Time served", "*"),
        *(word for words in CUSTODY_STATUSES.values() for word in words.split(",")),
    ],
)
def test_any_other_custody_status_hides_nothing(said: str | None) -> None:
    assert booking_of(custody_status=said).status is RecordStatus.ACTIVE


@pytest.mark.parametrize(
    "fields",
    [
        {"status": "active", "person": {"status": "sealed"}},
        {"status": "active", "extra": {"Status": "sealed"}},
        {"sealed": None, "person": {"sealed": True}},
        {"sealed": False, "person": {"sealed": "no"}, "extra": {"sealed": "\x01"}},
        {"status": "active", "Status": "sealed"},
        {"recordStatus": "active", "record_status": "sealed"},
        {"isSealed": 0, "is_sealed": 1},
        {"custody_status": "In custody", "person": {"custodyStatus": "sealed"}},
    ],
)
def test_the_strictest_of_all_that_have_one_name_counts(fields: dict[str, object]) -> None:
    assert booking_of(**fields).status is RecordStatus.SEALED
    assert booking_of(**dict(reversed(fields.items()))).status is RecordStatus.SEALED


def test_a_second_status_that_is_not_known_restricts_and_is_reported() -> None:
    fields = {"status": "active", "person": {"status": ["sealed"]}}

    assert booking_of(**fields).status is RecordStatus.RESTRICTED
    assert problems_of(**fields) == {"status"}

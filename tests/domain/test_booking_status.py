"""Only records known to be active are shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.booking import RecordStatus
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


@pytest.mark.parametrize("said", ["Juvenile", "SEALED", "expunged", "minor"])
def test_a_custody_status_that_hides_a_record_hides_it(said: str) -> None:
    assert booking_of(custody_status=said, status="active").status is not RecordStatus.ACTIVE


@pytest.mark.parametrize("said", ["S", "E", "In custody", "restricted", "", None, "Escaped"])
def test_any_other_custody_status_hides_nothing(said: str | None) -> None:
    assert booking_of(custody_status=said).status is RecordStatus.ACTIVE

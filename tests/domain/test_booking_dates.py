"""Dates of birth and times of booking in the forms that jails write."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.dates import date_of, moment_of
from tests.domain.examples import EXAMPLES

PORTLAND = ZoneInfo("America/Los_Angeles")
FORMS = (
    "%Y-%m-%d",
    "%Y%m%d",
    "%m/%d/%Y",
    "%m-%d-%Y",
    "%m%d%Y",
    "%d-%b-%Y",
    "%B %d, %Y",
    "%d %b %Y",
)
TIMES = (" %H:%M:%S", "T%H:%M:%S", " %I:%M:%S %p", " %H%M%S", " %H.%M.%S.000000")


@EXAMPLES
@given(st.dates(date(1900, 1, 1), date(2099, 12, 31)), st.sampled_from(FORMS))
def test_every_date_survives_every_form(day: date, form: str) -> None:
    assert date_of(day.strftime(form), 2026) == day


@EXAMPLES
@given(
    st.integers(0, 2_840_140_800).map(lambda seconds: datetime.fromtimestamp(seconds, UTC)),
    st.sampled_from(FORMS),
    st.sampled_from(TIMES),
)
def test_every_time_survives_every_form(moment: datetime, day: str, time: str) -> None:
    read = moment_of(moment.strftime(day + time), UTC, 2026)

    assert read == moment


@EXAMPLES
@given(st.text(max_size=30), st.integers(1, 9999))
def test_no_text_breaks_the_reading_of_dates(text: str, year: int) -> None:
    day, moment = date_of(text, year), moment_of(text, PORTLAND, year)

    assert day is None or isinstance(day, date)
    assert moment is None or moment.tzinfo is UTC


@pytest.mark.parametrize(
    ("latest_year", "born"), [(2016, date(1980, 5, 17)), (2090, date(2080, 5, 17))]
)
def test_a_year_of_two_digits_is_the_last_that_is_possible(latest_year: int, born: date) -> None:
    assert date_of("05/17/80", latest_year) == born
    assert date_of("17-MAY-80", latest_year) == born


@pytest.mark.parametrize(
    "text", ["17/05/1980", "1980-02-30", "1980", "foo 17, 1980", "05/17/1980 x", "", "17-xyz-1980"]
)
def test_what_is_no_date_is_not_guessed(text: str) -> None:
    assert date_of(text, 2016) is None


@pytest.mark.parametrize(
    "text",
    [
        "2026-05-17T14:30:00Z",
        "2026-05-17T07:30:00-07:00",
        "2026-05-17 07:30:00 -0700",
        "05/17/2026 07:30 -07:00",
        "2026-05-17T07:30",
        "05/17/2026 07:30",
        "5/17/2026 7:30:00 AM",
        "05/17/26 0730",
        "20260517 0730",
        "202605170730",
        "20260517073000",
        "17-MAY-26 07.30.00.000000 AM",
        "May 17 2026  7:30AM".replace("  ", " "),
        "5/17/2026 14:30 UTC",
    ],
)
def test_a_time_is_read_in_the_zone_of_the_jail(text: str) -> None:
    assert moment_of(text, PORTLAND, 2027) == datetime(2026, 5, 17, 14, 30, tzinfo=UTC)


def test_a_date_alone_is_its_midnight_in_the_zone_of_the_jail() -> None:
    assert moment_of("05/17/2026", PORTLAND, 2027) == datetime(2026, 5, 17, 7, tzinfo=UTC)


def test_the_hour_that_comes_twice_is_the_first_of_the_two() -> None:
    read = moment_of("2026-11-01 01:30:00", PORTLAND, 2027)

    assert read == datetime(2026, 11, 1, 8, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "text", ["05/17/2026 24:30", "05/17/2026 13:30 PM", "0001-01-01T00:00:00+14:00", "yesterday"]
)
def test_what_is_no_time_is_not_guessed(text: str) -> None:
    assert moment_of(text, PORTLAND, 2027) is None

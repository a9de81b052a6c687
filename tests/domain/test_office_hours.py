"""When people are usually at work."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from app.domain.office_hours import OfficeHours

MONDAY = datetime(2026, 11, 23, tzinfo=UTC)


def within(text: str, day: int, hour: int, minute: int = 0) -> bool:
    at = MONDAY + timedelta(days=day, hours=hour, minutes=minute)
    return OfficeHours.parsed(text, UTC).contain(at)


def test_hours_begin_on_time_and_end_before_their_end() -> None:
    assert not within("mon-fri 07:00-19:00", 0, 6, 59)
    assert within("mon-fri 07:00-19:00", 0, 7)
    assert within("Mon-Fri  07:00-19:00", 4, 18, 59)
    assert not within("mon-fri 07:00-19:00", 4, 19)
    assert not within("mon-fri 07:00-19:00", 5, 12)


def test_days_may_go_over_sunday() -> None:
    assert within("sat-mon 07:00-19:00", 6, 12)
    assert within("sat-mon 07:00-19:00", 0, 12)
    assert not within("sat-mon 07:00-19:00", 1, 12)


def test_a_night_shift_belongs_to_the_day_on_which_it_begins() -> None:
    assert within("fri-fri 22:00-06:00", 4, 23)
    assert within("fri-fri 22:00-06:00", 5, 5)
    assert not within("fri-fri 22:00-06:00", 4, 5)
    assert not within("fri-fri 22:00-06:00", 5, 23)


def test_hours_are_those_of_their_clock() -> None:
    hours = OfficeHours.parsed("mon-fri 07:00-19:00", timezone(timedelta(hours=-8)))

    assert hours.contain(MONDAY + timedelta(hours=16))
    assert not hours.contain(MONDAY + timedelta(hours=8))


@pytest.mark.parametrize("text", ["", "7-19", "mon-xyz 07:00-19:00", "mon-fri 07:00-25:00"])
def test_what_are_no_hours_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"hour|must be in"):
        OfficeHours.parsed(text, UTC)

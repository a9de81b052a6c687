"""Times of `candid audit`, as they are typed and on the agency's clock."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.cli.audit.times import times_of
from app.cli.console import CommandError
from app.domain.office_hours import last_week

CHICAGO = ZoneInfo("America/Chicago")


def test_a_time_without_a_zone_is_on_the_agencys_clock() -> None:
    typed = datetime.strptime("2026-03-04", "%Y-%m-%d")  # noqa: DTZ007 - as it is typed

    since, until = times_of("America/Chicago", typed, datetime(2026, 3, 5, tzinfo=UTC))

    assert since == datetime(2026, 3, 4, 6, tzinfo=UTC)
    assert until == datetime(2026, 3, 5, tzinfo=UTC)
    assert times_of("UTC", None, None) == (None, None)


def test_times_that_cross_are_refused() -> None:
    with pytest.raises(CommandError, match="not after"):
        times_of("UTC", datetime(2026, 3, 5, tzinfo=UTC), datetime(2026, 3, 5, tzinfo=UTC))


def test_the_last_week_is_from_monday_to_monday_on_the_agencys_clock() -> None:
    late_on_sunday = datetime(2026, 11, 30, 3, tzinfo=UTC)  # Monday already, in UTC

    assert last_week(late_on_sunday, CHICAGO) == (
        datetime(2026, 11, 16, tzinfo=CHICAGO),
        datetime(2026, 11, 23, tzinfo=CHICAGO),
    )


def test_a_week_in_which_the_clock_changes_is_an_hour_longer() -> None:
    first, last = last_week(datetime(2026, 11, 4, tzinfo=UTC), CHICAGO)

    assert last.astimezone(UTC) - first.astimezone(UTC) == timedelta(days=7, hours=1)

"""A schedule is kept on the clock of its place, also when that clock is changed."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from adapters.work_queue.procrastinate import Schedule

CHICAGO = ZoneInfo("America/Chicago")


def test_three_at_night_is_three_where_the_jail_is() -> None:
    schedule = Schedule("0 3 * * *", CHICAGO)

    found = schedule.next(datetime(2026, 7, 1, 12, tzinfo=UTC))

    assert found == datetime(2026, 7, 2, 8, tzinfo=UTC)


def test_three_at_night_stays_three_when_summer_begins() -> None:
    schedule = Schedule("0 3 * * *", CHICAGO)

    found = schedule.next(datetime(2026, 3, 8, 7, 30, tzinfo=UTC))

    assert found == datetime(2026, 3, 8, 8, tzinfo=UTC)


def test_the_last_moment_is_the_latest_one_that_is_over() -> None:
    schedule = Schedule("*/15 * * * *", UTC)

    found = schedule.last(datetime(2026, 7, 1, 12, 15, 0, 200_000, tzinfo=UTC))

    assert found == datetime(2026, 7, 1, 12, 15, tzinfo=UTC)


@pytest.mark.parametrize("cron", ["", "daily", "0 3 * *", "99 3 * * *"])
def test_what_is_no_schedule_is_refused(cron: str) -> None:
    with pytest.raises(ValueError, match="no schedule"):
        Schedule(cron, UTC)

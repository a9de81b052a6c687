"""When a JMS is believed that it does not know a booking any more."""

from datetime import UTC, datetime, timedelta

import pytest

from app.services.withholding.unknown_twice import APART, UnknownTwice

NOW = datetime(2026, 5, 17, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def test_it_is_at_once_where_it_knows_others() -> None:
    assert UnknownTwice().is_believed(1, NOW, knows_others=True)


@pytest.mark.parametrize(
    ("after", "is_believed"),
    [(MINUTE, False), (APART, True), (timedelta(hours=20), True), (timedelta(days=2), False)],
)
def test_else_the_same_is_heard_twice_an_hour_apart_and_within_a_day(
    after: timedelta, *, is_believed: bool
) -> None:
    unknown = UnknownTwice()

    assert not unknown.is_believed(1, NOW, knows_others=False)
    assert not unknown.is_believed(2, NOW + after, knows_others=False)
    assert unknown.is_believed(1, NOW + after, knows_others=False) is is_believed


def test_what_it_knows_again_is_heard_anew() -> None:
    unknown = UnknownTwice()
    assert not unknown.is_believed(1, NOW, knows_others=False)

    unknown.forget(1)
    unknown.forget(2)

    assert not unknown.is_believed(1, NOW + APART, knows_others=False)

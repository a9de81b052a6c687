"""When what is hidden is asked about, and removed."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from app.domain.booking import RecordStatus
from app.domain.jms_events import About, EventType, JmsEvent
from app.domain.withheld import (
    Asking,
    RemovalTerms,
    Withheld,
    WithheldList,
    WithheldState,
    full_days,
    next_try,
)

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
AT = datetime(2026, 11, 29, 20, tzinfo=UTC)
TERMS = RemovalTerms(frozenset({RecordStatus.EXPUNGED}), DAY, HOUR, 0.005, 5)
ONE = Withheld(1, "A1", RecordStatus.EXPUNGED, WithheldState.WAITING, AT)


@pytest.mark.parametrize(
    ("faces", "allowed"), [(0, 1), (1, 1), (3, 1), (4, 2), (12, 5), (1000, 5), (2_000_000, 10_000)]
)
def test_a_share_may_go_a_few_of_a_small_gallery_and_never_more_than_half(
    faces: int, allowed: int
) -> None:
    assert TERMS.allowance(faces) == allowed


def test_nobody_confirms_what_is_not_listed() -> None:
    first, second = (
        replace(ONE, withheld_id=number, state=WithheldState.ASKING) for number in (1, 2)
    )
    both = Asking.of({1: RecordStatus.EXPUNGED, 2: RecordStatus.EXPUNGED})

    assert WithheldList([second, first, replace(ONE, withheld_id=3)], both).digest == both.digest
    assert WithheldList([second], both).digest is None
    assert WithheldList([second, replace(first, state=WithheldState.AGREED)], both).digest is None
    sealed = replace(first, status=RecordStatus.SEALED)  # between the list and the count
    assert WithheldList([second, sealed], both).digest is None


def test_it_may_go_once_it_is_said_again_after_the_delay() -> None:
    assert not TERMS.may_go(ONE, AT + DAY - timedelta(seconds=1))
    assert TERMS.may_go(ONE, AT + DAY)


def test_without_a_delay_the_second_word_still_comes_later() -> None:
    terms = replace(TERMS, delay=timedelta())

    assert not terms.may_go(ONE, AT + HOUR - timedelta(seconds=1))
    assert terms.may_go(ONE, AT + HOUR)


@pytest.mark.parametrize(
    ("changed", "goes"),
    [
        ({"state": WithheldState.AGREED}, True),
        ({"state": WithheldState.ASKING}, False),
        ({"state": WithheldState.SHOWN}, False),
        ({"status": RecordStatus.JUVENILE}, False),
    ],
)
def test_what_asks_or_is_only_hidden_does_not_go(changed: dict[str, object], goes: bool) -> None:  # noqa: FBT001 - a parameter
    assert TERMS.may_go(replace(ONE, **changed), AT + DAY) is goes  # type: ignore[arg-type]  # by name


def test_the_jms_is_asked_when_it_is_due_and_then_more_and_more_seldom() -> None:
    kept = replace(ONE, status=RecordStatus.RESTRICTED)

    assert TERMS.read_again_at(ONE, AT + HOUR) == AT + DAY
    assert TERMS.read_again_at(kept, AT + HOUR) == AT + HOUR + DAY
    assert TERMS.read_again_at(kept, AT + 8 * DAY) == AT + 16 * DAY
    assert TERMS.read_again_at(kept, AT + 90 * DAY) == AT + 120 * DAY
    asking = replace(ONE, state=WithheldState.ASKING)
    assert TERMS.read_again_at(asking, AT + HOUR) == AT + HOUR + DAY


def test_a_jms_that_is_silent_is_asked_again_after_minutes_then_hours() -> None:
    waits = [next_try(misses, AT) - AT for misses in (0, 1, 5, 6, 1000)]

    assert waits == [timedelta(minutes=minutes) for minutes in (1, 2, 32, 60, 60)]


def test_more_than_are_allowed_in_any_day_are_found_with_all_that_lies_in_it() -> None:
    hours = (0, 10, 20, 30, 70, 100, 100)
    by_minute = [(AT + hour * HOUR, hours.count(hour)) for hour in dict.fromkeys(hours)]
    minute = timedelta(minutes=1)

    assert full_days(by_minute, 3) == []
    assert full_days(by_minute, 2) == [(AT, AT + 30 * HOUR + minute)]
    assert full_days(by_minute, 1) == [
        (AT, AT + 30 * HOUR + minute),
        (AT + 100 * HOUR, AT + 100 * HOUR + minute),
    ]
    assert full_days([], 0) == []


def test_what_is_hidden_says_on_whose_word() -> None:
    assert ONE.heard == "JMS, read 2026-11-29T20:00:00Z"
    assert replace(ONE, event_id="evt-1").heard == "JMS event evt-1"


def test_two_events_with_one_id_are_told_apart_by_what_they_say() -> None:
    sealed = JmsEvent("e", EventType.SEALED, AT, About(("A1",)), RecordStatus.SEALED)
    elsewhere = replace(sealed, occurred_at=AT.astimezone(None))

    assert sealed.sha256() == elsewhere.sha256()
    others = (
        replace(sealed, about=About(("A2",))),
        replace(sealed, occurred_at=AT + HOUR),
        replace(sealed, status=RecordStatus.JUVENILE),
        replace(sealed, type=EventType.EXPUNGED),
    )
    assert len({one.sha256() for one in (sealed, *others)}) == 5

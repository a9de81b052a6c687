"""When failures look like an outage, and what they cost a photo."""

from dataclasses import dataclass

import pytest

from app.domain.errors import (
    NoFaceError,
    PhotoTooCostlyError,
    SourceTimeoutError,
    SourceUnavailableError,
)
from app.domain.imports import ImportItem, ItemReason, ItemStatus
from app.domain.photo import View
from app.services.imports.outages import MOST_IN_A_ROW, SECONDS, Outages
from app.services.imports.outcome_of import MOST_ATTEMPTS, held_back, outcome_of

DOWN = ItemReason.SOURCE_UNAVAILABLE


@dataclass
class Clock:
    now: float = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def item(attempts: int = 0) -> ImportItem:
    waiting = ItemStatus.WAITING
    return ImportItem(
        7, "A7", "A7.jpg", View.FRONT, None, None, waiting, None, None, attempts, None
    )


def test_many_failures_at_once_are_suspicious_and_an_outage_once_they_last(clock: Clock) -> None:
    outages = Outages(clock)

    at_once = [outages.note(DOWN) for _ in range(3 * MOST_IN_A_ROW)]
    clock.now += SECONDS
    later, after_the_pause = outages.note(DOWN), outages.note(DOWN)
    clock.now += SECONDS

    assert not any(at_once)
    assert (later, after_the_pause) == (True, False)
    assert outages.note(DOWN)
    assert outages.is_suspected


def test_few_failures_are_none_however_long_they_last(clock: Clock) -> None:
    outages = Outages(clock)
    for _ in range(MOST_IN_A_ROW - 1):
        assert not outages.note(DOWN)
        clock.now += SECONDS

    assert not outages.is_suspected


@pytest.mark.parametrize("success", [None, ItemReason.NO_FACE])
def test_a_photo_that_came_through_begins_the_count_anew(
    clock: Clock, success: ItemReason | None
) -> None:
    outages = Outages(clock)
    for _ in range(MOST_IN_A_ROW):
        outages.note(DOWN)
    clock.now += SECONDS

    assert not outages.note(success)
    assert not outages.note(DOWN)
    assert not outages.is_suspected


def test_an_outage_costs_no_attempt_though_it_was_the_last() -> None:
    last = item(MOST_ATTEMPTS - 1)
    failed = outcome_of(last, SourceUnavailableError())

    held = held_back(failed, last)

    assert (failed.status, failed.reason) == (ItemStatus.FAILED, DOWN)
    assert (held.status, held.reason) == (ItemStatus.WAITING, None)
    assert 5 <= held.again_in <= 10


def test_a_photo_at_fault_fails_in_an_outage_too() -> None:
    failed = outcome_of(item(), NoFaceError())

    assert held_back(failed, item()) == failed
    assert failed.status is ItemStatus.FAILED


def test_a_photo_whose_process_ended_is_tried_once_more() -> None:
    first = outcome_of(item(), PhotoTooCostlyError())
    second = outcome_of(item(1), PhotoTooCostlyError())

    assert (first.status, first.reason) == (ItemStatus.WAITING, ItemReason.PHOTO_TOO_COSTLY)
    assert (second.status, second.reason) == (ItemStatus.FAILED, ItemReason.PHOTO_TOO_COSTLY)


def test_what_may_pass_is_tried_later_and_later() -> None:
    waits = [outcome_of(item(n), SourceTimeoutError()).again_in for n in range(MOST_ATTEMPTS - 1)]

    assert waits == sorted(waits)
    assert waits[-1] > 100

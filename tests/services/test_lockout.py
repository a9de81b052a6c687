"""Who fails too often is not listened to for a while; how often a key may be used."""

from dataclasses import dataclass

import pytest

from app.domain.errors import LockedOutError, RateLimitedError
from app.services.call_limits import CallLimits
from app.services.lockout import MOST_REMEMBERED, Lockout


@dataclass
class Clock:
    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


def _lockout(clock: Clock) -> Lockout:
    return Lockout(3, 60.0, clock)


def _failed(lockout: Lockout, times: int, address: str = "192.0.2.7") -> list[bool]:
    return [lockout.failed(address) for i in range(times)]


def test_the_last_of_so_many_failures_locks_the_address_alone() -> None:
    lockout = _lockout(Clock())

    assert _failed(lockout, 3) == [False, False, True]

    with pytest.raises(LockedOutError) as locked:
        lockout.check("192.0.2.7", "any")
    assert locked.value.retry_after == 60
    lockout.check("192.0.2.8", "any")


def test_failures_beyond_are_told_apart_so_that_calls_at_once_are_not_all_recorded() -> None:
    lockout = _lockout(Clock())
    _failed(lockout, 3)

    with pytest.raises(LockedOutError):
        lockout.failed("192.0.2.7")


def test_the_lock_ends_and_counting_begins_anew() -> None:
    clock = Clock()
    lockout = _lockout(clock)
    _failed(lockout, 3)

    clock.now += 60

    lockout.check("192.0.2.7", "any")
    assert _failed(lockout, 3) == [False, False, True]


def test_failures_long_ago_do_not_count() -> None:
    clock = Clock()
    lockout = _lockout(clock)
    _failed(lockout, 2)

    clock.now += 60

    assert _failed(lockout, 2) == [False, False]


def test_a_lock_lasts_its_whole_time_although_its_first_failure_is_older() -> None:
    clock = Clock()
    lockout = _lockout(clock)
    _failed(lockout, 2)
    clock.now += 50
    _failed(lockout, 1)

    clock.now += 59

    with pytest.raises(LockedOutError) as locked:
        lockout.failed("192.0.2.7")
    assert locked.value.retry_after == 1


def test_who_was_served_from_an_address_goes_on_there_until_their_key_ends() -> None:
    lockout = _lockout(Clock())
    lockout.succeeded("192.0.2.7", "good")
    _failed(lockout, 3)

    lockout.check("192.0.2.7", "good")
    lockout.forget("192.0.2.7", "good")
    with pytest.raises(LockedOutError):
        lockout.check("192.0.2.7", "good")


def test_what_is_remembered_is_bounded() -> None:
    lockout, limits = _lockout(Clock()), CallLimits(Clock())
    for i in range(MOST_REMEMBERED + 5):
        lockout.failed(f"10.{i >> 16}.{i >> 8 & 255}.{i & 255}")
        lockout.succeeded(None, f"good {i}")
        limits.take(str(i), 1)

    assert len(lockout._failures) == len(lockout._good) == MOST_REMEMBERED  # noqa: SLF001 - no other way
    limits.take("0", 1)  # forgotten
    with pytest.raises(RateLimitedError):
        limits.take(str(MOST_REMEMBERED), 1)


def test_a_key_may_be_used_so_often_in_any_minute() -> None:
    clock = Clock()
    limits = CallLimits(clock)
    limits.take("desk", 2)
    clock.now += 30
    limits.take("desk", 2)

    with pytest.raises(RateLimitedError) as limited:
        limits.take("desk", 2)
    assert limited.value.retry_after == 30

    clock.now += 30
    limits.take("desk", 2)
    with pytest.raises(RateLimitedError):
        limits.take("desk", 2)
    limits.take("other", 2)


def test_of_the_refusals_of_a_key_one_a_minute_is_news() -> None:
    clock = Clock()
    limits = CallLimits(clock)
    limits.take("desk", 1)

    assert [limits.is_news("desk"), limits.is_news("desk")] == [True, False]
    clock.now += 60
    assert limits.is_news("desk")

"""How fast calls of one operation may go: a timeline of slots, and what throttling teaches.

All times are seconds on one clock. A service that allows q calls a second is thought of as a
bucket that fills with q tokens a second up to some unknown depth; a call that finds it empty is
throttled. At two such moments the bucket is known to be empty, so the calls granted between them
are q times the time between, whatever the depth: that is the estimate (`_learned`). Between two
throttlings the pace follows a cubic curve: a little under the quota, long about at it, then
faster and faster above it until the next throttling shows where the quota is now.
"""

import math
from dataclasses import dataclass, replace

from app.domain.call_slots import Lease, Run, extended

SPREAD = 0.005
"""How far under the quota the pace is after a throttling, as a share of it."""

PLATEAU_SECONDS = 20.0
"""Of full demand, from there until the pace is at the quota; as long again, and it is above it."""

_LEAST_PLATEAU_SECONDS = 4.0
"""Where the quota was counted for a moment only: what was guessed wrong is soon found out."""

LEASE_SECONDS = 0.25
"""How much of the timeline one process takes at a time."""

HORIZON_SECONDS = 0.5
"""How far ahead slots are given away: a pace that was cut holds for all from there on."""

CREDIT_SECONDS = 0.05
"""Slots that nobody asked for in time are made up for as far back as this, the rest are lost."""

_FIRST_PACE = 6.25
_FIRST_SECONDS = 6.0
_RAMP = 1.3
"""Where nothing is known: a fourth above the commonest quota (5) for as long as it takes to empty
a bucket of a second, then this much faster every second until the first throttling."""

_BEYOND = 1.05
"""A pace this far above the quota says that the quota was raised, not what it is now."""

_BELOW = 0.96
"""Of the pace that was too high: under a shallow bucket the quota is there, else there is more
throttling, which tells."""

_LEAST_SECONDS = 0.3
_WHOLE_SECONDS = 2.0
_MOST_SECONDS = 60.0
"""A count must last to tell anything, to tell whole numbers apart, and before it begins anew."""

_OUTAGE_SECONDS = 4.0
"""In which as good as nothing was granted: no quota is so low."""

_CALM_SECONDS = 10.0
"""A throttling after so much full demand without one begins a new count."""

_SURELY = 3
"""One throttling may come of calls that bunched on their way; so many say the pace is too high."""

_COUNT_ERROR = 2
"""Calls that may be counted on the wrong side of a throttling."""

_LEAST_QUOTA = 0.1
_MOST_PACE = 10_000.0

_CLOCK_SECONDS = 120.0
"""A timeline that is given away further than this was made by another clock."""


@dataclass(frozen=True, slots=True)
class CallRate:
    """What is known of one operation's quota, and how far its timeline is given away."""

    quota: float | None = None  # calls a second; None before the first throttling
    plateau_seconds: float = PLATEAU_SECONDS
    pressed_seconds: float = 0.0  # of full demand since the last throttling
    next_slot: float = 0.0
    next_urgent: float = 0.0
    runs: tuple[Run, ...] = ()  # of the last seconds and of those to come
    admitted: int = 0
    throttled: int = 0
    empty_at: float | None = None  # the bucket was; None when it may have run over since
    granted_before: int = 0  # `empty_at`
    throttled_before: int = 0

    @property
    def pace(self) -> float:
        """Calls a second that are given away now."""
        if self.quota is None:
            ramp = min(60.0, max(0.0, self.pressed_seconds - _FIRST_SECONDS))
            return min(_MOST_PACE, _FIRST_PACE * float(_RAMP**ramp))
        along = self.pressed_seconds / self.plateau_seconds - 1
        return min(_MOST_PACE, self.quota * (1 + SPREAD * along**3))

    def with_returned(self, unused: int) -> "CallRate":
        """Return the rate without slots that were taken and not used; their time is gone."""
        return replace(self, admitted=self.admitted - unused)

    def leased(self, now: float, wanted: int) -> "tuple[CallRate, Lease]":
        """Give away the next slots: at most a lease's worth, none beyond the horizon."""
        rate = _as_of(self, now)
        interval = 1 / rate.pace
        first = rate.next_slot
        ahead = max(HORIZON_SECONDS if self.quota else LEASE_SECONDS, 2 * interval)
        room = max(0, math.ceil((now + ahead - first) / interval))
        count = min(wanted, room, math.ceil(LEASE_SECONDS * rate.pace))
        end = first + count * interval
        was_in_demand = first == self.next_slot
        taken = replace(
            rate,
            next_slot=end,
            runs=extended(rate.runs, Run(first, end, count), now),
            admitted=rate.admitted + count,
            pressed_seconds=rate.pressed_seconds + was_in_demand * count * interval,
        )
        return taken, Lease(now, first, interval, count, first - ahead)

    def leased_urgently(self, now: float, wanted: int) -> "tuple[CallRate, Lease]":
        """Give away slots at once, before all that others wait for, who come so much later."""
        rate = _as_of(self, now)
        interval = 1 / rate.pace
        first = max(rate.next_urgent, now)
        was_in_demand, end = first > now, first + wanted * interval
        to_come = Run(first, end, wanted if was_in_demand or wanted > 1 else 0)
        taken = replace(
            rate,
            next_urgent=end,
            runs=extended(rate.runs, to_come, now),
            next_slot=rate.next_slot + wanted * interval,
            admitted=rate.admitted + wanted,
            pressed_seconds=rate.pressed_seconds + was_in_demand * wanted * interval,
        )
        return taken, Lease(now, first, interval, wanted, first)

    def after_throttling(self, slot: float) -> "CallRate":
        """Return what is known once the call of this slot was throttled."""
        told = replace(self, throttled=self.throttled + 1)
        if self.empty_at is not None and slot <= self.empty_at:  # late news of what is counted
            return replace(told, granted_before=self.granted_before - 1)
        told = replace(told, pressed_seconds=0.0)
        if self.quota is None or self.pace > _BEYOND * self.quota:
            return _emptied(_knowing(told, self.pace * _BELOW, 0.0), slot)
        if self.empty_at is not None:
            told = _learned(told, self.quota, slot, self.empty_at)
        was_calm = self.pressed_seconds > _CALM_SECONDS
        if self.empty_at is None or was_calm or slot - self.empty_at > _MOST_SECONDS:
            told = _emptied(told, slot)
        return _paused(told) if was_calm else told


def _as_of(rate: CallRate, now: float) -> CallRate:
    """Return the rate, after a lull with a timeline and a count that begin anew."""
    if -CREDIT_SECONDS <= rate.next_slot - now <= _CLOCK_SECONDS:
        return rate
    anew = replace(
        rate, empty_at=None, next_slot=now - CREDIT_SECONDS, next_urgent=min(rate.next_urgent, now)
    )
    if rate.quota is None:
        return anew
    return replace(anew, pressed_seconds=min(rate.pressed_seconds, rate.plateau_seconds))


def _emptied(rate: CallRate, at: float) -> CallRate:
    granted = _granted_until(rate, at)
    return replace(rate, empty_at=at, granted_before=granted, throttled_before=rate.throttled)


def _paused(rate: CallRate) -> CallRate:
    """Leave out a slot or two, so that calls that come a little early find tokens."""
    return replace(rate, next_slot=rate.next_slot + max(CREDIT_SECONDS, 1 / rate.pace))


def _granted_until(rate: CallRate, at: float) -> int:
    return rate.admitted - rate.throttled - sum(run.after(at) for run in rate.runs)


def _knowing(rate: CallRate, quota: float, counted_seconds: float) -> CallRate:
    plateau = min(PLATEAU_SECONDS, max(_LEAST_PLATEAU_SECONDS, counted_seconds))
    return replace(rate, quota=max(_LEAST_QUOTA, quota), plateau_seconds=plateau)


def _learned(rate: CallRate, quota: float, slot: float, empty_at: float) -> CallRate:
    """Move the quota as far as the calls granted since `empty_at` say it must be moved."""
    seconds, granted = slot - empty_at, _granted_until(rate, slot) - rate.granted_before
    least = (granted - _COUNT_ERROR) / seconds
    most = (granted + _COUNT_ERROR) / seconds
    if granted <= _COUNT_ERROR and seconds > _OUTAGE_SECONDS:
        return _emptied(rate, slot)
    is_doubtful = quota > most and rate.throttled - rate.throttled_before < _SURELY
    if granted <= _COUNT_ERROR or seconds < _LEAST_SECONDS or is_doubtful:
        return rate
    if least <= quota <= most and quota.is_integer():
        return _knowing(rate, quota, PLATEAU_SECONDS)
    if most < quota / 2:  # the end of an outage may be in the count: half at a time
        return _emptied(_knowing(rate, quota / 2, seconds), slot)
    whole = round(granted / seconds)
    if seconds >= _WHOLE_SECONDS and whole and abs(whole * seconds - granted) <= 1:
        return _knowing(rate, float(whole), PLATEAU_SECONDS)  # as quotas are, as a rule
    return _knowing(rate, min(max(quota, least), most), seconds)

"""What must not be shown because the JMS said so: hidden at once, removed after a second word."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from app.domain.booking import RecordStatus
from app.domain.removal import RemovalReason

DAY, _MINUTE = timedelta(days=1), timedelta(minutes=1)
_MOST_BETWEEN_READS = timedelta(days=30)
_FIRST_MISS, _LAST_MISS = timedelta(minutes=1), timedelta(hours=1)

DIGEST_LENGTH = 16
"""Hexadecimal digits: enough that no two sets of photos are taken for each other by chance."""

REASONS = {
    RecordStatus.EXPUNGED: RemovalReason.EXPUNGED,
    RecordStatus.SEALED: RemovalReason.SEALED,
    RecordStatus.JUVENILE: RemovalReason.JUVENILE,
    RecordStatus.RESTRICTED: RemovalReason.OTHER,
}


class WithheldState(StrEnum):
    """What becomes of a photo that is hidden."""

    WAITING = "waiting"  # for the second word, and for its delay
    ASKING = "asking"  # too many in a day: hidden, and nothing goes until somebody says so
    AGREED = "agreed"  # somebody said so; it goes on as one that waits
    SHOWN = "shown"  # the JMS said that it is active again
    REMOVED = "removed"

    @property
    def is_open(self) -> bool:
        """Whether the photo is hidden."""
        return self not in {WithheldState.SHOWN, WithheldState.REMOVED}


@dataclass(frozen=True, slots=True)
class Withheld:
    """A photo that is, or was, hidden for its record status."""

    withheld_id: int
    external_image_id: str
    status: RecordStatus
    state: WithheldState
    hidden_at: datetime
    event_id: str | None = None  # that said it; None: it was read
    confirmed_at: datetime | None = None  # the second word
    hold_id: str | None = None  # of the hold that kept it when its time had come
    removal_id: str | None = None
    ended_at: datetime | None = None
    misses: int = 0  # reads in a row that got no answer

    @property
    def asks(self) -> bool:
        """Whether nothing becomes of it until somebody says so."""
        return self.state is WithheldState.ASKING

    @property
    def heard(self) -> str:
        """Say on whose word it is hidden; the authority that its removal names."""
        if self.event_id is not None:
            return f"JMS event {self.event_id}"
        return f"JMS, read {self.hidden_at:%Y-%m-%dT%H:%M:%SZ}"


@dataclass(frozen=True, slots=True)
class RemovalTerms:
    """When what is hidden is removed, and how many may go in a day without being asked for."""

    statuses: frozenset[RecordStatus]  # others stay hidden
    delay: timedelta  # after it was hidden
    confirm_after: timedelta  # the second word comes no sooner
    share: float  # of the faces in the gallery
    least: int  # may go however small the gallery is, but never more than its half

    def allowance(self, faces: int) -> int:
        """Return how many may be hidden within a day before it looks like a mistake."""
        of_small = min(self.least, max(1, faces // 2))
        return max(of_small, int(self.share * faces))

    def is_removed(self, status: RecordStatus) -> bool:
        """Say whether records of this status are removed in time."""
        return status in self.statuses

    def due_at(self, one: Withheld) -> datetime | None:
        """Return when it may be removed at the earliest; None: it only stays hidden."""
        return one.hidden_at + self.delay if self.is_removed(one.status) else None

    def read_again_at(self, one: Withheld, now: datetime) -> datetime:
        """Return when the JMS is asked again after it said once more that it is hidden.

        When it is due, and where nothing is, more and more seldom.
        """
        due_at = self.due_at(one)
        if due_at is not None and now < due_at and one.state is not WithheldState.ASKING:
            return due_at
        return now + min(max(now - one.hidden_at, DAY), _MOST_BETWEEN_READS)

    def may_go(self, one: Withheld, confirmed_at: datetime) -> bool:
        """Say whether the second word, given then, is the last one that its removal needs."""
        due_at = self.due_at(one)
        if due_at is None or one.state not in {WithheldState.WAITING, WithheldState.AGREED}:
            return False
        return confirmed_at >= max(due_at, one.hidden_at + self.confirm_after)


@dataclass(frozen=True, slots=True)
class Asking:
    """The photos that ask, by their number and what names this very set of them."""

    photos: int
    digest: str

    @classmethod
    def of(cls, statuses: Mapping[int, RecordStatus]) -> "Asking":
        """Return what names these, by their `withheld_id` and as what they are hidden."""
        lines = "\n".join(f"{one} {statuses[one]}" for one in sorted(statuses))
        return cls(len(statuses), hashlib.sha256(lines.encode()).hexdigest()[:DIGEST_LENGTH])


@dataclass(frozen=True, slots=True)
class WithheldList:
    """What is, or was, hidden, as far as it is listed, and how many of all photos ask."""

    items: Sequence[Withheld]
    asking: Asking

    @property
    def digest(self) -> str | None:
        """Return what `confirm` has to be told; None where others ask than are listed."""
        seen = {one.withheld_id: one.status for one in self.items if one.asks}
        return self.asking.digest if Asking.of(seen) == self.asking else None


def next_try(misses: int, now: datetime) -> datetime:
    """Return when a JMS that did not answer is asked again."""
    doublings: int = min(misses, 10)
    return now + min(_FIRST_MISS * (1 << doublings), _LAST_MISS)


def full_days(
    by_minute: Sequence[tuple[datetime, int]], allowance: int
) -> list[tuple[datetime, datetime]]:
    """Return the times in which more were hidden than may be within a day; one after another.

    `by_minute` has the minutes in order, and how many were hidden in each.
    """
    full, first, within = list[tuple[datetime, datetime]](), 0, 0
    for minute, number in by_minute:
        within += number
        while minute - by_minute[first][0] >= DAY:
            within -= by_minute[first][1]
            first += 1
        if within > allowance:
            full.append((by_minute[first][0], minute + _MINUTE))
    return _joined(full)


def _joined(spans: Sequence[tuple[datetime, datetime]]) -> list[tuple[datetime, datetime]]:
    joined = list[tuple[datetime, datetime]]()
    for since, until in spans:
        if joined and since <= joined[-1][1]:
            joined[-1] = (joined[-1][0], until)
        else:
            joined.append((since, until))
    return joined

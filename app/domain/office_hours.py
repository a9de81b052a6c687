"""When people are usually at work: what is asked at other times is told apart in reports."""

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo
from typing import Self

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_FORM = re.compile(
    r"(?P<from>[a-z]{3})-(?P<to>[a-z]{3}) (?P<start>\d\d:\d\d)-(?P<end>\d\d:\d\d)", re.ASCII
)


@dataclass(frozen=True, slots=True)
class OfficeHours:
    """Days and hours on one clock; hours that end before they begin go over midnight."""

    days: frozenset[int]  # 0 is Monday
    start: time
    end: time
    zone: tzinfo

    @classmethod
    def parsed(cls, text: str, zone: tzinfo) -> Self:
        """Read `mon-fri 07:00-19:00`; ValueError."""
        found = _FORM.fullmatch(" ".join(text.lower().split()))
        if found is None or found["from"] not in _DAYS or found["to"] not in _DAYS:
            raise ValueError(f"{text!r} are no hours; write them as mon-fri 07:00-19:00")
        first, last = _DAYS.index(found["from"]), _DAYS.index(found["to"])
        days = {(first + i) % 7 for i in range((last - first) % 7 + 1)}
        start, end = time.fromisoformat(found["start"]), time.fromisoformat(found["end"])
        return cls(frozenset(days), start, end, zone)

    def contain(self, at: datetime) -> bool:
        """Say whether a time is within; the end is not."""
        local = at.astimezone(self.zone)
        clock, day = local.time(), local.weekday()
        if self.start < self.end:
            return day in self.days and self.start <= clock < self.end
        if clock >= self.start:
            return day in self.days
        return clock < self.end and (day - 1) % 7 in self.days


def last_week(now: datetime, zone: tzinfo) -> tuple[datetime, datetime]:
    """Return the Monday before last Monday, and last Monday, on the agency's clock."""
    today = now.astimezone(zone).date()
    monday = today - timedelta(days=today.weekday())
    first, last = (datetime.combine(day, time(), zone) for day in (monday - timedelta(7), monday))
    return first, last

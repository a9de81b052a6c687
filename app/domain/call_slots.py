"""Slots of a timeline: each is one call's turn. All times are seconds on one clock."""

import math
from dataclasses import dataclass

_REMEMBERED_SECONDS = 2.0
"""News of a throttling comes sooner than this after its slot."""


@dataclass(frozen=True, slots=True)
class Run:
    """Evenly spaced slots that were given away, from `first` until before `end`."""

    first: float
    end: float
    count: int

    @property
    def interval(self) -> float:
        """Seconds between two slots."""
        return (self.end - self.first) / self.count

    def after(self, at: float) -> int:
        """Return how many of the slots are later than `at`."""
        if at < self.first:
            return self.count
        return max(0, self.count - 1 - math.floor((at - self.first) / self.interval + 1e-6))


@dataclass(frozen=True, slots=True)
class Lease:
    """Slots `interval` apart, as of `now`; where there are none, ask again at `ask_again`."""

    now: float
    first: float
    interval: float
    count: int
    ask_again: float


def extended(runs: tuple[Run, ...], run: Run, now: float) -> tuple[Run, ...]:
    """Return the runs that still matter with one more, joined to the last where it continues it."""
    if not run.count:
        return runs
    kept = tuple(one for one in runs if one.end > now - _REMEMBERED_SECONDS)
    if not kept or not _continues(kept[-1], run):
        return (*kept, run)
    return (*kept[:-1], Run(kept[-1].first, run.end, kept[-1].count + run.count))


def _continues(last: Run, run: Run) -> bool:
    return (
        abs(run.first - last.end) < 1e-3  # noqa: PLR2004 - a millisecond
        and abs(run.interval / last.interval - 1) < 0.02  # noqa: PLR2004 - counts stay right
        and run.end - last.first < 2 * _REMEMBERED_SECONDS
    )

"""How far an import is: speeds, the time left, and what a dry run foretells."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.domain.imports import Estimate, Import, ImportCounts, ImportState, ImportWorker

LATELY = timedelta(minutes=1)
"""Over which the speed of now is measured."""

STEADY = timedelta(minutes=20)
"""Over which the speed is measured that the time left is told by: long enough to be steady."""

_ENOUGH = 10
"""Items before a speed says anything."""


@dataclass(frozen=True, slots=True)
class Pace:
    """Items that workers settled in so many seconds."""

    settled: int
    seconds: float

    @property
    def rate(self) -> float | None:
        """Items a second; None where there are too few to tell."""
        if self.settled < _ENOUGH or self.seconds <= 0:
            return None
        return self.settled / self.seconds


@dataclass(frozen=True, slots=True)
class QuotaFigure:
    """What the calls of a service of others may be, and were."""

    operation: str
    quota: float | None  # calls a second, as learned
    admitted: int
    throttled: int


@dataclass(frozen=True, slots=True)
class ImportProgress:
    """An import as it stands."""

    running: Import
    counts: ImportCounts
    rate_now: float | None  # items settled by workers a second, over the last minute
    rate_average: float | None  # over the last twenty minutes
    seconds_left: float | None  # None: not known, or nothing goes on
    workers: tuple[ImportWorker, ...]
    quotas: tuple[QuotaFigure, ...]  # empty where the engine is our own
    estimate: Estimate | None  # of a dry run
    as_of: datetime


def seconds_left(running: Import, counts: ImportCounts, steady: Pace) -> float | None:
    """Return how long the rest takes at the steady pace; None where it cannot be said.

    It can be said once the listing has ended: until then nobody knows how much is left.
    """
    if running.state is not ImportState.RUNNING or not running.is_listed:
        return None
    if counts.waiting == 0:
        return 0.0
    return counts.waiting / steady.rate if steady.rate else None

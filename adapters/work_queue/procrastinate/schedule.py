"""When something is due again and again, as cron writes it."""

from dataclasses import dataclass
from datetime import datetime, tzinfo

from croniter import croniter


@dataclass(frozen=True, slots=True)
class Schedule:
    """Five fields of cron, or six with seconds at the end, on the clock of a place.

    Raises ValueError when they are none.
    """

    cron: str
    zone: tzinfo

    def __post_init__(self) -> None:
        if not croniter.is_valid(self.cron):
            raise ValueError(f"{self.cron!r} is no schedule; 0 3 * * * means three at night")

    def last(self, now: datetime) -> datetime:
        """Return the latest moment before now."""
        moment: datetime = croniter(self.cron, now.astimezone(self.zone)).get_prev(datetime)
        return moment

    def next(self, now: datetime) -> datetime:
        """Return the first moment after now."""
        moment: datetime = croniter(self.cron, now.astimezone(self.zone)).get_next(datetime)
        return moment

"""Whether a JMS is believed that it does not know a photo's booking any more."""

from datetime import datetime, timedelta
from typing import Final

APART: Final = timedelta(hours=1)
"""Between two words that count as two: what stands before a JMS says so too while that is away."""

_REMEMBERED: Final = timedelta(days=1)


class UnknownTwice:
    """What this process heard so; after a start, or from another process, it is heard anew."""

    def __init__(self) -> None:
        self.since: dict[int, datetime] = {}  # by withheld_id

    def is_believed(self, withheld_id: int, at: datetime, *, knows_others: bool) -> bool:
        """Say whether it is: where it knew another one just then, or said the same an hour ago."""
        self.since = {one: since for one, since in self.since.items() if at - since <= _REMEMBERED}
        return knows_others or at - self.since.setdefault(withheld_id, at) >= APART

    def forget(self, withheld_id: int) -> None:
        """Begin anew: the JMS knows the booking."""
        self.since.pop(withheld_id, None)

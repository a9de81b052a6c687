"""When so much fails in a row that going on would only use up every photo's attempts."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from app.domain.imports import ItemReason

MOST_IN_A_ROW = 20
"""Failures that may pass, of different photos, with no success between them."""

SECONDS = 15.0
"""That they last at least: a program that is started again, or a process, is back by then."""

CLEARED_SECONDS = 60.0
"""How long it counts that what fails was found to answer: then photos alone are at fault."""

_OUTAGES = frozenset(
    {
        ItemReason.SOURCE_TIMEOUT,
        ItemReason.SOURCE_UNAVAILABLE,
        ItemReason.ENGINE_UNAVAILABLE,
    }
)


@dataclass(slots=True)
class Outages:
    """Counts in one process; each worker finds out by itself."""

    clock: Callable[[], float] = time.monotonic
    in_a_row: int = 0
    since: float | None = None
    cleared_until: float = float("-inf")

    @property
    def is_suspected(self) -> bool:
        """Whether what fails now fails by an outage, though it may be over soon."""
        return self.in_a_row >= MOST_IN_A_ROW and self.clock() >= self.cleared_until

    def clear(self) -> None:
        """Drop the suspicion for a while: it was asked, and answers."""
        self.in_a_row, self.since = 0, None
        self.cleared_until = self.clock() + CLEARED_SECONDS

    def note(self, reason: ItemReason | None) -> bool:
        """Note what came of one photo (None: it is in, or it alone is at fault).

        Says whether this looks like an outage; then the time begins anew. The suspicion stays
        until a photo comes through.
        """
        if reason not in _OUTAGES:
            self.in_a_row, self.since = 0, None
            return False
        now = self.clock()
        self.in_a_row += 1
        self.since = now if self.since is None else self.since
        if not self.is_suspected or now - self.since < SECONDS:
            return False
        self.since = None
        return True

"""The records of preservation holds."""

from collections.abc import Sequence
from typing import Protocol

from app.domain.hold import Hold, HoldRelease


class HoldRecords(Protocol):
    """Holds, with those that were released; every method raises RecordsUnavailableError."""

    async def in_force(self) -> Sequence[Hold]:
        """Return the holds in force, oldest first; a new one waits until this unit ends.

        One on a person has the photos that were theirs when it was placed or at any time since, and
        the other numbers that mean them: before and after what events merged or renumbered, and
        those that what the JMS answers leads to. So whatever is destroyed in this unit was held by
        nobody at that moment.
        """
        ...

    async def add(self, hold: Hold) -> None:
        """Place a hold, on a person by any number; waits for the units that destroy something."""
        ...

    async def get_locked(self, hold_id: str) -> Hold | None:
        """Return a hold and keep other units that ask so from it until this one ends."""
        ...

    async def release(self, hold_id: str, release: HoldRelease) -> None:
        """End a hold; it is kept as history."""
        ...

    async def page(self, after: str | None, limit: int, *, in_force: bool) -> Sequence[Hold]:
        """Return holds, newest first, after the one with id `after`; all, or those in force."""
        ...

"""Use case: do removals wait for somebody's word?"""

from dataclasses import dataclass

from app.domain.errors import RemovalsWaitError
from app.domain.withheld import WithheldState
from app.ports.records import Records


@dataclass(frozen=True, slots=True)
class CheckWithheld:
    """So many were hidden in a day that it may be a mistake: somebody had better look."""

    records: Records

    async def __call__(self) -> None:
        """Return when none asks; RemovalsWaitError, RecordsUnavailableError."""
        async with self.records.view() as view:
            counts = await view.withheld.counts()
        if asking := counts.get(WithheldState.ASKING):
            raise RemovalsWaitError(f"{asking} photos are hidden, and none of them is removed.")

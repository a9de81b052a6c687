"""The call quota port: shares out the calls a second that a service of others allows."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from app.domain.call_slots import Lease


@dataclass(frozen=True, slots=True)
class Admission:
    """A call's turn: it goes now, and says with this if it was throttled all the same."""

    operation: str
    slot: float


@dataclass(frozen=True, slots=True)
class QuotaUse:
    """What is known of one operation, all processes together."""

    operation: str
    quota: float | None  # calls a second as learned; None before the first throttling
    admitted: int  # calls so far, throttled ones included
    throttled: int


class CallQuota(Protocol):
    """Lets calls go at the pace that the service allows, whoever else calls it.

    `admitted` and `uses` raise RecordsUnavailableError where what is shared cannot be reached.
    """

    async def admitted(self, operation: str, *, urgent: bool) -> Admission:
        """Return when the call may go; cancel it to give up. Urgent calls pass all others."""
        ...

    async def throttled(self, admission: Admission) -> None:
        """Learn that the service throttled the call; never raises."""
        ...

    async def uses(self) -> Sequence[QuotaUse]:
        """Return what is known of every operation called so far."""
        ...


class QuotaLedger(Protocol):
    """Keeps the timelines that processes share; every method raises RecordsUnavailableError."""

    async def lease(self, operation: str, wanted: int, *, urgent: bool, unused: int) -> Lease:
        """Take up to `wanted` slots (all of them when urgent); `unused` earlier ones were not."""
        ...

    async def throttled(self, operation: str, slot: float) -> None:
        """Write down that the call of this slot was throttled."""
        ...

    async def uses(self) -> Sequence[QuotaUse]:
        """Return what is known of every operation."""
        ...

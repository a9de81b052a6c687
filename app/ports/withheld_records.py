"""The records of what must not be shown.

A photo that is written down with a status that is not active is here from then on, whoever writes
it; one that is shown again, or removed, is ended.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from app.domain.booking import RecordStatus
from app.domain.withheld import Asking, Withheld, WithheldState


@dataclass(frozen=True, slots=True)
class Hiding:
    """Why photos are hidden: on which event's word, since when, and until when it stands alone."""

    status: RecordStatus
    event_id: str
    at: datetime
    believed_at: datetime  # what the JMS is asked before then shows none of them


class WithheldRecords(Protocol):
    """What is hidden in one collection; every method raises RecordsUnavailableError."""

    async def hide(self, external_image_ids: Sequence[str], why: Hiding) -> None:
        """Hide photos in every collection, and those that come under these ids later.

        What is hidden as something stricter stays that, with its times: only what the JMS answers
        when it is asked makes less of it.
        """
        ...

    async def of(self, external_image_ids: Sequence[str]) -> Mapping[str, RecordStatus]:
        """Return the status of each id that is hidden."""
        ...

    async def removed_as(self, external_image_id: str) -> RecordStatus | None:
        """Return as what a photo that was removed was hidden at that moment."""
        ...

    async def to_read(
        self, now: datetime, hidden_before: datetime, until: datetime, limit: int
    ) -> Sequence[Withheld]:
        """Take those that the JMS is to be asked about; nobody else gets them before `until`."""
        ...

    async def said_again(self, read_again: Mapping[int, datetime], at: datetime) -> None:
        """Write that the JMS said once more, when asked at that time, that they are hidden."""
        ...

    async def missed(self, read_again: Mapping[int, datetime]) -> None:
        """Write that the JMS did not answer."""
        ...

    async def show(self, external_image_ids: Sequence[str], at: datetime) -> None:
        """Show what the JMS said is active when it was asked then, in every collection."""
        ...

    async def count_new(self) -> Sequence[tuple[datetime, int]]:
        """Count what was hidden in each minute of the days with some that were never counted.

        They are from then on; whoever counts stops what is too much in the same unit. What somebody
        agreed to, or is shown again, counts no more.
        """
        ...

    async def stop(self, since: datetime, until: datetime) -> int:
        """Let those ask that were hidden between these times and wait; return how many."""
        ...

    async def ask(self, withheld_ids: Sequence[int]) -> None:
        """Let these ask: nobody else can give the second word."""
        ...

    async def counts(self) -> Mapping[WithheldState, int]:
        """Count what is hidden, by what becomes of it."""
        ...

    async def asking(self) -> Asking:
        """Return which photos ask."""
        ...

    async def agree(self) -> Asking:
        """Let all that ask go on as those that wait; return which they were."""
        ...

    async def read_soon(self, at: datetime) -> None:
        """Have the JMS asked again about all that is hidden."""
        ...

    async def removing(self, one: Withheld, removal_id: str) -> bool:
        """Say that it is being removed, and keep it so; False where it may not be any more.

        It may not where its status, its time or its second word is another by now, or where it was
        never counted. The photo is locked before.
        """
        ...

    async def held(self, withheld_id: int, hold_id: str, read_at: datetime) -> bool:
        """Say that a hold kept it, and try again then; False where that was said before."""
        ...

    async def reconcile(self) -> int:
        """Hide again what came while it was being hidden; return how many photos."""
        ...

    async def to_tell(self, limit: int) -> Sequence[Withheld]:
        """Return those of which the audit has not the newest state, for this unit alone."""
        ...

    async def told(self, withheld_ids: Sequence[int]) -> None:
        """Say that the audit has their newest state."""
        ...

    async def page(
        self, state: WithheldState | None, after: int | None, limit: int
    ) -> Sequence[Withheld]:
        """Return what is, or was, hidden, newest first; all, or those of one state."""
        ...

"""The records of what the JMS told by itself."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from app.domain.jms_events import About, EventAnswer, JmsEvent, KnownEvent, Meant


class JmsEventRecords(Protocol):
    """Events by the sender's ids; every method raises RecordsUnavailableError."""

    async def claim(self, event: JmsEvent, received_at: datetime) -> KnownEvent | None:
        """Write an event down, or return the one that has its id already.

        Another unit that has the same id waits until this one ends.
        """
        ...

    async def answer(self, answer: EventAnswer, followed_at: datetime | None) -> None:
        """Write what came of an event; without `followed_at` something is left to do."""
        ...

    async def meant(self, about: About) -> Meant:
        """Return what is named, of a person, or of a booking.

        Those of the collections of Rekognition's clients too. A number means what has another one
        since a merge or renumbering too, by an event or by the JMS's answers; a photo's own id
        also the photo that had another one before.
        """
        ...

    async def newcomers(
        self, about: About, received_at: datetime, believed_at: datetime
    ) -> Sequence[str]:
        """Return the ids of photos of the persons and bookings that an event did not hide yet.

        None that was hidden at any time since it was received, nor any of which the JMS said
        something from `believed_at` on.
        """
        ...

    async def renumber(self, about: About, believed_at: datetime) -> None:
        """Remember which numbers are another now, where the event says so of any.

        Photos of persons or of a booking have the new one at once; and so has each of which the
        JMS, asked before `believed_at`, says an old one later. Of several such words the newest
        counts, and each number is the last of those that it became.
        """
        ...

    async def to_follow(self, limit: int) -> Sequence[KnownEvent]:
        """Return events of which something is left to do, oldest first.

        At most `limit` of those that hide, of those that an import is for, and of all others; those
        for an import last.
        """
        ...

    async def followed(self, event_ids: Sequence[str], at: datetime) -> None:
        """Say that nothing is left to do of them."""
        ...

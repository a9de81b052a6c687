"""What a JMS tells by itself: something was made, changed, sealed, expunged, merged, renumbered."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.domain.booking import RecordStatus


class EventType(StrEnum):
    """What happened in the JMS."""

    CREATED = "created"
    UPDATED = "updated"
    SEALED = "sealed"
    EXPUNGED = "expunged"
    MERGED = "merged"
    RENUMBERED = "renumbered"


class Numbered(StrEnum):
    """What can get another number."""

    PERSON_ID = "person_id"
    BOOKING_NUMBER = "booking_number"
    EXTERNAL_IMAGE_ID = "external_image_id"


@dataclass(frozen=True, slots=True)
class About:
    """What an event names; the photos of all of it together are meant."""

    external_image_ids: tuple[str, ...] = ()
    person_ids: tuple[str, ...] = ()
    booking_numbers: tuple[str, ...] = ()
    numbered: Numbered | None = None  # of a renumbering: what `to` is, and the one thing above
    to: str | None = None  # the person merged into, or the new number

    def by_now(self) -> "About":
        """Return what names the same photos once they have their new number."""
        match self.numbered if self.to else None:
            case Numbered.PERSON_ID:
                return About(person_ids=(self.to or "",))
            case Numbered.BOOKING_NUMBER:
                return About(booking_numbers=(self.to or "",))
            case _:
                return self


@dataclass(frozen=True, slots=True)
class JmsEvent:
    """One event; `event_id` is the sender's own, and the same event always has the same."""

    event_id: str
    type: EventType
    occurred_at: datetime
    about: About
    status: RecordStatus | None = None  # of what is sealed or expunged

    def sha256(self) -> str:
        """Return what two events with one id must have in common."""
        parts = (self.type.value, self.occurred_at.timestamp(), self.about, self.status)
        return hashlib.sha256(repr(parts).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class EventAnswer:
    """What came of an event when it was first received."""

    event_id: str
    type: EventType
    received_at: datetime
    photos: int  # on record that were meant
    unknown: int  # ids, persons and bookings of which no photo is on record


@dataclass(frozen=True, slots=True)
class KnownEvent:
    """An event on record."""

    event: JmsEvent
    answer: EventAnswer
    sha256: str

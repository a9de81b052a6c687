"""What a JMS tells by itself: something was made, changed, sealed, expunged, merged, renumbered."""

import hashlib
from collections.abc import Sequence
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

    def named(self, kind: Numbered) -> tuple[str, ...]:
        """Return the numbers of a kind that it names."""
        match kind:
            case Numbered.PERSON_ID:
                return self.person_ids
            case Numbered.BOOKING_NUMBER:
                return self.booking_numbers
            case Numbered.EXTERNAL_IMAGE_ID:
                return self.external_image_ids


@dataclass(frozen=True, slots=True)
class Meant:
    """What the numbers that an event names stand for by now."""

    photos: Sequence[str]  # ids of those on record
    ids: Sequence[str]  # of photos: those named, and what they were before or are since
    unknown: int  # ids, persons and bookings of which no photo is on record


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

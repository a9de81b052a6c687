"""The jail management system port: knows who is, or was, booked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from app.domain.booking import Booking
from app.domain.photo import View


@dataclass(frozen=True, slots=True)
class PhotoRef:
    """One photo the JMS knows."""

    external_image_id: str
    booking_number: str | None
    view: View
    taken_at: datetime | None
    location: str  # where the bytes are, in the adapter's own terms


@dataclass(frozen=True, slots=True)
class PhotoRefs:
    """A page of photos; `next` goes into the following call."""

    items: tuple[PhotoRef, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class BookingAnswers:
    """What the JMS said of each id asked; an id in neither is one it knows no booking of."""

    found: Mapping[str, Booking]
    unavailable: frozenset[str] = frozenset()  # asked, not answered: try these again


class Jms(Protocol):
    """Knows bookings by ExternalImageId.

    Every method raises JmsUnavailableError (try again) or JmsMisconfiguredError (a setting or
    mapping is wrong, or the answer cannot be used).
    """

    async def bookings(self, external_image_ids: Sequence[str]) -> BookingAnswers:
        """Say what is known of each id; one that fails costs the others nothing.

        Raises only when nothing was learnt of any id; with no ids nothing is asked.
        """
        ...

    async def photos(self, view: View, since: datetime | None, after: str | None) -> PhotoRefs:
        """Return a page of the photos of one view; JmsCannotListError when it knows no photos."""
        ...

    async def photo(self, ref: PhotoRef) -> bytes:
        """Return the bytes of a listed photo; JmsCannotListError when it knows no photos."""
        ...

    async def ping(self) -> None:
        """Return when the JMS answers."""
        ...

"""The jail management system port: knows who is, or was, booked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, runtime_checkable

from app.domain.booking import Booking
from app.domain.imports import ItemReason
from app.domain.mapped_fields import MappedField
from app.domain.photo import View


@dataclass(frozen=True, slots=True)
class PhotoRef:
    """One photo the JMS knows; a view that was not asked for is one the JMS did not leave out."""

    external_image_id: str
    booking_number: str | None
    view: View
    taken_at: datetime | None
    location: str  # where the bytes are, in the adapter's own terms


@dataclass(frozen=True, slots=True)
class UnusableRef:
    """An entry of a listing that names no photo that can be fetched; it is told, not left out."""

    name: str  # its id where it has one, else its place in the listing
    reason: ItemReason  # ENTRY_UNUSABLE or ID_NOT_ENCODABLE
    detail: str  # what is wrong with it, for people


@dataclass(frozen=True, slots=True)
class PhotoRefs:
    """A page of photos; `next` goes into the following call, None ends the listing."""

    items: tuple[PhotoRef, ...]
    next: str | None
    problems: tuple[UnusableRef, ...] = ()


@dataclass(frozen=True, slots=True)
class BookingAnswers:
    """What the JMS said of each id asked; an id in neither is one it knows no booking of."""

    found: Mapping[str, Booking]
    unavailable: frozenset[str] = frozenset()  # asked, not answered: try these again
    asked_at: Mapping[str, datetime] = field(
        default_factory=dict
    )  # where that may be before this call


class Jms(Protocol):
    """Knows bookings and photos by id: an adapter by the JMS's own, the core by ExternalImageId.

    What stands between the two encodes and decodes them (`app.domain.encoded_ids`). Every method
    raises JmsUnavailableError (try again; JmsTimeoutError is a kind of it) or
    JmsMisconfiguredError (a setting or mapping is wrong, or the answer cannot be used).
    """

    async def bookings(self, external_image_ids: Sequence[str]) -> BookingAnswers:
        """Say what is known of each id; one that fails costs the others nothing.

        Raises only when nothing was learnt of any id; with no ids nothing is asked.
        """
        ...

    async def photos(self, view: View, since: datetime | None, after: str | None) -> PhotoRefs:
        """Return a page of the photos of one view, those new or changed since then.

        An entry that cannot be used is one of the problems, never left out. Raises
        JmsCannotListError, with what it would take, when this JMS knows no photos.
        """
        ...

    async def photo(self, ref: PhotoRef) -> bytes:
        """Return the bytes of a listed photo; at most one byte more than PHOTO_BYTES is read.

        Raises PhotoMissingError, PhotoTooLargeError, PhotoUnreadableError and
        UnsupportedPhotoError for this photo's own faults.
        """
        ...

    async def ping(self) -> None:
        """Return when the JMS answers."""
        ...


@runtime_checkable
class GivesWay(Protocol):
    """What an adapter may do besides: keep those who wait from waiting for those who do not."""

    async def bookings_unhurried(self, external_image_ids: Sequence[str]) -> BookingAnswers:
        """Do as `Jms.bookings`, for work in the background, which may ask for hundreds.

        However many they are, lookups by `bookings` meanwhile are asked at once.
        """
        ...


@runtime_checkable
class ExplainsBookings(Protocol):
    """What an adapter may do besides: say how it came to a booking, for `candid jms check`."""

    async def explained(self, external_image_id: str) -> tuple[MappedField, ...] | None:
        """Ask the JMS and say what came of each field; None where it knows no such booking.

        The id is the JMS's own. Raises what `Jms.bookings` raises of one id.
        """
        ...

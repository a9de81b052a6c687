"""A jail management system in memory."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from typing_extensions import override

from app.domain.booking import Booking
from app.domain.errors import JmsCannotListError, JmsUnavailableError
from app.domain.photo import View
from app.ports.jms import BookingAnswers, Jms, PhotoRef, PhotoRefs


class FakeJms(Jms):
    """Knows `known`; does not answer for `unavailable` ids, nor at all while it is down."""

    def __init__(self, known: Mapping[str, Booking], *, down: bool = False) -> None:
        self.known = dict(known)
        self.unavailable = set[str]()
        self.down = down

    @override
    async def bookings(self, external_image_ids: Sequence[str]) -> BookingAnswers:
        asked = set(external_image_ids)
        if asked and (self.down or asked <= self.unavailable):
            raise JmsUnavailableError
        answered = asked - self.unavailable
        found = {key: booking for key, booking in self.known.items() if key in answered}
        return BookingAnswers(found, frozenset(asked & self.unavailable))

    @override
    async def photos(self, view: View, since: datetime | None, after: str | None) -> PhotoRefs:
        raise JmsCannotListError

    @override
    async def photo(self, ref: PhotoRef) -> bytes:
        raise JmsCannotListError

    @override
    async def ping(self) -> None:
        if self.down:
            raise JmsUnavailableError

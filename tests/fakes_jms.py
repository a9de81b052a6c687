"""A jail management system in memory."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime

from typing_extensions import override

from app.domain.booking import Booking
from app.domain.errors import JmsCannotListError, JmsUnavailableError, PhotoMissingError
from app.domain.photo import View
from app.ports.jms import BookingAnswers, GivesWay, Jms, PhotoRef, PhotoRefs, UnusableRef
from app.ports.photo_source import checked_photo


class FakeJms(Jms, GivesWay):
    """Knows `known`; does not answer for `unavailable` ids, nor at all while it is down.

    With `photos`, those of each ref, it lists them too: the cursor is the number of those before.
    `problems` come with the first page.
    """

    def __init__(
        self,
        known: Mapping[str, Booking],
        photos: Mapping[PhotoRef, bytes] | None = None,
        *,
        down: bool = False,
        page_size: int = 1000,
    ) -> None:
        self.known = dict(known)
        self.listed = None if photos is None else dict(photos)
        self.problems: tuple[UnusableRef, ...] = ()
        self.unavailable = set[str]()
        self.down = down
        self.page_size = page_size

    @override
    async def bookings(self, external_image_ids: Sequence[str]) -> BookingAnswers:
        asked = set(external_image_ids)
        if asked and (self.down or asked <= self.unavailable):
            raise JmsUnavailableError
        answered = asked - self.unavailable
        found = {key: booking for key, booking in self.known.items() if key in answered}
        return BookingAnswers(found, frozenset(asked & self.unavailable))

    @override
    async def bookings_unhurried(self, external_image_ids: Sequence[str]) -> BookingAnswers:
        return await self.bookings(external_image_ids)

    @override
    async def photos(self, view: View, since: datetime | None, after: str | None) -> PhotoRefs:
        if self.down:
            raise JmsUnavailableError
        if self.listed is None:
            raise JmsCannotListError
        meant = [
            ref
            for ref in self.listed
            if ref.view is view and (since is None or ref.taken_at is None or ref.taken_at >= since)
        ]
        start = int(after or 0)
        end = start + self.page_size
        following = str(end) if end < len(meant) else None
        return PhotoRefs(tuple(meant[start:end]), following, self.problems if after is None else ())

    @override
    async def photo(self, ref: PhotoRef) -> bytes:
        if self.down:
            raise JmsUnavailableError
        for listed, photo in (self.listed or {}).items():
            same = listed.external_image_id == ref.external_image_id
            if same and listed.location == ref.location:
                return checked_photo(photo)
        raise PhotoMissingError

    @override
    async def ping(self) -> None:
        if self.down:
            raise JmsUnavailableError


class HeldJms(FakeJms):
    """Notes what it is asked, and answers while it is free to."""

    def __init__(self, known: Mapping[str, Booking]) -> None:
        super().__init__(known)
        self.asked: list[tuple[str, ...]] = []
        self.free = asyncio.Event()
        self.free.set()

    @override
    async def bookings(self, external_image_ids: Sequence[str]) -> BookingAnswers:
        self.asked.append(tuple(external_image_ids))
        await self.free.wait()
        return await super().bookings(external_image_ids)

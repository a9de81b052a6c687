"""What the demo JMS knows: bookings, their photos, and what is wrong with it."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Final

from app.demo_jms.faults import Chance, Faults, Turnstile
from app.demo_jms.people import FIRST, Columns, fictional_bookings
from app.demo_jms.pictures import drawn_portrait

PAGE: Final = 100
"""Photos, where nobody says another number."""

_WITH_PROFILES: Final = 3
"""Every third booking has them."""


@dataclass(frozen=True, slots=True)
class DemoPhoto:
    """One photo, under its id, and the booking that it belongs to."""

    external_image_id: str
    view: str
    booking: Columns
    changed_at: datetime
    picture: bytes | None = None  # where it is not drawn

    def read(self) -> bytes:
        """Return the JPEG."""
        if self.picture is not None:
            return self.picture
        person, hair = self.booking.get("person_id"), self.booking.get("hair_color")
        return drawn_portrait(str(person), str(hair), self.view)


@dataclass(frozen=True, slots=True)
class DemoPage:
    """A page of the listing; `next` is None at its end."""

    photos: tuple[DemoPhoto, ...]
    next: str | None


class DemoJail:
    """`count` fictional bookings of a seed, after those that `given` photos belong to."""

    def __init__(
        self,
        seed: int = 0,
        count: int = 1000,
        given: Sequence[DemoPhoto] = (),
        *,
        faults: Faults | None = None,
        page_size: int = PAGE,
    ) -> None:
        self.page_size = page_size
        self.faults = faults or Faults()
        self.chance = Chance(seed)
        self.turnstile = Turnstile()
        self._to_come = enumerate(fictional_bookings(seed))
        self._photos = [*given]
        for number, booking in islice(self._to_come, count):
            self._photos += _photos_of(number, booking)
        self._by_id = {photo.external_image_id: photo for photo in self._photos}

    def photo(self, external_image_id: str) -> DemoPhoto | None:
        """Return a photo, and with it the booking."""
        return self._by_id.get(external_image_id)

    def columns(self, photo: DemoPhoto) -> Columns:
        """Return what is said of a photo's booking."""
        named = {photo.external_image_id, photo.booking.get("external_image_id")}
        said = {**photo.booking, "external_image_id": photo.external_image_id}
        return {**said, "status": "sealed"} if named & self.faults.sealed else said

    def page(self, view: str | None, since: datetime | None, after: str | None) -> DemoPage:
        """Return a page of the listing: by id, or by place while it shifts.

        Raises ValueError for a cursor that is none.
        """
        meant = [
            photo
            for photo in self._photos
            if view in (None, photo.view) and (since is None or photo.changed_at >= since)
        ]
        if self.faults.shift:
            page = _by_place(meant[::-1], after, self.page_size)
            self._move(self.faults.shift)
            return page
        return _in_order(meant, after, self.page_size)

    def _move(self, shift: int) -> None:
        """Have bookings come or go where the listing begins."""
        for number, booking in islice(self._to_come, max(shift, 0)):
            came = [*_photos_of(number, booking)]
            self._photos += came
            self._by_id |= {photo.external_image_id: photo for photo in came}
        for _ in range(min(-shift, len(self._photos))):
            gone = self._photos.pop()
            del self._by_id[gone.external_image_id]


def _in_order(meant: Sequence[DemoPhoto], after: str | None, limit: int) -> DemoPage:
    listed = sorted(meant, key=_id)
    start = 0 if after is None else bisect_right(listed, after, key=_id)
    photos = tuple(listed[start : start + limit])
    is_last = start + limit >= len(listed)
    return DemoPage(photos, None if is_last else photos[-1].external_image_id)


def _by_place(listed: Sequence[DemoPhoto], after: str | None, limit: int) -> DemoPage:
    start = int(after or 0)
    end = start + limit
    return DemoPage(tuple(listed[start:end]), str(end) if end < len(listed) else None)


def _id(photo: DemoPhoto) -> str:
    return photo.external_image_id


def given_photo(booking: Columns, picture: bytes) -> DemoPhoto:
    """Return a front view that there is a picture of."""
    name = str(booking["external_image_id"])
    return DemoPhoto(name, "front", booking, FIRST, picture)


def _photos_of(number: int, booking: Columns) -> Iterator[DemoPhoto]:
    front, at = str(booking["external_image_id"]), datetime.fromisoformat(str(booking["booked_at"]))
    yield DemoPhoto(front, "front", {**booking, "view": "front"}, at)
    if number % _WITH_PROFILES == 0:
        for view in ("left", "right"):
            name = f"{front}-{view[0].upper()}"
            yield DemoPhoto(name, view, {**booking, "view": view}, at)

"""The photos that a bookings file names in its column `photo`, in pages."""

from bisect import bisect_right
from collections.abc import Iterator
from datetime import datetime, tzinfo
from typing import Final

from adapters.jms.file.table import BookingTable, RowProblem
from adapters.picture_files import PictureFiles
from app.domain.booking import Booking
from app.domain.errors import JmsCannotListError
from app.domain.imports import ItemReason
from app.domain.photo import View
from app.ports.jms import PhotoRef, PhotoRefs, UnusableRef

PAGE: Final = 1000
"""Photos on a page."""

LOOKED_AT: Final = 10
"""Pages' worth of rows looked at for one page, where most are of other views or too old."""

PHOTO: Final = "photo"
_NO_PHOTOS: Final = (
    "The bookings file cannot list photos: it has no column photo. Add one that holds each photo's "
    "path, relative to the file's own directory."
)


class PhotoRows:
    """The rows of one table that have a photo, in the order of their ids.

    The cursor is the last id. Raises JmsCannotListError where no row names a photo.
    """

    def __init__(
        self, table: BookingTable, pictures: PictureFiles, zone: tzinfo, page_size: int = PAGE
    ) -> None:
        self.table = table
        self._pictures = pictures
        self._zone = zone
        self._page_size = page_size
        self._ids = self._with_photos()

    def page(self, view: View, since: datetime | None, after: str | None) -> PhotoRefs:
        """Return a page; rows without an id that can be used are told on the first one."""
        items, problems = list[PhotoRef](), list[UnusableRef]()
        if after is None:
            problems += self._nameless()
        place = start = 0 if after is None else bisect_right(self._ids, after)
        while place < len(self._ids) and place - start < LOOKED_AT * self._page_size:
            told = self._told(self._ids[place], view, since)
            place += 1
            if isinstance(told, PhotoRef):
                items.append(told)
            elif told is not None:
                problems.append(told)
            if len(items) + len(problems) >= self._page_size:
                break
        is_last = place == len(self._ids)
        return PhotoRefs(tuple(items), None if is_last else self._ids[place - 1], tuple(problems))

    def _with_photos(self) -> list[str]:
        """Return the ids with a photo, and those of rows that may have one but cannot be read."""
        table = self.table
        if table.columns is not None and PHOTO not in table.columns:
            raise JmsCannotListError(_NO_PHOTOS)
        ids = sorted(one for one in table.identifiers() if table.refusal(one) or self._path(one))
        if table.columns is None and len(table) and not any(map(self._path, ids)):
            raise JmsCannotListError(_NO_PHOTOS)
        return ids

    def _path(self, identifier: str) -> object:
        if self.table.refusal(identifier):
            return None
        said = self.table.fields(identifier).get(PHOTO)
        return said.strip() if isinstance(said, str) else said

    def _told(
        self, identifier: str, view: View, since: datetime | None
    ) -> PhotoRef | UnusableRef | None:
        """Return the entry of a row, or None where it was not asked for."""
        refused = self.table.refusal(identifier)
        if refused is not None:
            return _unusable(identifier, refused)
        line, parsed = self.table.booking(identifier, self._zone)
        path, booking = self._path(identifier), parsed.booking
        if not isinstance(path, str):
            return _unusable(identifier, RowProblem(line, PHOTO, "is no path of a photo"))
        if any(problem.field == "view" for problem in parsed.problems):
            reason = "is no view known here; front or F would be"
            return _unusable(identifier, RowProblem(line, "view", reason))
        shown = booking.view or View.FRONT
        if shown is not view or not self._is_since(booking, path, since):
            return None
        return PhotoRef(identifier, booking.booking_number, shown, booking.booked_at, path)

    def _is_since(self, booking: Booking, path: str, since: datetime | None) -> bool:
        """Say whether the booking or its photo may be new: either may be copied from elsewhere."""
        if since is None or (booking.booked_at is not None and booking.booked_at >= since):
            return True
        changed = self._pictures.changed_at(path)
        return changed is None or changed >= since.timestamp()

    def _nameless(self) -> Iterator[UnusableRef]:
        table = self.table
        for problem in table.nameless:
            yield _unusable(f"line {problem.line}", problem)
        more = table.nameless_count - len(table.nameless)
        if more:
            detail = f"{more:,} more rows have no id that can be read; the log has their number."
            yield UnusableRef("further lines", ItemReason.ENTRY_UNUSABLE, detail)


def _unusable(name: str, problem: RowProblem) -> UnusableRef:
    """Return the entry of a row that cannot be used; of what is in it, its id alone is told."""
    column = f"the column {problem.column} " if problem.column else "the row "
    return UnusableRef(
        name, ItemReason.ENTRY_UNUSABLE, f"Line {problem.line}: {column}{problem.reason}."
    )

"""The photos that a bookings file names in its column `photo`, in pages."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from adapters.jms.file.row_form import PHOTO
from adapters.jms.file.table import BookingTable, FoundRow, RowProblem
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

_NO_PHOTOS: Final = (
    "The bookings file cannot list photos: it has no column photo. Add one that holds each photo's "
    "path, relative to the file's own directory."
)


class PhotoRows:
    """The rows of one table that have a photo, in the order of their ids.

    The cursor is the last id that was looked at. Raises JmsCannotListError where no row names a
    photo, and IndexFileError.
    """

    def __init__(self, table: BookingTable, pictures: PictureFiles, page_size: int = PAGE) -> None:
        self.table = table
        self._pictures = pictures
        self._page_size = page_size
        if not self._has_photos():
            raise JmsCannotListError(_NO_PHOTOS)

    def page(self, view: View, since: datetime | None, after: str | None) -> PhotoRefs:
        """Return a page; rows without an id that can be used are told on the first one."""
        items, problems = list[PhotoRef](), list[UnusableRef]()
        if after is None:
            problems += self._nameless()
        most = LOOKED_AT * self._page_size
        ids = self.table.ids_after(after or "", most + 1)
        looked_at = 0
        for identifier in ids[:most]:
            told = self._told(identifier, view, since)
            looked_at += 1
            if isinstance(told, PhotoRef):
                items.append(told)
            elif told is not None:
                problems.append(told)
            if len(items) + len(problems) >= self._page_size:
                break
        following = ids[looked_at - 1] if looked_at < len(ids) else None
        return PhotoRefs(tuple(items), following, tuple(problems))

    def _has_photos(self) -> bool:
        """Say whether a row may name a photo; only where objects are to say so they are read."""
        said = {layer.form.names_photos for layer in self.table.layers}
        if True in said:
            return True
        if None not in said:
            return False
        return not len(self.table) or any(
            found.photo for found in self.table.good_rows() if found.layer.form.names_photos is None
        )

    def _told(
        self, identifier: str, view: View, since: datetime | None
    ) -> PhotoRef | UnusableRef | None:
        """Return the entry of a row, or None where it has no photo or was not asked for."""
        found = self.table.found(identifier)
        if found is None:
            return None
        if found.refusal is not None:
            return _unusable(identifier, found.refusal)
        return self._of_row(found, view, since) if found.photo else None

    def _of_row(
        self, found: FoundRow, view: View, since: datetime | None
    ) -> PhotoRef | UnusableRef | None:
        identifier, path = found.row.identifier, found.photo
        line, file = found.row.line, found.layer.file
        if not isinstance(path, str):
            return _unusable(identifier, RowProblem(line, PHOTO, "is no path of a photo", file))
        parsed = found.parsed()
        if any(problem.field == "view" for problem in parsed.problems):
            reason = "is no view known here; front or F would be"
            return _unusable(identifier, RowProblem(line, "view", reason, file))
        booking = parsed.booking
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
        for layer in self.table.layers:
            for problem in layer.nameless.kept:
                yield _unusable(_place(problem), problem)
        rows = [layer.nameless for layer in self.table.layers]
        more = sum(one.count - len(one.kept) for one in rows)
        if more:
            detail = f"{more:,} more rows have no id that can be read; the log has their number."
            yield UnusableRef("further lines", ItemReason.ENTRY_UNUSABLE, detail)


def _place(problem: RowProblem) -> str:
    return f"{problem.file}, line {problem.line}" if problem.file else f"line {problem.line}"


def _unusable(name: str, problem: RowProblem) -> UnusableRef:
    """Return the entry of a row that cannot be used; of what is in it, its id alone is told."""
    column = f"the column {problem.column} " if problem.column else "the row "
    place = _place(problem) if problem.file else f"Line {problem.line}"
    detail = f"{place}: {column}{problem.reason}."
    return UnusableRef(name, ItemReason.ENTRY_UNUSABLE, detail)

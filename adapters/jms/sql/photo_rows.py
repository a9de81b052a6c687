"""The photos that a query lists, in pages by id."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Row, Select, func, or_, select
from typing_extensions import TypeIs

from adapters.jms.sql.columns import CHANGED_AT, ID, IMAGE, OF_VIEWS, PATH, Columns
from adapters.jms.sql.database import fetched
from adapters.jms.sql.dialects import Kind
from adapters.jms.sql.images import TWICE, Images, location_of
from adapters.jms.sql.values import plain
from app.domain.booking_fields import booking_from_fields
from app.domain.dates import moment_of
from app.domain.errors import (
    JmsMisconfiguredError,
)
from app.domain.field_text import clean_text, id_text
from app.domain.imports import ItemReason
from app.domain.photo import View
from app.ports.jms import PhotoRef, PhotoRefs, UnusableRef

PAGE: Final = 1000
"""Rows on a page."""

MOST_ALIKE: Final = 1000
"""Rows of one id, as the database compares ids; a page never ends between them."""

_LONGEST_NAME: Final = 100
_HOUR: Final = timedelta(hours=1)
"""What a time without a zone may be off by, where clocks go back."""


@dataclass(frozen=True, slots=True)
class PhotoRows:
    """Lists photos in the order of their ids.

    The cursor is the last id, as the table has it: rows may come and go, and it still holds.
    """

    columns: Columns
    page_size: int = PAGE

    @property
    def has_paths(self) -> bool:
        """Whether photos are files, by their paths."""
        return PATH in self.columns.names

    @property
    def images(self) -> Images:
        """Return the photos themselves, where they are in the database."""
        return Images(self.columns)

    def page(
        self, connection: Connection, view: View, since: datetime | None, after: str | None
    ) -> PhotoRefs:
        """Return a page.

        Raises JmsMisconfiguredError for a cursor that is none of this listing's, and for a table
        whose ids do not tell rows apart.
        """
        rows, last = self._rows(connection, since, after)
        told = [self._told(row, place) for place, row in enumerate(rows, 1)]
        times = Counter((ref.external_image_id, ref.view) for ref in told if _is_ref(ref))
        items = [ref for ref in told if _is_ref(ref) and ref.view is view]
        problems = [one for one in told if isinstance(one, UnusableRef)]
        problems += [
            _unusable(identifier, TWICE)
            for (identifier, shown), count in times.items()
            if count > 1 and shown is view
        ]
        if after is None:
            problems += self._nameless(connection, since)
        once = (ref for ref in items if times[ref.external_image_id, ref.view] == 1)
        return PhotoRefs(tuple(once), last, tuple(problems))

    def _rows(
        self, connection: Connection, since: datetime | None, after: str | None
    ) -> tuple[Sequence[Row[Any]], str | None]:
        """Return the rows of a page, and the cursor after it."""
        key, question = self._key, self._listing(since)
        if after is not None:
            question = question.where(key > self._place(after))
        rows = fetched(connection, question.order_by(key).limit(self.page_size))
        if len(rows) < self.page_size:
            return rows, None
        last = rows[-1][0]
        alike = fetched(connection, self._listing(since).where(key == last).limit(MOST_ALIKE + 1))
        if len(alike) > MOST_ALIKE:
            raise JmsMisconfiguredError(
                f"{self.columns.table.setting} has more than {MOST_ALIKE:,} rows of one "
                f"{ID}; each photo needs an id of its own."
            )
        same = {row[0] for row in alike}
        return [*(row for row in rows if row[0] not in same), *alike], self._text(last)

    def _listing(self, since: datetime | None) -> Select[Any]:
        asked = [self._key, *self.columns.asked(self._asked)]
        return self.columns.table.select(asked).where(self._key.is_not(None), *self._meant(since))

    def _meant(self, since: datetime | None) -> Sequence[ColumnElement[bool]]:
        names, table = self.columns.names, self.columns.table
        meant: list[ColumnElement[bool]]
        meant = [table.column(names[PATH if self.has_paths else IMAGE]).is_not(None)]
        if since is not None and CHANGED_AT in names:
            changed_at = table.column(names[CHANGED_AT])
            moment = self._moment(since)
            meant.append(or_(changed_at.is_(None), changed_at >= moment))
        return meant

    def _moment(self, since: datetime) -> datetime | date:
        """Return a moment as the column has moments."""
        kind, local = self.columns.kind(CHANGED_AT), since.astimezone(self.columns.zone)
        if kind is Kind.DATE:
            return local.date()
        if kind is Kind.ZONED:
            return since
        if kind is Kind.UTC:
            return since.astimezone(UTC).replace(tzinfo=None)
        return local.replace(tzinfo=None) - _HOUR

    def _told(self, row: Row[Any], place: int) -> PhotoRef | UnusableRef | None:
        """Return the photo of a row, or None where it has none."""
        record = self.columns.record(self._asked, row[1:])
        fields = self.columns.fields(record)
        identifier = id_text(fields.get(ID))
        if not identifier:
            name = str(self._text(row[0]))[:_LONGEST_NAME].strip() or f"row {place} of a page"
            return _unusable(name, f"Its {ID} is empty or not an id that can be used.")
        view = self._view(identifier, fields)
        if view is None:
            return _unusable(identifier, "The view is not known here; front or F would be.")
        location = self._location(record)
        if location is None:
            return _unusable(identifier, f"The column {PATH} holds no path.")
        if not location.strip():
            return None
        number = clean_text(fields.get("booking_number")) or None
        return PhotoRef(identifier, number, view, self._taken_at(fields), location)

    def _view(self, identifier: str, fields: Mapping[str, object]) -> View | None:
        """Return what a row's photo shows, front where it says nothing; None: it is not known."""
        said = {one: fields.get(one) for one in OF_VIEWS}
        parsed = booking_from_fields({ID: identifier, **said}, self.columns.zone)
        is_unread = any(problem.field in OF_VIEWS for problem in parsed.problems)
        return None if is_unread else parsed.booking.view or View.FRONT

    def _location(self, record: Mapping[str, object]) -> str | None:
        """Return a photo's path; of one in the database what tells the rows of its id apart."""
        if not self.has_paths:
            return location_of(self.columns, record)
        said = record[self.columns.names[PATH]]
        return said if isinstance(said, str) else None

    def _taken_at(self, fields: Mapping[str, object]) -> datetime | None:
        text = clean_text(fields.get("taken_at"))
        zone = self.columns.zone
        return moment_of(text, zone, datetime.now(UTC).year + 1) if text else None

    def _nameless(self, connection: Connection, since: datetime | None) -> Iterable[UnusableRef]:
        counted = select(func.count()).select_from(self.columns.table.rows)
        count = connection.scalar(counted.where(self._key.is_(None), *self._meant(since)))
        if count:
            yield _unusable("rows without an id", f"{count:,} rows have no {ID}.")

    def _place(self, after: str) -> object:
        place = self.columns.table.key_of(self.columns.names[ID], after)
        if place is None:
            raise JmsMisconfiguredError("The listing cannot go on from there; start a new import.")
        return place

    def _text(self, key: object) -> str:
        return str(plain(key, Kind.TEXT))

    @property
    def _key(self) -> ColumnElement[Any]:
        return self.columns.table.key(self.columns.names[ID])

    @property
    def _asked(self) -> tuple[str, ...]:
        return tuple(one for one in self.columns.names if one not in {IMAGE, CHANGED_AT})


def _is_ref(told: PhotoRef | UnusableRef | None) -> TypeIs[PhotoRef]:
    return isinstance(told, PhotoRef)


def _unusable(name: str, detail: str) -> UnusableRef:
    return UnusableRef(name, ItemReason.ENTRY_UNUSABLE, detail)

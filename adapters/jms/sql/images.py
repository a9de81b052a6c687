"""Photos that are in the JMS's database itself, one at a time."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Select, case

from adapters.jms.sql.columns import ID, IMAGE, OF_VIEWS, Columns
from adapters.jms.sql.database import fetched
from app.domain.errors import PhotoMissingError, PhotoTooLargeError, PhotoUnreadableError
from app.ports.jms import PhotoRef
from app.ports.photo_source import PHOTO_BYTES

TWICE: Final = (
    "The query has more than one row of this id and view, so that nobody knows which photo is "
    "meant; have it give the latest one alone, or each photo an id of its own."
)


@dataclass(frozen=True, slots=True)
class Images:
    """Reads the photos of a table with a column of them."""

    columns: Columns

    def read(self, connection: Connection, ref: PhotoRef) -> bytes:
        """Return the bytes of a photo in the database; one that is too large is never sent.

        Raises PhotoMissingError, PhotoTooLargeError and PhotoUnreadableError.
        """
        rows = fetched(connection, self.question(ref))
        if not rows or rows[0][0] is None:
            raise PhotoMissingError("The jail management system has this photo no more.")
        if len(rows) > 1:
            raise PhotoUnreadableError(TWICE)
        size, photo = tuple(rows[0])
        if isinstance(photo, str):
            raise PhotoUnreadableError(f"The column {IMAGE} holds a text in the place of a photo.")
        if photo is None:
            raise PhotoTooLargeError(
                f"The photo has {size / 1e6:,.1f} MB, which is more than {PHOTO_BYTES / 1e6:g} MB; "
                "scale it down."
            )
        return bytes(photo)

    def question(self, ref: PhotoRef) -> Select[Any]:
        """Return the question about a photo's size, and its bytes where they are not too many."""
        table, name = self.columns.table, self.columns.names[ID]
        key = table.key_of(name, ref.external_image_id)
        if key is None:
            raise PhotoMissingError
        image = table.column(self.columns.names[IMAGE])
        size = table.dialect.octets(image)
        question = table.select([size, case((size <= PHOTO_BYTES, image))])
        same = (table.key(name) == key, table.exact_key(name) == key)
        return question.where(*same, *self._told_by(ref.location)).limit(2)

    def _told_by(self, location: str) -> Sequence[ColumnElement[bool]]:
        """Return what the row of a photo is told by; PhotoMissingError for no location of ours."""
        raw, views = _raw_views(location), _views(self.columns)
        if raw is None or len(raw) != len(views):
            raise PhotoMissingError
        return [self._is(name, said) for name, said in zip(views, raw, strict=True)]

    def _is(self, name: str, said: str | None) -> ColumnElement[bool]:
        table = self.columns.table
        if said is None:
            return table.column(name).is_(None)
        key = table.key_of(name, said)
        if key is None:
            raise PhotoMissingError
        return table.exact_key(name) == key


def location_of(columns: Columns, record: Mapping[str, object]) -> str:
    """Return what tells a row from the others of its id: the view, as the row itself says it."""
    return json.dumps([_raw(record[name]) for name in _views(columns)])


def _views(columns: Columns) -> tuple[str, ...]:
    """Return the database's names of the columns that say what a photo shows."""
    return tuple(columns.names[one] for one in OF_VIEWS if one in columns.names)


def _raw(said: object) -> str | None:
    """Return a value of a row as it is compared with."""
    return None if said is None else str(said)


def _raw_views(location: str) -> list[str | None] | None:
    try:
        said = json.loads(location)
    except (ValueError, RecursionError):
        return None
    if not isinstance(said, list):
        return None
    return said if all(one is None or isinstance(one, str) for one in said) else None

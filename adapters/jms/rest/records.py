"""Records in the answers of a JMS on the web, as bookings."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import tzinfo
from typing import Final

import structlog

from adapters.field_mapping import RecordReader, explained_by_name
from adapters.jms.rest.answers import misconfigured, object_of
from app.domain.booking import Booking
from app.domain.booking_fields import COLUMNS, booking_from_fields
from app.domain.errors import InvalidExternalImageIdError
from app.domain.field_text import clean_text, column_name, id_text
from app.domain.mapped_fields import MappedField

ID = "external_image_id"
_NOTHING: Final[tuple[object, ...]] = (None, "", [], {})
_log = structlog.get_logger()


class Records:
    """Reads records by a mapping, or without one by the names of their fields."""

    def __init__(self, reader: RecordReader | None, zone: tzinfo) -> None:
        self._reader = reader
        self._zone = zone

    def fields(self, record: object) -> Mapping[str, object]:
        """Return the columns of a record; JmsMisconfiguredError where it is none."""
        return object_of(record) if self._reader is None else self._reader.fields_of(record)

    def booking(self, fields: Mapping[str, object], identifier: str) -> Booking:
        """Return the booking that the columns are, which is about this id or says none.

        Raises JmsMisconfiguredError.
        """
        if not _says_something(fields):
            raise misconfigured("answers with an object that has no field of a booking")
        if fields.get(ID) in (None, ""):
            fields = {**fields, ID: identifier}
        try:
            parsed = booking_from_fields(fields, self._zone)
        except InvalidExternalImageIdError as error:
            raise misconfigured("answers with an id that cannot be used") from error
        if clean_text(parsed.booking.external_image_id) != clean_text(identifier):
            raise misconfigured("answers with another booking than was asked for")
        if parsed.problems:
            unread = sorted({problem.field for problem in parsed.problems})
            _log.info("booking_fields_unread", external_image_id=identifier, fields=unread)
        return replace(parsed.booking, external_image_id=identifier)

    def explained(self, record: object) -> tuple[MappedField, ...]:
        """Say what comes of each field of a record."""
        if self._reader is not None:
            return self._reader.explained(record)
        return explained_by_name(object_of(record), self._zone)


def _says_something(fields: Mapping[str, object]) -> bool:
    """Say whether any column that is known has a value; what tells of an error has none."""
    said = (column_name(str(name)) for name, value in fields.items() if value not in _NOTHING)
    return any(name == "person" or name in COLUMNS for name in said)


def identifier_in(fields: Mapping[str, object]) -> str | None:
    """Return the JMS's id in the columns of a record, None where none can be read."""
    named = {column_name(str(name)): value for name, value in fields.items()}
    return id_text(named.get(ID)) or None

"""Bookings by their ids: one question for all of them, and rows that belong together."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import structlog
from sqlalchemy import Connection, Row, Select

from adapters.jms.sql.columns import CHARGE_ORDER, CHARGE_PARTS, ID, OF_CHARGES, Columns
from adapters.jms.sql.database import fetched
from app.domain.booking import Booking, RecordStatus
from app.domain.booking_fields import ParsedBooking, booking_from_fields
from app.domain.charges import MOST_CHARGES
from app.domain.field_text import id_text
from app.domain.mapped_fields import MappedField
from app.domain.record_status import strictest
from app.ports.jms import BookingAnswers

MOST_ROWS: Final = MOST_CHARGES + 1
"""Of one id: more than a booking can have charges are no booking's."""

_log = structlog.get_logger()

Fields = dict[str, object]


class TooManyRowsError(Exception):
    """There are more rows than these ids can have; each on its own may have fewer."""


class BookingRows:
    """Asks for bookings and reads them."""

    def __init__(self, columns: Columns) -> None:
        self.columns = columns
        self._everything = columns.table.select(columns.asked(columns.names))

    def question(self, identifiers: Iterable[str]) -> Select[Any] | None:
        """Return the question about these ids; None where the table can have none of them."""
        table, name = self.columns.table, self.columns.names[ID]
        keys = [table.key_of(name, one) for one in identifiers]
        asked = [key for key in keys if key is not None]
        if not asked:
            return None
        question = self._everything.where(table.key(name).in_(asked))
        return question.limit(MOST_ROWS * len(asked) + 1)

    def found(self, connection: Connection, identifiers: Sequence[str]) -> Sequence[Row[Any]]:
        """Return the rows of these ids.

        Raises TooManyRowsError, and UnreadableRowError where a value in one cannot be read.
        """
        question = self.question(identifiers)
        if question is None:
            return ()
        rows = fetched(connection, question)
        if len(rows) > MOST_ROWS * len(identifiers):
            raise TooManyRowsError
        return rows

    def answers(self, rows: Iterable[Row[Any]], identifiers: Sequence[str]) -> BookingAnswers:
        """Return the bookings in the rows; an id whose rows contradict one another has none."""
        found, unavailable = dict[str, Booking](), set[str]()
        by_id = self._by_id(rows, identifiers)
        for identifier in identifiers:
            if not (said := by_id.get(identifier)):
                continue
            booking = self._booking(identifier, said)
            if booking is None:
                unavailable.add(identifier)
            else:
                found[identifier] = booking
        return BookingAnswers(found, frozenset(unavailable))

    def explained(
        self, rows: Iterable[Row[Any]], identifier: str
    ) -> tuple[MappedField, ...] | None:
        """Say of each column what came of it in the rows of this id."""
        records = [self.columns.record(self.columns.names, row) for row in rows]
        fields = [self.columns.fields(record) for record in records]
        mine = [one for one in fields if self._same(self._id_in(one)) == self._same(identifier)]
        if not mine:
            return None
        return self.columns.explained(records[fields.index(mine[0])], _merged(mine)[0])

    def _by_id(
        self, rows: Iterable[Row[Any]], identifiers: Iterable[str]
    ) -> Mapping[str, list[Fields]]:
        """Sort the rows by their ids, as exactly as they are: databases may be less exact."""
        meant = {self._same(one): one for one in identifiers}
        by_id = defaultdict[str, list[Fields]](list)
        for row in rows:
            fields = self.columns.fields(self.columns.record(self.columns.names, row))
            identifier = meant.get(self._same(self._id_in(fields)))
            if identifier is not None:
                by_id[identifier].append(fields)
        return by_id

    def _id_in(self, fields: Mapping[str, object]) -> str:
        return id_text(fields.get(ID)) or ""

    def _same(self, identifier: str) -> str:
        """Return an id as it is told from others: of a UUID upper and lower case are one."""
        return identifier.lower() if self.columns.is_uuid(ID) else identifier

    def _booking(self, identifier: str, rows: Sequence[Fields]) -> Booking | None:
        """Return the one booking in an id's rows; a row that is not to be shown goes first."""
        parsed = [self._parsed(identifier, fields) for fields in _merged(rows)]
        hidden = [one.booking for one in parsed if one.booking.status is not RecordStatus.ACTIVE]
        if hidden:
            status = strictest(booking.status for booking in hidden)
            return next(booking for booking in hidden if booking.status is status)
        if len(parsed) > 1:
            columns = sorted(_differing(rows))
            _log.warning("booking_rows_differ", external_image_id=identifier, columns=columns)
            return None
        if parsed[0].problems:
            unread = sorted({problem.field for problem in parsed[0].problems})
            _log.info("booking_fields_unread", external_image_id=identifier, fields=unread)
        return parsed[0].booking

    def _parsed(self, identifier: str, fields: Fields) -> ParsedBooking:
        return booking_from_fields({**fields, ID: identifier}, self.columns.zone)


def _merged(rows: Sequence[Fields]) -> Sequence[Fields]:
    """Return the different bookings in the rows of an id, each with the charges of all its rows."""
    merged = list[Fields]()
    for fields in rows:
        own = _without_charges(fields)
        if own not in merged:
            merged.append(own)
    if len(merged) > 1 or OF_CHARGES.isdisjoint(rows[0]):
        return merged
    ordered = sorted(rows, key=_place)
    charges = [_charge(fields) for fields in ordered]
    return [{**merged[0], "charges": [charge for charge in charges if charge]}]


def _without_charges(fields: Fields) -> Fields:
    return {name: value for name, value in fields.items() if name not in OF_CHARGES}


def _charge(fields: Fields) -> Mapping[str, object]:
    """Return the charge in a row, empty where it has none."""
    said = {part: fields.get(name) for name, part in CHARGE_PARTS.items()}
    return {part: value for part, value in said.items() if value not in (None, "")}


def _place(fields: Fields) -> tuple[int, float, str]:
    """Sort by the number of the charge, numbers first; rows without one stay as they came."""
    said = fields.get(CHARGE_ORDER)
    if isinstance(said, int | float):
        return 0, said, ""
    return (1, 0, said) if isinstance(said, str) else (2, 0, "")


def _differing(rows: Sequence[Fields]) -> set[str]:
    """Return the columns in which the rows of an id differ; never their values."""
    own = [_without_charges(fields) for fields in rows]
    return {name for fields in own for name in fields if fields[name] != own[0].get(name)}

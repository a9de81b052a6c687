"""A bookings file, read: rows kept packed and parsed when they are asked for."""

import codecs
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import tzinfo
from pathlib import Path

from adapters.table_rows import (
    ID,
    Row,
    UnreadableFileError,
    csv_header,
    csv_rows,
    json_rows,
    unpack,
    unpack_json,
)
from app.domain.booking import Booking
from app.domain.booking_fields import ParsedBooking, booking_from_fields
from app.domain.encoded_ids import encoded_id
from app.domain.errors import InvalidExternalImageIdError
from app.domain.field_text import column_name, id_text
from app.ports.jms import BookingAnswers

MOST_PROBLEMS = 1000
"""Problems kept one by one; further ones are counted."""

_JSON_LINES = {".jsonl", ".ndjson"}
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True, slots=True)
class RowProblem:
    """Something in a row that cannot be used; never its value. Line 1 is the header."""

    line: int
    column: str
    reason: str


class BookingTable:
    """The rows of one version of a bookings file, by id."""

    def __init__(self, columns: tuple[str, ...] | None) -> None:
        self.columns = columns  # None: each row is a JSON object
        self._packed: dict[str, str] = {}
        self._refused: dict[str, RowProblem] = {}
        self.problems: list[RowProblem] = []
        self.problem_count = 0
        self.nameless: list[RowProblem] = []  # rows that no id could be read of
        self.nameless_count = 0
        self.cut_short = False

    def __len__(self) -> int:
        return len(self._packed)

    def identifiers(self) -> set[str]:
        """Return the ids of all rows, refused ones too."""
        return self._packed.keys() | self._refused.keys()

    def add(self, row: Row) -> None:
        """Keep a row; the last one of an id counts, and a refused one takes the place of a good.

        Ids are the JMS's own: one that cannot be encoded is reported, and its row is kept.
        """
        identifier = id_text(row.identifier)
        self.cut_short = bool(row.reason) and not row.ended
        if row.reason:
            self.report(RowProblem(row.line, "", row.reason))
        if not identifier:
            self._add_nameless(row)
        elif row.reason:
            self._refused[identifier] = RowProblem(row.line, "", row.reason)
        else:
            if identifier in self._packed:
                self.report(RowProblem(row.line, ID, "was there before; the last row counts"))
            elif not _is_encodable(identifier):
                self.report(RowProblem(row.line, ID, "is too long for a photo's id when encoded"))
            self._packed[identifier] = row.packed
            self._refused.pop(identifier, None)

    def _add_nameless(self, row: Row) -> None:
        problem = RowProblem(row.line, ID, "is empty or not an id that can be used")
        if row.reason:
            problem = RowProblem(row.line, "", row.reason)
        else:
            self.report(problem)
        self.nameless_count += 1
        if len(self.nameless) < MOST_PROBLEMS:
            self.nameless.append(problem)

    def report(self, problem: RowProblem) -> None:
        """Keep a problem, or count it when there are too many."""
        self.problem_count += 1
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(problem)

    def answers(self, identifiers: Iterable[str], zone: tzinfo) -> BookingAnswers:
        """Look ids up; one whose last row was refused is unavailable, not unknown."""
        found: dict[str, Booking] = {}
        unavailable = set[str]()
        for identifier in identifiers:
            packed = self._packed.get(identifier)
            if identifier in self._refused:
                unavailable.add(identifier)
            elif packed is not None:
                found[identifier] = self._parsed(packed, zone)[1].booking
        return BookingAnswers(found, frozenset(unavailable))

    def check(self, zone: tzinfo, go_on: Callable[[], bool]) -> None:
        """Report every field that cannot be read, for as long as `go_on` says so."""
        for packed in list(self._packed.values()):
            if not go_on():
                return
            line, parsed = self._parsed(packed, zone)
            for problem in parsed.problems:
                self.report(RowProblem(line, problem.field, problem.reason))

    def refusal(self, identifier: str) -> RowProblem | None:
        """Return why the last row of an id cannot be used."""
        return self._refused.get(identifier)

    def booking(self, identifier: str, zone: tzinfo) -> tuple[int, ParsedBooking]:
        """Return the line of an id's row, and the booking in it."""
        return self._parsed(self._packed[identifier], zone)

    def fields(self, identifier: str) -> Mapping[str, object]:
        """Return the fields of an id's row as they are, by column."""
        fields = unpack(self._packed[identifier])[1]
        if self.columns is None:
            return {column_name(key): value for key, value in unpack_json(fields[0]).items()}
        return dict(zip(self.columns, fields, strict=True))

    def _parsed(self, packed: str, zone: tzinfo) -> tuple[int, ParsedBooking]:
        line, fields = unpack(packed)
        if self.columns is None:
            return line, booking_from_fields(unpack_json(fields[0]), zone)
        return line, booking_from_fields(dict(zip(self.columns, fields, strict=True)), zone)


def read_table(path: Path) -> BookingTable:
    """Read a bookings file: UTF-8 with or without a mark, else Windows-1252, which is reported.

    Raises OSError and UnreadableFileError.
    """
    try:
        return _read(path, "utf-8-sig", "strict")
    except UnicodeDecodeError:
        table = _read(path, "cp1252", "replace")
        table.report(RowProblem(1, "", "the file is not UTF-8; it was read as Windows-1252"))
        return table


def _read(path: Path, encoding: str, errors: str) -> BookingTable:
    with path.open("rb") as start:
        if start.read(2) in _UTF_16:
            raise UnreadableFileError("it is UTF-16; export it as UTF-8")
    with path.open(encoding=encoding, errors=errors, newline="") as lines:
        if path.suffix.lower() in _JSON_LINES:
            return _filled(BookingTable(None), json_rows(lines))
        delimiter, columns = csv_header(next(lines, ""))
        return _filled(BookingTable(columns), csv_rows(lines, delimiter, columns))


def _filled(table: BookingTable, rows: Iterable[Row]) -> BookingTable:
    for row in rows:
        table.add(row)
    if table.problem_count and not len(table):
        raise UnreadableFileError(f"none of its rows can be read: {table.problems[0].reason}")
    return table


def _is_encodable(identifier: str) -> bool:
    try:
        encoded_id(identifier)
    except InvalidExternalImageIdError:
        return False
    return True

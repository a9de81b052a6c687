"""The rows of a CSV or JSON Lines file of ids, each with the number of the line it starts on."""

import csv
import json
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from app.domain.field_text import column_name

ID = "external_image_id"
MOST_LINES = 100
"""Lines of one CSV row; a quotation mark that stays open longer was never meant to open one."""

_DELIMITERS = ",;\t|"
_SEPARATOR = "\x1f"


class UnreadableFileError(Exception):
    """Nothing in the file can be used; the text says why, without a word of its content."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row, packed into one text; refused when there is a reason."""

    line: int
    identifier: object
    packed: str
    reason: str = ""
    ended: bool = True  # with a line end, as a row that is wholly written does


class _Lines:
    """Lines with their numbers, which can be put back."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self._again: deque[str] = deque()
        self.number = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else next(self._lines)
        self.number += 1
        return line

    def put_back(self, lines: Sequence[str]) -> None:
        self._again.extendleft(reversed(lines))
        self.number -= len(lines)


def csv_header(line: str, id_column: str = ID) -> tuple[str, tuple[str, ...]]:
    """Return the delimiter and the column names; raises UnreadableFileError."""
    for delimiter in _DELIMITERS:
        names = tuple(map(column_name, next(csv.reader([line], delimiter=delimiter), [])))
        if id_column in names:
            return delimiter, checked_columns(names, id_column)
    raise UnreadableFileError(f"its first line names no column {id_column}")


def checked_columns(names: tuple[str, ...], id_column: str = ID) -> tuple[str, ...]:
    """Return the names of columns; UnreadableFileError where one is missing or stands twice."""
    if id_column not in names:
        raise UnreadableFileError(f"its first line names no column {id_column}")
    if twice := sorted({name for name in names if name and names.count(name) > 1}):
        raise UnreadableFileError(f"it names these columns twice: {', '.join(twice)}")
    return names


def csv_rows(
    lines: Iterator[str],
    delimiter: str,
    columns: Sequence[str],
    before: int = 1,
    id_column: str = ID,
) -> Iterator[Row]:
    """Yield the rows; one that cannot be read costs no other row its own.

    So many lines are `before` these: the header, or all until here.
    """
    source = _Lines(lines)
    source.number = before
    place = columns.index(id_column)
    for line in source:
        if line.isspace():
            continue
        start, further = source.number, list[str]()
        fields = _fields(line, source, further, delimiter)
        ended = (further or [line])[-1].endswith(("\n", "\r"))
        reason = _reason(fields, len(columns))
        if reason:
            source.put_back(further)
        identifier = fields[place].strip() if len(fields) > place else None
        yield Row(start, identifier, pack(start, fields), reason, ended)


def json_rows(
    lines: Iterator[str],
    before: int = 0,
    identifier_of: Callable[[dict[str, object]], object] | None = None,
) -> Iterator[Row]:
    """Yield one row a line; empty lines are none, and so many lines are `before` these."""
    identify = identifier_of or _identifier
    for number, line in enumerate(lines, before + 1):
        text = line.strip()
        if not text:
            continue
        fields = unpack_json(text)
        reason = "" if fields else "is no JSON object"
        packed = pack(number, [text])
        yield Row(number, identify(fields), packed, reason, line.endswith(("\n", "\r")))


def pack(line: int, fields: Sequence[str]) -> str:
    """Return a row as one text: a tenth of the memory of its fields."""
    return _SEPARATOR.join((str(line), *(field.replace(_SEPARATOR, " ") for field in fields)))


def unpack(packed: str) -> tuple[int, list[str]]:
    """Return the line number and the fields of a packed row."""
    line, *fields = packed.split(_SEPARATOR)
    return int(line), fields


def unpack_json(text: str) -> dict[str, object]:
    """Return the fields of a JSON line, none when it is no object."""
    try:
        fields: object = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return fields if isinstance(fields, dict) else {}


def _identifier(fields: dict[str, object]) -> object:
    if ID in fields:
        return fields[ID]
    return next((value for name, value in fields.items() if column_name(name) == ID), None)


def _fields(line: str, source: _Lines, further: list[str], delimiter: str) -> list[str]:
    """Split one row, taking `further` lines while a quotation mark is open; [] when it is none."""
    if '"' not in line:
        return line.rstrip("\r\n").split(delimiter)

    def lines() -> Iterator[str]:
        yield line
        while len(further) < MOST_LINES and (another := next(source, None)) is not None:
            further.append(another)
            yield another

    try:
        return next(csv.reader(lines(), delimiter=delimiter, strict=True))
    except csv.Error:
        return []


def _reason(fields: list[str], columns: int) -> str:
    if not fields:
        return "has a quotation mark that is not closed, or text after the closing one"
    if len(fields) != columns:
        return f"has {len(fields)} columns where the header has {columns}"
    return ""

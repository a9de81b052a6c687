"""A manifest as a file: its form, and its rows from any place in it."""

import codecs
import csv
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from adapters.photo_source.fence import check_regular
from adapters.table_rows import (
    ID,
    UnreadableFileError,
    csv_header,
    csv_rows,
    json_rows,
    unpack,
    unpack_json,
)
from app.domain.errors import SourceUnusableError
from app.domain.field_text import column_name

LOCATIONS: Final = ("path", "url", "file", "photo")
"""Columns that may say where a photo is; the first that says anything counts."""

LONGEST_LINE: Final = 1_000_000
"""Bytes."""

_JSON_LINES: Final = {".jsonl", ".ndjson"}
_UTF_16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_LOOKED_AT: Final = 100  # JSON lines that are looked at before a file is believed
_REMEMBERED: Final = 4096  # bytes before a place that must still be the same


@dataclass(frozen=True, slots=True)
class Place:
    """The start of a row: its offset in bytes, the lines before it, and what stands before it."""

    offset: int
    before: int
    checksum: int

    def cursor(self) -> str:
        """Return the place as a text, for `place_of`."""
        return f"{self.offset}:{self.before}:{self.checksum}"


@dataclass(frozen=True, slots=True)
class ManifestRow:
    """One row: its fields by column, none where there is a reason why it cannot be read."""

    line: int
    fields: Mapping[str, object]
    reason: str


@dataclass(frozen=True, slots=True)
class ManifestFile:
    """A CSV or JSON Lines file that names photos."""

    path: Path
    start: Place  # of the first row
    delimiter: str
    columns: Sequence[str]  # none: each row is a JSON object

    def rows(self, place: Place, most: int) -> tuple[list[ManifestRow], Place | None]:
        """Return so many rows and the place after them, None at the end.

        Raises OSError, and SourceUnusableError where the file is not what it was.
        """
        with self.path.open("rb") as file:
            if _checksum(file, place.offset) != place.checksum:
                raise SourceUnusableError(
                    f"The manifest {self.path} is another one than when its listing began; start a "
                    "new import of it."
                )
            lines = _Lines(file, place.offset, place.before)
            found = list[ManifestRow]()
            for row in self._read(lines, place.before):
                if len(found) == most:
                    offset = lines.starts[row.line]
                    return found, Place(offset, row.line - 1, _checksum(file, offset))
                found.append(row)
            return found, None

    def _read(self, lines: "_Lines", before: int) -> Iterator[ManifestRow]:
        rows = (
            csv_rows(lines, self.delimiter, self.columns, before)
            if self.columns
            else json_rows(lines, before)
        )
        for row in rows:
            reason = "is longer than a megabyte" if row.line in lines.overlong else row.reason
            yield ManifestRow(row.line, {} if reason else self._fields(row.packed), reason)

    def _fields(self, packed: str) -> Mapping[str, object]:
        _, fields = unpack(packed)
        if self.columns:
            return dict(zip(self.columns, fields, strict=True))
        return {column_name(name): value for name, value in unpack_json(fields[0]).items()}


class _Lines:
    """The lines from an offset on: UTF-8, or Windows-1252 where a line is not."""

    def __init__(self, file: BinaryIO, offset: int, before: int) -> None:
        file.seek(offset)
        self._file = file
        self.offset = offset
        self._number = before
        self.starts: dict[int, int] = {}
        self.overlong = set[int]()

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._file.readline(LONGEST_LINE)
        if not line:
            raise StopIteration
        self._number += 1
        self.starts[self._number] = self.offset
        self.offset += len(line)
        if len(line) == LONGEST_LINE:
            return self._without_the_rest(line)
        return _decoded(line)

    def _without_the_rest(self, line: bytes) -> str:
        """Pass over the rest of a line; what is returned is no row of any manifest."""
        self.overlong.add(self._number)
        while line and not line.endswith(b"\n"):
            line = self._file.readline(LONGEST_LINE)
            self.offset += len(line)
        return "\0\n"


def open_manifest(path: Path) -> ManifestFile:
    """Look at a manifest's beginning; raises OSError and SourceUnusableError."""
    check_regular(path)
    with path.open("rb") as file:
        try:
            return _opened(path, file)
        except csv.Error as error:
            raise _refused(path, "its first line is no header of a CSV file") from error
        except UnreadableFileError as error:
            raise _refused(path, str(error)) from error


def place_of(cursor: str) -> Place:
    """Read a place's cursor."""
    offset, before, checksum = map(int, cursor.split(":"))
    return Place(offset, before, checksum)


def _opened(path: Path, file: BinaryIO) -> ManifestFile:
    mark = file.read(len(codecs.BOM_UTF8))
    if mark.startswith(_UTF_16):
        raise UnreadableFileError("it is UTF-16; export it as UTF-8")
    lines = _Lines(file, len(mark) if mark == codecs.BOM_UTF8 else 0, 0)
    start = lines.offset
    header = next(lines, "")
    if header.startswith("["):
        raise UnreadableFileError("it is a JSON array; write one object a line (JSON Lines)")
    if path.suffix.lower() in _JSON_LINES or header.startswith("{"):
        found = ManifestFile(path, Place(start, 0, _checksum(file, start)), "", ())
        _check_objects(found)
        return found
    delimiter, columns = csv_header(header)
    if not set(LOCATIONS) & set(columns):
        raise UnreadableFileError(f"its first line names no column {' or '.join(LOCATIONS[:2])}")
    return ManifestFile(
        path, Place(lines.offset, 1, _checksum(file, lines.offset)), delimiter, columns
    )


def _check_objects(manifest: ManifestFile) -> None:
    rows, _ = manifest.rows(manifest.start, _LOOKED_AT)
    if not any(ID in row.fields and set(LOCATIONS) & set(row.fields) for row in rows):
        wanted = f"{ID} and {' or '.join(LOCATIONS[:2])}"
        raise UnreadableFileError(
            f"none of its first {_LOOKED_AT} lines is an object with {wanted}"
        )


def _refused(path: Path, why: str) -> SourceUnusableError:
    return SourceUnusableError(f"The manifest {path} cannot be used: {why}.")


def _checksum(file: BinaryIO, offset: int) -> int:
    start = max(0, offset - _REMEMBERED)
    file.seek(start)
    return zlib.crc32(file.read(offset - start))


def _decoded(line: bytes) -> str:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return line.decode("cp1252", "replace")

"""Reads one file of bookings, of any format."""

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import tzinfo
from pathlib import Path
from typing import Final, TextIO

from adapters.jms.file.layer import Layer
from adapters.jms.file.problems import RowProblem
from adapters.jms.file.row_form import RowForm
from adapters.jms.file.shape import EXCEL, JSON_LINES, FileShape
from adapters.jms.file.workbook import workbook_rows
from adapters.table_rows import Row, UnreadableFileError, csv_header, csv_rows, json_rows

_UTF_16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_OTHER_LETTERS: Final = "the file is not UTF-8; it was read as Windows-1252"
LONGEST_LINE: Final = 10_000_000
"""Characters; a file with a longer line is none of lines."""


@dataclass(frozen=True, slots=True)
class Reading:
    """Reads an export, or a delta that lies beside it."""

    shape: FileShape
    zone: tzinfo

    def layer(self, path: Path, *, is_delta: bool) -> Layer:
        """Read a file: UTF-8 with or without a mark, else Windows-1252, which is reported.

        Raises OSError, UnreadableFileError and IndexFileError.
        """
        if path.suffix.lower() in EXCEL:
            with workbook_rows(path, self.shape) as (columns, rows):
                return self._layer(path, columns, rows, is_delta=is_delta)
        try:
            return self._of_lines(path, "utf-8-sig", "strict", is_delta=is_delta)
        except UnicodeDecodeError:
            layer = self._of_lines(path, "cp1252", "replace", is_delta=is_delta)
            layer.problems.merge([RowProblem(1, "", _OTHER_LETTERS, layer.file)], 1)
            return layer

    def _of_lines(self, path: Path, encoding: str, errors: str, *, is_delta: bool) -> Layer:
        with path.open("rb") as start:
            if start.read(2) in _UTF_16:
                raise UnreadableFileError("it is UTF-16; export it as UTF-8")
        with path.open(encoding=encoding, errors=errors, newline="") as file:
            columns, rows = self._rows(path, _lines(file))
            return self._layer(path, columns, rows, is_delta=is_delta)

    def _rows(
        self, path: Path, lines: Iterator[str]
    ) -> tuple[tuple[str, ...] | None, Iterator[Row]]:
        shape = self.shape
        if shape.layout is not None:
            shape.check(path)
            return shape.layout.columns, shape.layout.rows(
                lines, shape.id_column, shape.hiding(shape.layout.columns)
            )
        if path.suffix.lower() in JSON_LINES:
            return None, json_rows(lines, identifier_of=shape.identifier_of())
        delimiter, columns = csv_header(next(lines, ""), shape.id_column)
        return columns, csv_rows(lines, delimiter, columns, id_column=shape.id_column)

    def _layer(
        self, path: Path, columns: tuple[str, ...] | None, rows: Iterator[Row], *, is_delta: bool
    ) -> Layer:
        form: RowForm = self.shape.form(columns, self.zone, is_delta=is_delta)
        return Layer(form, rows, path.name if is_delta else "", self.shape.index_dir)


def _lines(file: TextIO) -> Iterator[str]:
    while line := file.readline(LONGEST_LINE + 1):
        if len(line) > LONGEST_LINE:
            raise UnreadableFileError(f"a line of it is longer than {LONGEST_LINE:,} characters")
        yield line

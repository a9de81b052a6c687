"""The rows of a sheet of an Excel workbook, which come one by one; needs the extra `jms-excel`."""

import math
import zipfile
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, Final, NamedTuple

from adapters.jms.file.shape import FileShape
from adapters.table_rows import Row, UnreadableFileError, checked_columns, pack
from app.domain.field_text import column_name

MOST_COLUMNS: Final = 1000
MOST_TEXTS: Final = 100_000_000
"""Bytes, unpacked, of any part that is read whole, such as the texts that cells share."""

MOST_BYTES: Final = 4_000_000_000
"""Bytes of all sheets, unpacked; they are read piece by piece."""

_TIMES: Final = ("date_of_birth", "booked_at", "released_at")
_LAST_DAY: Final = 2_958_465
"""31 December 9999, as Excel counts days."""

_NO_EXTRA: Final = (
    "Excel needs an extra that is not installed: pip install 'candid[jms-excel]'; or export CSV"
)


class _Sheet(NamedTuple):
    columns: tuple[str, ...]
    epoch: datetime
    dates: frozenset[int]  # places of columns in which a number counts days


@contextmanager
def workbook_rows(path: Path, shape: FileShape) -> Generator[tuple[tuple[str, ...], Iterator[Row]]]:
    """Open the sheet; its first row names the columns. Raises OSError and UnreadableFileError.

    A row with a formula is refused: what it would come to may never have been worked out, and
    nothing in the place of a status would show a record that is sealed.
    """
    try:
        import openpyxl  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise UnreadableFileError(_NO_EXTRA) from error
    with path.open("rb") as file:
        with _told_errors():
            _check_sizes(file)
            book: Any = openpyxl.load_workbook(file, read_only=True, keep_links=False)
        try:
            with _told_errors():
                sheet = _sheet_of(book, shape.sheet)
                head = next(sheet.iter_rows(max_row=1, max_col=MOST_COLUMNS), ())
                read = _Sheet(_columns(head, shape), book.epoch, frozenset())
                read = read._replace(dates=_dates(read.columns, shape))
            yield read.columns, _rows(sheet, read, shape.id_column)
        finally:
            book.close()


@contextmanager
def _told_errors() -> Generator[None]:
    """Tell what a broken workbook raises, which openpyxl does not bring under one kind."""
    try:
        yield
    except (OSError, UnreadableFileError):
        raise
    except zipfile.BadZipFile as error:
        raise UnreadableFileError("it is no whole Excel workbook") from error
    except Exception as error:
        raise UnreadableFileError(
            f"it is no Excel workbook that can be read: {type(error).__name__}"
        ) from error


def _check_sizes(file: Any) -> None:  # noqa: ANN401 - a binary file
    with zipfile.ZipFile(file) as parts:
        for part in parts.infolist():
            is_sheet = part.filename.startswith("xl/worksheets/sheet")
            if part.file_size > (MOST_BYTES if is_sheet else MOST_TEXTS):
                raise UnreadableFileError("a part of it is too large, unpacked; export CSV instead")
        if sum(part.file_size for part in parts.infolist()) > MOST_BYTES:
            raise UnreadableFileError("it is too large, unpacked; export CSV instead")
    file.seek(0)


def _sheet_of(book: Any, name: str | None) -> Any:  # noqa: ANN401 - openpyxl ships no types
    sheets = {one.title: one for one in book.worksheets}
    if not sheets:
        raise UnreadableFileError("it has no sheet")
    if name is not None and name not in sheets:
        raise UnreadableFileError(f"it has no sheet {name}; it has {', '.join(sheets)}")
    sheet = next(iter(sheets.values())) if name is None else sheets[name]
    sheet.reset_dimensions()  # what it says of its own size need not be true
    return sheet


def _columns(head: Sequence[Any], shape: FileShape) -> tuple[str, ...]:
    names = [column_name(str(cell.value)) if cell.value is not None else "" for cell in head]
    while names and not names[-1]:
        names.pop()
    return checked_columns(tuple(names), shape.id_column)


def _dates(columns: Sequence[str], shape: FileShape) -> frozenset[int]:
    """Return the places of columns that hold times and whose form no mapping names."""
    if shape.mapping is None:
        return frozenset(place for place, name in enumerate(columns) if name in _TIMES)
    of_times = {
        column_name(one.column.expression)
        for one in shape.mapping.placed
        if one.column.name in _TIMES and one.column.time_form is None
    }
    return frozenset(place for place, name in enumerate(columns) if name in of_times)


def _rows(sheet: Any, read: _Sheet, id_column: str) -> Iterator[Row]:  # noqa: ANN401 - openpyxl's own
    place = read.columns.index(id_column)
    cells = enumerate(sheet.iter_rows(min_row=2, max_col=len(read.columns)), 2)
    while True:
        with _told_errors():
            number, row = next(cells, (0, ()))
            if number == 0:
                return
            if all(cell.value is None for cell in row):
                continue
            has_formula = any(cell.data_type == "f" for cell in row)
            fields = [_text(cell.value, read, at) for at, cell in enumerate(row)]
        fields += [""] * (len(read.columns) - len(fields))
        reason = "holds a formula; export values only" if has_formula else ""
        is_known = place < len(row) and row[place].data_type != "f"
        yield Row(number, fields[place].strip() if is_known else None, pack(number, fields), reason)


def _text(value: object, read: _Sheet, at: int) -> str:
    from openpyxl.utils.datetime import from_excel  # noqa: PLC0415 - an extra

    if isinstance(value, int | float) and not isinstance(value, bool):
        if at in read.dates and 1 <= value <= _LAST_DAY:
            value = from_excel(value, read.epoch)
        elif math.isfinite(value) and value == int(value):
            value = int(value)
    if isinstance(value, datetime):
        is_date = value.time() == time.min
        return (value.date() if is_date else value).isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    return "" if value is None else str(value)

"""What a bookings file is like; the defaults are what docs/connect-a-jms.md describes."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, tzinfo
from pathlib import Path
from typing import Final

import jmespath

from adapters.field_mapping import FieldMapping, RecordReader
from adapters.field_mapping.reader import Expression
from adapters.jms.file.layout import Layout
from adapters.jms.file.row_form import PHOTO, RowForm
from adapters.table_rows import ID, UnreadableFileError
from app.domain.booking_fields import HIDING
from app.domain.denied_fields import denied
from app.domain.errors import JmsMisconfiguredError
from app.domain.field_text import column_name

JSON_LINES: Final = frozenset({".jsonl", ".ndjson"})
EXCEL: Final = frozenset({".xlsx", ".xlsm"})


@dataclass(frozen=True, slots=True)
class FileShape:
    """All of it; without a mapping columns go by their names.

    Raises JmsMisconfiguredError for a mapping that gives no id.
    """

    mapping: FieldMapping | None = None
    layout: Layout | None = None  # of lines of fixed width
    sheet: str | None = None  # of an Excel workbook; None: the first
    deltas: str = ""  # a pattern of names beside the export; "": there are none
    deleted: str = "deleted"  # the column of a delta that takes a booking away
    index_dir: Path | None = None  # None: the system's directory for temporary files

    def __post_init__(self) -> None:
        mapping = self.mapping
        if mapping is None:
            return
        if ID not in mapping.expressions:
            raise JmsMisconfiguredError(f"The mapping file {mapping.path} gives no {ID}.")
        if mapping.photos is not None:
            raise JmsMisconfiguredError(
                f"The mapping file {mapping.path} has a section photos, which a bookings file has "
                "no use for: its column photo says where each photo lies."
            )

    @property
    def id_column(self) -> str:
        """The column of the id, in files of columns."""
        return column_name(self.mapping.expressions[ID]) if self.mapping else ID

    def hiding(self, columns: Iterable[str]) -> frozenset[str]:
        """Return those of the columns that may say that a record is not to be shown."""
        expressions = self.mapping.expressions.items() if self.mapping else ()
        named = {column_name(said) for known, said in expressions if known in HIDING}
        return frozenset(named if self.mapping else HIDING).intersection(columns)

    def form(self, columns: tuple[str, ...] | None, zone: tzinfo, *, is_delta: bool) -> RowForm:
        """Return how the rows of a file with these columns are read; None: they are objects.

        Raises UnreadableFileError where a column is missing that the mapping names.
        """
        return RowForm(
            columns,
            zone,
            self._reader(columns, zone),
            self._names_photos(columns),
            self.deleted if is_delta else None,
            frozenset(at for at, name in enumerate(columns or ()) if not self._is_kept(name)),
            " ".join(self._expressions()),
        )

    def check(self, path: Path) -> None:
        """Raise JmsMisconfiguredError where layout, mapping and this file do not fit."""
        layout, mapping = self.layout, self.mapping
        if layout is not None and self.id_column not in layout.columns:
            raise JmsMisconfiguredError(
                f"The layout file {layout.path} has no column {self.id_column}."
            )
        if mapping is not None and layout is not None:
            mapping.compiled(_column_of(layout.columns), UTC)
        elif mapping is not None and path.suffix.lower() in JSON_LINES:
            mapping.compiled(_path, UTC)

    def _expressions(self) -> Iterator[str]:
        for one in self.mapping.placed if self.mapping else ():
            yield one.column.expression
            yield from (one.column.parts or {}).values()

    def _is_kept(self, column: str) -> bool:
        if self.mapping is None:
            return not denied(column)
        named = map(column_name, self.mapping.expressions.values())
        return column == self.deleted or column in named

    def identifier_of(self) -> Callable[[dict[str, object]], object] | None:
        """Return what finds the id in an object, None where it goes by its name."""
        if self.mapping is None:
            return None
        find = _path(self.mapping.expressions[ID])

        def identifier(record: dict[str, object]) -> object:
            try:
                return find(record)
            except (ValueError, LookupError, TypeError, ArithmeticError, RecursionError):
                return None

        return identifier

    def _reader(self, columns: tuple[str, ...] | None, zone: tzinfo) -> RecordReader | None:
        if self.mapping is None:
            return None
        compiled = _path if columns is None else _column_of(columns)
        try:
            return self.mapping.compiled(compiled, zone)
        except JmsMisconfiguredError as error:
            raise UnreadableFileError(str(error).rstrip(".")) from error

    def _names_photos(self, columns: Sequence[str] | None) -> bool | None:
        if self.mapping is not None and PHOTO not in self.mapping.expressions:
            return False
        if columns is None:
            return None
        return self.mapping is not None or PHOTO in columns


def _path(text: str) -> Expression:
    search: Expression = jmespath.compile(text).search
    return search


def _column_of(columns: Sequence[str]) -> Callable[[str], Expression]:
    def compiled(text: str) -> Expression:
        name = column_name(text)
        if name not in columns:
            raise ValueError(f"the file has no column {text}")
        return lambda record: record[name].strip() if isinstance(record, dict) else None

    return compiled

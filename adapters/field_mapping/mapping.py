"""A mapping file, checked and read; every complaint names the line and column."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import tzinfo
from pathlib import Path
from typing import Final

from adapters.field_mapping.checks import (
    codes_of,
    each_of,
    expression_of,
    namespaces_of,
    time_form_of,
)
from adapters.field_mapping.reader import (
    Column,
    Compile,
    CompileLists,
    Expression,
    RecordReader,
    by_parts,
    listed,
)
from adapters.field_mapping.sections import MappingFault, entries_of, like, sections_of
from adapters.plain_yaml import MOST_BYTES, Place, PlainYamlError, Written, written_yaml
from app.domain.booking_fields import COLUMNS, HIDING, LISTS, MOST_EXTRA
from app.domain.denied_fields import denied
from app.domain.errors import JmsMisconfiguredError
from app.domain.field_text import column_name

PHOTO_COLUMNS: Final = frozenset(
    {"external_image_id", "booking_number", "view", "taken_at", "changed_at", "url", "image"}
)
"""Of an entry of a listing of photos; `image` is the photo itself, as base64 where it is a text."""

_SECTIONS: Final = ("namespaces", "fields", "codes", "times", "extra", "photos")
_OF_PHOTOS: Final = ("fields", "codes", "times")


@dataclass(frozen=True, slots=True)
class PlacedColumn:
    """A column of the mapping, and where its expression stands in the file."""

    column: Column
    place: Place


@dataclass(frozen=True, slots=True)
class FieldMapping:
    """Which expression gives each column; `photos` is about entries of a listing of photos.

    `namespaces` are the prefixes of expressions about XML, which other adapters do not ask for.
    """

    path: Path
    placed: tuple[PlacedColumn, ...]
    photos: "FieldMapping | None" = None
    namespaces: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def load(cls, path: Path) -> "FieldMapping":
        """Read a mapping file.

        Raises JmsMisconfiguredError, which names line and column, for what is no YAML or no
        mapping, a column that is not known, a field that must not be taken in, and codes or
        times that mean nothing here.
        """
        try:
            with path.open("rb") as file:
                text = file.read(MOST_BYTES + 1)
        except OSError as error:
            told = f"The mapping file {path} cannot be read: {error.strerror or error}."
            raise JmsMisconfiguredError(told) from error
        try:
            return _mapping(path, written_yaml(text))
        except (PlainYamlError, MappingFault) as error:
            raise JmsMisconfiguredError(f"The mapping file {path}: {error}.") from error

    @property
    def expressions(self) -> Mapping[str, str]:
        """The expression of each column, extra ones included."""
        return {one.column.name: one.column.expression for one in self.placed}

    def compiled(
        self, compile_one: Compile, zone: tzinfo, lists: CompileLists | None = None
    ) -> RecordReader:
        """Return what reads records; a date given as an epoch may be a midnight in `zone`.

        `lists` is for columns that hold one, where `compile_one` does not give lists as they are.
        Raises JmsMisconfiguredError for an expression that is refused by a ValueError.
        """
        asked = lists or CompileLists(
            lambda text: listed(compile_one(text)), compile_one, compile_one
        )
        columns = [(one.column, self._expression(compile_one, asked, one)) for one in self.placed]
        return RecordReader(columns, zone)

    def _expression(
        self, compile_one: Compile, lists: CompileLists, placed: PlacedColumn
    ) -> Expression:
        column = placed.column
        try:
            if column.parts is not None:
                parts = {name: compile_one(text) for name, text in column.parts.items()}
                return by_parts(lists.each(column.expression), parts)
            if column.name in HIDING:
                return lists.marks(column.expression)
            compile_it = lists.texts if column.name in LISTS else compile_one
            return compile_it(column.expression)
        except ValueError as error:
            told = " ".join(str(error).split())
            raise JmsMisconfiguredError(
                f"The mapping file {self.path}: {placed.place}: the expression of "
                f"{column.name} cannot be read: {told}"
            ) from error


def _mapping(path: Path, written: Written | None) -> FieldMapping:
    if written is None:
        raise MappingFault(Place(1, 1), "it is empty; write  fields:  and a line for each column")
    sections = sections_of(written, _SECTIONS, "the file")
    placed = [*_columns(sections, COLUMNS, written.place), *_extra(sections.get("extra"))]
    prefixes = namespaces_of(sections["namespaces"]) if "namespaces" in sections else {}
    return FieldMapping(path, tuple(placed), _photos(path, sections.get("photos")), prefixes)


def _photos(path: Path, written: Written | None) -> FieldMapping | None:
    if written is None:
        return None
    sections = sections_of(written, _OF_PHOTOS, "photos")
    return FieldMapping(path, tuple(_columns(sections, PHOTO_COLUMNS, written.place)))


def _columns(
    sections: Mapping[str, Written], known: Collection[str], place: Place
) -> Iterator[PlacedColumn]:
    if "fields" not in sections:
        raise MappingFault(place, "there is no  fields:  with a line for each column")
    fields = {
        name: value
        for name, at, value in entries_of(sections["fields"], "fields")
        if _is_known(name, at, known)
    }
    codes = _about(sections, "codes", fields)
    times = _about(sections, "times", fields)
    for name, value in fields.items():
        expression, parts = _expression_and_parts(value, name)
        column = Column(
            name,
            expression,
            codes_of(codes[name], name) if name in codes else None,
            time_form_of(times[name], name) if name in times else None,
            parts,
        )
        yield PlacedColumn(column, value.place)


def _expression_and_parts(written: Written, column: str) -> tuple[str, Mapping[str, str] | None]:
    if written.kind == "a mapping":
        return each_of(written, column)
    return expression_of(written, column, is_extra=False), None


def _is_known(name: str, place: Place, known: Collection[str]) -> bool:
    if name in known:
        return True
    if denied(column_name(name)):
        raise MappingFault(place, f"{name} is a field that must not be taken in")
    hint = like(column_name(name), known) or "; a further one goes under  extra:"
    raise MappingFault(place, f"{name} is no column that is known{hint}")


def _about(
    sections: Mapping[str, Written], section: str, fields: Collection[str]
) -> Mapping[str, Written]:
    """Return what a section says of the columns; MappingFault for one that has no expression."""
    if section not in sections:
        return {}
    said = dict[str, Written]()
    for name, place, value in entries_of(sections[section], section):
        if name not in fields:
            raise MappingFault(place, f"{section} is about {name}, which has no line in fields")
        said[name] = value
    return said


def _extra(written: Written | None) -> Iterator[PlacedColumn]:
    if written is None:
        return
    for number, (name, place, value) in enumerate(entries_of(written, "extra"), 1):
        column = column_name(name)
        if denied(column):
            raise MappingFault(place, f"{name} is a field that must not be taken in")
        if not column or column in COLUMNS:
            raise MappingFault(place, f"{name or 'nothing'} is no name of an extra column")
        if number > MOST_EXTRA:
            raise MappingFault(place, f"there are more than {MOST_EXTRA} extra columns")
        yield PlacedColumn(Column(column, expression_of(value, name, is_extra=True)), value.place)

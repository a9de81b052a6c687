"""Which columns of a query are read, and what they are to a booking or a photo."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import tzinfo
from typing import Any, Final

from sqlalchemy import ColumnElement

from adapters.field_mapping import FieldMapping, RecordReader, explained_by_name
from adapters.field_mapping.kinds import EMPTY, NOTHING
from adapters.jms.sql.dialects import Kind
from adapters.jms.sql.table import Table
from adapters.jms.sql.values import LONGEST_LIST, LONGEST_TEXT, day_of, plain
from app.domain.booking_fields import COLUMNS, HIDING
from app.domain.denied_fields import denied
from app.domain.errors import JmsMisconfiguredError
from app.domain.field_text import column_name
from app.domain.mapped_fields import MappedField

ID: Final = "external_image_id"
CHARGE_PARTS: Final[Mapping[str, str]] = {
    "charge_statute": "statute",
    "charge_text": "text",
    "charge_severity": "severity",
    "charge_disposition": "disposition",
    "charge_ncic_code": "ncic_code",
    "charge_counts": "counts",
    "charge_bail": "bail",
}
"""Columns of one charge, where a booking has a row for each; and what they are in a list."""

CHARGE_ORDER: Final = "charge_number"
OF_CHARGES: Final = frozenset({*CHARGE_PARTS, CHARGE_ORDER})
PATH, IMAGE, CHANGED_AT = "photo", "image", "changed_at"
URL: Final = "url"
OF_VIEWS: Final = ("view", "pose", "image_type")
OF_PHOTOS: Final = frozenset({ID, "booking_number", *OF_VIEWS, "taken_at", CHANGED_AT, PATH, IMAGE})

_LISTS: Final = frozenset(
    {
        *("charges", "detainers", "aliases", "scars_marks_tattoos", "other_person_ids"),
        *("other_booking_numbers", "previous_booking_numbers"),
    }
)


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a table that are read, in the order in which they are asked for."""

    table: Table
    names: Mapping[str, str]  # the known column -> the database's
    reader: RecordReader | None  # by a mapping file; else columns are read by their names
    zone: tzinfo

    @classmethod
    def of_bookings(
        cls,
        table: Table,
        mapping: FieldMapping | None,
        extra: Collection[str],
        zone: tzinfo,
    ) -> "Columns":
        """Find the columns of bookings; further ones are read where answers may show them.

        Raises JmsMisconfiguredError where the query lacks one that is needed, or has a status
        that cannot be read.
        """
        allowed = {name for name in map(column_name, extra) if not denied(name)}
        known = (COLUMNS | OF_CHARGES | allowed) - {PATH}
        columns = _found(table, mapping, known, zone)
        _check_hiding(columns)
        if "charges" in columns.names and not CHARGE_PARTS.keys().isdisjoint(columns.names):
            raise JmsMisconfiguredError(
                f"{table.setting} has charges and also the columns of a row for each charge; "
                "leave out one of the two."
            )
        return columns

    @classmethod
    def of_photos(cls, table: Table, mapping: FieldMapping | None, zone: tzinfo) -> "Columns":
        """Find the columns of photos.

        Raises JmsMisconfiguredError where the query lacks one that is needed.
        """
        columns = _found(table, mapping.photos if mapping else None, OF_PHOTOS, zone)
        if URL in columns.names:  # what a mapping file calls where a photo lies
            columns = replace(columns, names=_renamed(columns.names))
        has_one = (PATH in columns.names) != (IMAGE in columns.names)
        if not has_one:
            raise JmsMisconfiguredError(
                f"{table.setting} needs either a column {PATH} with each photo's path or a column "
                f"{IMAGE} with its bytes; it has {_listed(table.kinds)}."
            )
        _check_kind(columns, IMAGE, {Kind.BINARY, Kind.LARGE}, "binary")
        _check_kind(
            columns, CHANGED_AT, {Kind.DATE, Kind.MOMENT, Kind.UTC, Kind.ZONED}, "a date or time"
        )
        return columns

    def kind(self, known: str) -> Kind:
        """Return the kind of a known column."""
        return self.table.kinds[self.names[known]]

    def is_uuid(self, known: str) -> bool:
        """Say whether a known column has UUIDs."""
        return self.kind(known) is Kind.UUID

    def asked(self, known: Iterable[str]) -> list[ColumnElement[Any]]:
        """Return what is asked for, of each column no more than may be of use."""
        return [
            self.table.short(self.names[one], LONGEST_LIST if one in _LISTS else LONGEST_TEXT)
            for one in known
        ]

    def record(self, known: Iterable[str], values: Iterable[object]) -> Mapping[str, object]:
        """Return a row of what was asked for, by the database's names."""
        named = ((self.names[one], value) for one, value in zip(known, values, strict=True))
        return {name: plain(value, self.table.kinds[name]) for name, value in named}

    def fields(self, record: Mapping[str, object]) -> dict[str, object]:
        """Return what a row says of each known column."""
        if self.reader is None:
            fields = {one: record[name] for one, name in self.names.items() if name in record}
        else:
            fields = dict(self.reader.fields_of(record))
            fields |= {one: record[self.names[one]] for one in OF_CHARGES & self.names.keys()}
        if "date_of_birth" in fields:
            fields["date_of_birth"] = day_of(fields["date_of_birth"], self.zone)
        return fields

    def explained(
        self, record: Mapping[str, object], fields: Mapping[str, object]
    ) -> tuple[MappedField, ...]:
        """Say of each known column what came of it; `fields` are those of all rows of the id."""
        if self.reader is None:
            return explained_by_name(fields, self.zone)
        charges = fields.get("charges") if not OF_CHARGES.isdisjoint(self.names) else None
        counted = {} if charges is None else {"charges": charges}
        mapped = map(_there, self.reader.explained(record))
        return (*mapped, *explained_by_name(counted, self.zone))


def _there(reading: MappedField) -> MappedField:
    """Tell that a column is empty: there is none that the mapping names and the query lacks."""
    return replace(reading, found=EMPTY) if reading.found == NOTHING else reading


def _found(
    table: Table, mapping: FieldMapping | None, known: Collection[str], zone: tzinfo
) -> Columns:
    names = _by_mapping(table, mapping, known) if mapping else {}
    usual = OF_CHARGES.intersection(known) if mapping else known
    for name, kind in table.kinds.items():
        meant = column_name(name)
        if meant not in usual or (kind is Kind.BINARY and meant != IMAGE):
            continue
        if meant in names:
            raise JmsMisconfiguredError(f"{table.setting} has the column {meant} twice.")
        names[meant] = name
    if ID not in names:
        raise JmsMisconfiguredError(
            f"{table.setting} has no column {ID}; it has {_listed(table.kinds)}."
        )
    reader = mapping.compiled(_reading(table), zone) if mapping else None
    return Columns(table, names, reader, zone)


def _by_mapping(table: Table, mapping: FieldMapping, known: Collection[str]) -> dict[str, str]:
    """Return where the mapping finds each column; extra ones it may name as it likes."""
    names = dict[str, str]()
    for meant, expression in mapping.expressions.items():
        if meant in COLUMNS and meant not in known:
            continue  # a photo's path is no part of a booking
        name = table.find(expression)
        if name is None:
            raise JmsMisconfiguredError(
                f"{table.setting} has no column {expression}, which {mapping.path} names for "
                f"{meant}; it has {_listed(table.kinds)}."
            )
        names[meant] = name
    return names


def _reading(table: Table) -> Callable[[str], Callable[[object], object]]:
    """Return what makes of a column's name that which reads it from a row."""

    def compiled(expression: str) -> Callable[[object], object]:
        name = table.find(expression)

        def read(record: object) -> object:
            return record.get(name) if isinstance(record, Mapping) else None

        return read

    return compiled


def _check_kind(columns: Columns, known: str, kinds: Collection[Kind], what: str) -> None:
    if known in columns.names and columns.kind(known) not in kinds:
        raise JmsMisconfiguredError(
            f"{columns.table.setting}: its column {columns.names[known]} has to be {what}."
        )


def _check_hiding(columns: Columns) -> None:
    kinds = columns.table.kinds
    by_name = (
        columns.names.items() if columns.reader else ((column_name(one), one) for one in kinds)
    )
    for known, name in by_name:
        if known in HIDING and kinds[name] is Kind.BINARY:
            raise JmsMisconfiguredError(
                f"{columns.table.setting}: its column {name} is binary, and may say that a record "
                "is sealed; give it as a text or a number."
            )


def _renamed(names: Mapping[str, str]) -> Mapping[str, str]:
    return {PATH if one == URL else one: name for one, name in names.items()}


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names) or "none"

"""What came of a record that is read without a mapping: by the names of its fields."""

from collections.abc import Iterator, Mapping
from datetime import tzinfo
from typing import Final

from adapters.field_mapping.kinds import EMPTY, kind_of_value
from app.domain.booking_fields import COLUMNS, booking_from_fields
from app.domain.denied_fields import denied
from app.domain.errors import InvalidExternalImageIdError
from app.domain.field_text import clean_text, column_name
from app.domain.mapped_fields import AN_EXTRA, DROPPED, MappedField

_NESTED: Final = {"person", "extra"}


def explained_by_name(fields: Mapping[str, object], zone: tzinfo) -> tuple[MappedField, ...]:
    """Say of each field of a record what came of it; times that name no zone are in `zone`."""
    named = {"external_image_id": "-", **fields}
    try:
        problems = booking_from_fields(named, zone).problems
    except InvalidExternalImageIdError:
        problems = ()
    told = {problem.field: problem.reason for problem in problems}
    return tuple(_reading(name, value, told) for name, value in _flat(fields))


def _flat(fields: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    for name, value in fields.items():
        if column_name(name) in _NESTED and isinstance(value, Mapping):
            yield from ((str(inner), one) for inner, one in value.items())
        else:
            yield str(name), value


def _reading(name: str, value: object, told: Mapping[str, str]) -> MappedField:
    column = column_name(name)
    found = EMPTY if value in (None, "") else kind_of_value(value)
    if column in COLUMNS:
        return MappedField(column, name, found, _said(value), told.get(column))
    if denied(column):
        return MappedField(column, name, found, None, "must not be taken in: it is dropped")
    if clean_text(value) is None:
        return MappedField(column, name, found, None, DROPPED)
    return MappedField(column, name, found, _said(value), AN_EXTRA)


def _said(value: object) -> object:
    return None if value in ("", [], {}) else value

"""Reads records by the compiled expressions of a mapping file."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import tzinfo
from typing import Final

from adapters.field_mapping.kinds import EMPTY, NOTHING, kind_of_value
from adapters.field_mapping.times import iso_of
from app.domain.booking_fields import HIDING, STATUS_COLUMNS, booking_from_fields
from app.domain.errors import InvalidExternalImageIdError
from app.domain.field_text import clean_text
from app.domain.mapped_code import MappedCode
from app.domain.mapped_fields import MappedField
from app.domain.several import Several

Expression = Callable[[object], object]
"""Gives what an expression finds in a record, None for nothing; ValueError when it cannot."""

Compile = Callable[[str], Expression]
"""Makes one of its text; ValueError, which says what is wrong, when it is none."""

NOT_SAID: Final = "not said"
NOT_IN_CODES: Final = "not in codes"
"""Statuses that no system has: whatever is not known to be active is never shown."""

_DATES: Final = frozenset({"date_of_birth"})
_NO_STATUS: Final = (
    "nothing is there, so the record is treated as restricted; if nothing means active, "
    'write  codes: {status: {"": active}}'
)
_UNPRINTABLE: Final = "has nothing in it that can be printed, which may mark it: it is not shown"


@dataclass(frozen=True, slots=True)
class Column:
    """How one column is read."""

    name: str
    expression: str
    codes: Mapping[str, str] | None = None  # the JMS's code -> the one that Candid knows
    time_form: str | None = None
    parts: Mapping[str, str] | None = None  # of a list, whose elements the expression gives


@dataclass(frozen=True, slots=True)
class CompileLists:
    """How an adapter compiles what is about lists; ValueError as with `Compile`."""

    each: Callable[[str], Callable[[object], Sequence[object]]]  # elements, read by other ones
    texts: Compile  # gives a list of plain values
    marks: Compile  # gives what may hide a record, as Several where it is said more than once


class _Unreadable:
    """In the place of a value that no booking can hold, so that its field is told as a problem."""


class RecordReader:
    """Reads one record after another; made by `FieldMapping.compiled`."""

    def __init__(self, columns: Sequence[tuple[Column, Expression]], zone: tzinfo) -> None:
        self._columns = tuple(columns)
        self._zone = zone

    def fields_of(self, record: object) -> Mapping[str, object]:
        """Return the columns of a record, as `booking_from_fields` reads them; never raises."""
        readings = (self._reading(column, find, record) for column, find in self._columns)
        return {one.column: one.value for one in readings if one.value is not None}

    def explained(self, record: object) -> tuple[MappedField, ...]:
        """Say of each column of the mapping what came of it."""
        readings = [self._reading(column, find, record) for column, find in self._columns]
        fields = {one.column: one.value for one in readings if one.value is not None}
        try:
            named = {"external_image_id": "-", **fields}
            problems = booking_from_fields(named, self._zone).problems
        except InvalidExternalImageIdError:
            problems = ()
        told = {problem.field: problem.reason for problem in problems}
        return tuple(_explained(one, told.get(one.column)) for one in readings)

    def _reading(self, column: Column, find: Expression, record: object) -> MappedField:
        reading = MappedField(column.name, column.expression, NOTHING)
        try:
            found = find(record)
        except (ValueError, LookupError, TypeError, ArithmeticError, RecursionError) as error:
            problem = f"the expression fails on this record: {type(error).__name__}"
            return replace(reading, found="unreadable", value=_Unreadable(), problem=problem)
        if isinstance(found, Several):
            return self._all(reading, [self._read(column, reading, one) for one in found])
        return self._read(column, reading, found)

    def _all(self, reading: MappedField, each: Sequence[MappedField]) -> MappedField:
        problem = next((one.problem for one in each if one.problem), None)
        value = Several(one.value for one in each if one.value is not None)
        return replace(reading, found=kind_of_value(each), value=value, problem=problem)

    def _read(self, column: Column, reading: MappedField, found: object) -> MappedField:
        if _is_nothing(found) or (_is_unprintable(found) and column.name not in HIDING):
            is_there = isinstance(found, str)  # a list or object may be of what is nowhere
            return self._nothing(column, replace(reading, found=EMPTY) if is_there else reading)
        reading = replace(reading, found=kind_of_value(found), value=found)
        if _is_unprintable(found):
            return replace(reading, value=_Unreadable(), problem=_UNPRINTABLE)
        if column.codes is not None:
            reading = _meant(column, column.codes, reading)
        if column.time_form is not None:
            reading = self._timed(column, column.time_form, reading)
        return reading

    def _nothing(self, column: Column, reading: MappedField) -> MappedField:
        meant = (column.codes or {}).get("")
        if meant is not None:
            return replace(reading, value=MappedCode("", meant))
        if column.name in STATUS_COLUMNS:
            return replace(reading, value=NOT_SAID, problem=_NO_STATUS)
        return reading

    def _timed(self, column: Column, form: str, reading: MappedField) -> MappedField:
        text = clean_text(reading.value) or ""
        iso = iso_of(text, form, self._zone, is_date=column.name in _DATES)
        if iso is None:
            problem = f"is not of the form {form}"
            return replace(reading, value=_Unreadable(), problem=problem)
        return replace(reading, value=iso)


def listed(find: Expression) -> Callable[[object], Sequence[object]]:
    """Return an expression as one that gives elements; what gives no list fails on the record."""

    def each(record: object) -> Sequence[object]:
        found = find(record)
        if found is None:
            return []
        if not isinstance(found, list):
            raise ValueError("it gives no list")  # noqa: TRY004 - as every failure on a record
        return found

    return each


def by_parts(
    each: Callable[[object], Sequence[object]], parts: Mapping[str, Expression]
) -> Expression:
    """Return what gives an object for each element of a list, with the parts that it has."""

    def objects(record: object) -> object:
        found = [{name: find(one) for name, find in parts.items()} for one in each(record)]
        return [{name: value for name, value in one.items() if value is not None} for one in found]

    return objects


def _is_nothing(found: object) -> bool:
    is_blank = isinstance(found, str) and not found.strip()
    return is_blank or found is None or found in ([], {})


def _is_unprintable(found: object) -> bool:
    """Say whether this is a text in which nothing can be seen: some give a bit that is set so."""
    return isinstance(found, str) and clean_text(found) == ""


def _meant(column: Column, codes: Mapping[str, str], reading: MappedField) -> MappedField:
    raw = clean_text(reading.value)
    if raw is None:
        problem = "is no plain value that could be a code"
        return replace(reading, value=_Unreadable(), problem=problem)
    meant = codes.get(raw)
    if meant is not None:
        return replace(reading, value=MappedCode(raw, meant))
    if column.name in STATUS_COLUMNS:
        problem = "is not in codes, so the record is treated as restricted"
        return replace(reading, value=NOT_IN_CODES, problem=problem)
    problem = "is not in codes: its raw value is kept, without a meaning"
    return replace(reading, value=MappedCode(raw, None), problem=problem)


def _explained(reading: MappedField, problem: str | None) -> MappedField:
    is_unreadable = isinstance(reading.value, _Unreadable)
    return replace(
        reading,
        value=None if is_unreadable else reading.value,
        problem=reading.problem or problem,
    )

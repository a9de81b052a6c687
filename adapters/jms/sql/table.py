"""What a query gives, as a table of its own: its columns, and questions about them."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Select,
    column,
    false,
    literal_column,
    select,
    text,
)
from sqlalchemy.types import UserDefinedType

from adapters.jms.sql.dialects import Dialect, Kind
from app.domain.errors import JmsMisconfiguredError
from app.domain.field_text import column_name

_NAME: Final = "candid_rows"
_COLON: Final = re.compile(r"(?<![:\w\\]):(?=\w)")
_NUMBER: Final = re.compile(r"-?(?:0|[1-9]\d{0,37})", re.ASCII)
_UUID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_UNSTORABLE: Final = re.compile("[\0\ud800-\udfff]")
_READ_AS_TEXT: Final = frozenset({Kind.OTHER, Kind.LARGE})
_EXACT: Final = frozenset({Kind.NUMBER, Kind.UUID})
_COMPARED_AS_THEY_ARE: Final = _EXACT | {Kind.TEXT}


class Untyped(UserDefinedType[Any]):
    """A parameter whose type the column it is compared with decides, so that its index serves."""

    cache_ok = True


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of a query; `setting` is where it was written, for whoever has to change it."""

    setting: str
    dialect: Dialect
    kinds: Mapping[str, Kind]  # by the database's own names
    rows: FromClause

    @classmethod
    def learnt(cls, query: str, setting: str, dialect: Dialect, connection: Connection) -> "Table":
        """Ask the database which columns the query has; JmsMisconfiguredError for one twice."""
        everything: Select[Any] = select(literal_column("*")).select_from(as_table(query, ()))
        answer = connection.execute(everything.where(false()))
        described = answer.cursor.description
        kinds = dict[str, Kind]()
        for name, told in zip(answer.keys(), described or (), strict=True):
            if name in kinds:
                raise JmsMisconfiguredError(f"{setting} has the column {name} twice.")
            kinds[name] = dialect.kind(told[1])
        return cls(setting, dialect, kinds, as_table(query, tuple(kinds)))

    def find(self, name: str) -> str | None:
        """Return the column of a name, written as it is, in another case or with other marks."""
        if name in self.kinds:
            return name
        meant = column_name(name)
        return next((one for one in self.kinds if column_name(one) == meant), None)

    def select(self, columns: Iterable[ColumnElement[Any]]) -> Select[Any]:
        """Return a question about the rows; its answer has the values in this order."""
        labelled = [one.label(f"c{number}") for number, one in enumerate(columns)]
        return select(*labelled).select_from(self.rows)

    def column(self, name: str) -> ColumnElement[Any]:
        """Return a column as it is."""
        return self.rows.c[name]

    def short(self, name: str, most: int) -> ColumnElement[Any]:
        """Return a column of which no more than so many characters are read."""
        kind, whole = self.kinds[name], self.column(name)
        if kind is Kind.BITS:
            return whole.op("+")(literal_column("0"))
        if kind in _READ_AS_TEXT:
            whole = self.dialect.as_text(whole)
        elif kind is not Kind.TEXT:
            return whole
        return self.dialect.beginning(whole, most)

    def key(self, name: str) -> ColumnElement[Any]:
        """Return a column of ids as they are compared with `key_of`, and sorted."""
        whole = self.column(name)
        return whole if self.kinds[name] in _COMPARED_AS_THEY_ARE else self.dialect.as_text(whole)

    def exact_key(self, name: str) -> ColumnElement[Any]:
        """Return a column of ids, compared as exactly as they are written."""
        key = self.key(name)
        return key if self.kinds[name] in _EXACT else self.dialect.exactly(key)

    def key_of(self, name: str, identifier: str) -> object:
        """Return an id as this column may have it; None where it cannot."""
        kind = self.kinds[name]
        if kind is Kind.NUMBER:
            return int(identifier) if _NUMBER.fullmatch(identifier) else None
        if kind is Kind.UUID:
            return identifier if _UUID.fullmatch(identifier.lower()) else None
        return None if _UNSTORABLE.search(identifier) else identifier


def as_table(query: str, names: Iterable[str]) -> FromClause:
    """Return the query in the place of a table; no colon in it begins a parameter."""
    columns = [column(name, Untyped()) for name in names]
    return text(_COLON.sub(r"\\:", query)).columns(*columns).subquery(_NAME)

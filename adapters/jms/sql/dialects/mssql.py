"""SQL Server, by Microsoft's own mssql-python. Untested here: docs/connect-by-sql.md says so."""

import math
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from sqlalchemy import URL, ColumnElement, Connection, Unicode, cast, collate, func, text
from typing_extensions import override

from adapters.jms.sql.dialects.base import CONNECT_SECONDS, Dialect, Fault, Kind, named

_KINDS: Final[Mapping[object, Kind]] = {
    str: Kind.TEXT,
    **dict.fromkeys((int, float, Decimal), Kind.NUMBER),
    date: Kind.DATE,
    datetime: Kind.MOMENT,
    UUID: Kind.UUID,
    **dict.fromkeys((bytes, bytearray), Kind.BINARY),
    bool: Kind.PLAIN,
}
"""By the Python type of the values."""

_TIMEOUTS: Final = ("query timeout", "timeout expired", "lock request time out")
_MISCONFIGURED: Final = (
    *("login failed", "cannot open database", "invalid object name", "invalid column name"),
    *("permission was denied", "incorrect syntax", "failed to load the driver"),
)
_WRITABLE: Final = text(
    """
    SELECT 'everything, as a member of ' + r.name
    FROM (VALUES ('sysadmin'), ('db_owner'), ('db_datawriter'), ('db_ddladmin')) AS r(name)
    WHERE IS_SRVROLEMEMBER(r.name) = 1 OR IS_MEMBER(r.name) = 1
    UNION ALL
    SELECT SCHEMA_NAME(o.schema_id) + '.' + o.name FROM sys.objects AS o
    WHERE o.type IN ('U', 'V') AND o.is_ms_shipped = 0 AND 1 IN (
        HAS_PERMS_BY_NAME(QUOTENAME(SCHEMA_NAME(o.schema_id)) + '.' + QUOTENAME(o.name),
            'OBJECT', 'INSERT'),
        HAS_PERMS_BY_NAME(QUOTENAME(SCHEMA_NAME(o.schema_id)) + '.' + QUOTENAME(o.name),
            'OBJECT', 'UPDATE'),
        HAS_PERMS_BY_NAME(QUOTENAME(SCHEMA_NAME(o.schema_id)) + '.' + QUOTENAME(o.name),
            'OBJECT', 'DELETE'))
    """
)


class SqlServer(Dialect):
    """There is no transaction that only reads: the account is what keeps it from writing."""

    name = "SQL Server"
    driver = "mssql+mssqlpython"
    package = "candid[jms-mssql]"
    text_type = Unicode()

    @override
    def connect_arguments(self, url: URL, seconds: float) -> Mapping[str, Any]:
        return {"timeout": CONNECT_SECONDS}

    @override
    def prepare(self, connection: Any, seconds: float) -> Sequence[str]:
        connection.timeout = max(1, math.ceil(seconds))  # whole ones; none would be no bound at all
        return (f"SET LOCK_TIMEOUT {max(1, round(1000 * seconds))}",)

    @override
    def kind(self, type_code: object) -> Kind:
        return _KINDS.get(type_code, Kind.OTHER) if isinstance(type_code, type) else Kind.OTHER

    @override
    def fault(self, error: BaseException) -> Fault | None:
        told = str(error).lower()
        if any(words in told for words in _TIMEOUTS):
            return Fault.TIMEOUT
        return Fault.MISCONFIGURED if any(words in told for words in _MISCONFIGURED) else None

    @override
    def writable(self, connection: Connection) -> Sequence[str]:
        return named(list(connection.scalars(_WRITABLE)))

    @override
    def octets(self, column: ColumnElement[Any]) -> ColumnElement[int]:
        return func.datalength(column)

    @override
    def beginning(self, column: ColumnElement[Any], most: int) -> ColumnElement[Any]:
        return func.substring(column, 1, most)

    @override
    def exactly(self, column: ColumnElement[Any]) -> ColumnElement[Any]:
        return collate(cast(column, self.text_type), "Latin1_General_100_BIN2")

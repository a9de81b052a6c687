"""Oracle, by python-oracledb without a client library. Untested here: docs/connect-by-sql.md."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import URL, ColumnElement, Connection, Unicode, func, text
from typing_extensions import override

from adapters.jms.sql.dialects.base import CONNECT_SECONDS, Dialect, Fault, Kind, named

_KINDS: Final[Mapping[str, Kind]] = {
    **dict.fromkeys(("VARCHAR", "CHAR", "NVARCHAR", "NCHAR", "CLOB", "NCLOB"), Kind.TEXT),
    **dict.fromkeys(("NUMBER", "BINARY_DOUBLE", "BINARY_FLOAT", "BINARY_INTEGER"), Kind.NUMBER),
    **dict.fromkeys(("DATE", "TIMESTAMP"), Kind.MOMENT),
    **dict.fromkeys(("TIMESTAMP_TZ", "TIMESTAMP_LTZ"), Kind.UTC),
    **dict.fromkeys(("BLOB", "RAW", "LONG_RAW", "BFILE"), Kind.BINARY),
    "BOOLEAN": Kind.PLAIN,
}
"""By the name of the driver's type, without `DB_TYPE_`."""

_TIMEOUTS: Final = frozenset({"DPY-4024", "DPI-1067", "ORA-03156", "ORA-01013", "ORA-00054"})
_MISCONFIGURED: Final = frozenset(
    {
        *("ORA-01017", "ORA-01045", "ORA-28000", "ORA-28001", "ORA-12514", "ORA-12505"),
        *("DPY-6001", "DPY-6003", "ORA-00904", "ORA-00918", "ORA-00942", "ORA-01031"),
        *("ORA-00900", "ORA-00923", "ORA-00933", "ORA-00936", "ORA-01456", "ORA-00907"),
    }
)
_ROW: Final = frozenset({"ORA-01722", "ORA-06502", "ORA-01401", "ORA-12899"})
_WRITABLE: Final = text(
    """
    SELECT privilege AS what FROM session_privs WHERE privilege IN (
        'INSERT ANY TABLE', 'UPDATE ANY TABLE', 'DELETE ANY TABLE', 'DROP ANY TABLE',
        'ALTER ANY TABLE', 'EXECUTE ANY PROCEDURE')
    UNION ALL
    SELECT table_schema || '.' || table_name FROM all_tab_privs
    WHERE privilege IN ('INSERT', 'UPDATE', 'DELETE', 'ALTER')
        AND table_schema NOT IN ('SYS', 'SYSTEM', 'XDB', 'MDSYS', 'CTXSYS')
    UNION ALL
    SELECT USER || '.' || table_name FROM user_tables
    """
)


class Oracle(Dialect):
    """A transaction that only reads has to be begun as one, which is a call of its own."""

    name = "Oracle"
    driver = "oracle+oracledb"
    package = "candid[jms-oracle]"
    autocommit = False
    begins_with = "SET TRANSACTION READ ONLY"
    text_type = Unicode(4000)

    @override
    def connect_arguments(self, url: URL, seconds: float) -> Mapping[str, Any]:
        return {"tcp_connect_timeout": float(CONNECT_SECONDS), "program": "candid"}

    @override
    def prepare(self, connection: Any, seconds: float) -> Sequence[str]:
        connection.call_timeout = max(1, round(1000 * seconds))  # milliseconds
        return ("ALTER SESSION SET TIME_ZONE = '+00:00'",)

    @override
    def kind(self, type_code: object) -> Kind:
        name = getattr(type_code, "name", "").removeprefix("DB_TYPE_")
        return _KINDS.get(name, Kind.OTHER)

    @override
    def fault(self, error: BaseException) -> Fault | None:
        code = getattr(error.args[0] if error.args else None, "full_code", "")
        if code in _TIMEOUTS:
            return Fault.TIMEOUT
        if code in _ROW:
            return Fault.ROW
        return Fault.MISCONFIGURED if code in _MISCONFIGURED else None

    @override
    def writable(self, connection: Connection) -> Sequence[str]:
        return named(list(connection.scalars(_WRITABLE)))

    @override
    def octets(self, column: ColumnElement[Any]) -> ColumnElement[int]:
        return func.dbms_lob.getlength(column)

"""MySQL and MariaDB, by PyMySQL."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import URL, ColumnElement, Connection, cast, collate, text
from sqlalchemy.dialects.mysql import CHAR
from typing_extensions import override

from adapters.jms.sql.dialects.base import CONNECT_SECONDS, Dialect, Fault, Kind, named

_KINDS: Final[Mapping[int, Kind]] = {
    **dict.fromkeys((15, 247, 248, 253, 254), Kind.TEXT),
    **dict.fromkeys((0, 1, 2, 3, 4, 5, 8, 9, 13, 246), Kind.NUMBER),
    10: Kind.DATE,
    12: Kind.MOMENT,
    7: Kind.UTC,
    16: Kind.BITS,
    **dict.fromkeys((249, 250, 251, 252), Kind.LARGE),
}
"""By the type of the field in the protocol; of 249 to 252 are BLOB and TEXT alike."""

_TIMEOUTS: Final = frozenset({1205, 1969, 3024})
_MISCONFIGURED: Final = frozenset(
    {
        *(1044, 1045, 1049, 1698),  # account, password, database
        *(1052, 1054, 1060, 1064, 1109, 1142, 1143, 1146, 1248, 1305, 1345, 1356, 1370),
        *(1290, 1792, 1227),  # it writes, or asks for more than the account may
    }
)
_LOST: Final = 2013
_HARMLESS: Final = frozenset(
    {"USAGE", "SELECT", "SHOW VIEW", "SHOW DATABASES", "PROCESS", "REPLICATION CLIENT"}
)
_GRANT: Final = re.compile(r"GRANT (?P<what>.+?) ON (?P<where>\S+) TO ")
_ARGUMENTS: Final = re.compile(r"\([^)]*\)")  # columns of a privilege
_MARIADB: Final = "mariadb"
_GRACE_SECONDS: Final = 2.0
"""That the driver waits longer than the server does."""


class MySql(Dialect):
    """MySQL and MariaDB: how they bound a statement's time differs."""

    name = "MySQL or MariaDB"
    driver = "mysql+pymysql"
    package = "candid[jms-mysql]"
    text_type = CHAR(charset="utf8mb4")

    @override
    def connect_arguments(self, url: URL, seconds: float) -> Mapping[str, Any]:
        return {
            "charset": "utf8mb4",
            "connect_timeout": CONNECT_SECONDS,
            "read_timeout": seconds + _GRACE_SECONDS,
            "write_timeout": seconds + _GRACE_SECONDS,
            "program_name": "candid",
        }

    @override
    def prepare(self, connection: Any, seconds: float) -> Sequence[str]:
        if _MARIADB in connection.get_server_info().lower():
            bound = f"SET SESSION max_statement_time = {seconds:.3f}"
        else:
            bound = f"SET SESSION max_execution_time = {max(1, round(1000 * seconds))}"
        return (
            "SET SESSION TRANSACTION READ ONLY",
            bound,
            "SET SESSION time_zone = '+00:00'",
            f"SET SESSION lock_wait_timeout = {max(1, round(seconds))}",
        )

    @override
    def kind(self, type_code: object) -> Kind:
        return _KINDS.get(type_code, Kind.OTHER) if isinstance(type_code, int) else Kind.OTHER

    @override
    def fault(self, error: BaseException) -> Fault | None:
        code = error.args[0] if error.args else None
        if code in _TIMEOUTS:
            return Fault.TIMEOUT
        if code == _LOST and "timed out" in str(error):
            return Fault.TIMEOUT
        return Fault.MISCONFIGURED if code in _MISCONFIGURED else None

    @override
    def writable(self, connection: Connection) -> Sequence[str]:
        granted = connection.scalars(text("SHOW GRANTS"))
        found = [match for grant in granted if (match := _GRANT.match(grant)) is not None]
        return named([f"{match['where']} ({match['what']})" for match in found if _writes(match)])

    @override
    def exactly(self, column: ColumnElement[Any]) -> ColumnElement[Any]:
        return collate(cast(column, self.text_type), "utf8mb4_bin")


def _writes(grant: re.Match[str]) -> bool:
    """Say whether a grant gives more than reading."""
    privileges = _ARGUMENTS.sub("", grant["what"]).split(",")
    return not _HARMLESS.issuperset(privilege.strip().upper() for privilege in privileges)

"""The kinds of databases that a JMS may have."""

from collections.abc import Mapping
from typing import Final

from adapters.jms.sql.dialects.base import Dialect, Fault, Kind
from adapters.jms.sql.dialects.mssql import SqlServer
from adapters.jms.sql.dialects.mysql import MySql
from adapters.jms.sql.dialects.oracle import Oracle
from adapters.jms.sql.dialects.postgresql import PostgreSql

DIALECTS: Final[Mapping[str, type[Dialect]]] = {
    "postgresql": PostgreSql,
    "postgres": PostgreSql,
    "mysql": MySql,
    "mariadb": MySql,
    "mssql": SqlServer,
    "oracle": Oracle,
}
"""By what an address begins with."""

__all__ = ["DIALECTS", "Dialect", "Fault", "Kind"]

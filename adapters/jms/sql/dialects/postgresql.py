"""PostgreSQL, by psycopg."""

import os
import socket
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any, Final

import psycopg
from psycopg.abc import AdaptContext, Buffer
from psycopg.adapt import Loader
from psycopg.pq import Format
from sqlalchemy import URL, Connection, text
from typing_extensions import override

from adapters.jms.sql.dialects.base import (
    CONNECT_SECONDS,
    LONGEST_NAMED,
    Dialect,
    Fault,
    Kind,
    named,
)

_KINDS: Final[Mapping[int, Kind]] = {
    **dict.fromkeys((18, 19, 25, 1042, 1043), Kind.TEXT),
    **dict.fromkeys((20, 21, 23, 26, 700, 701, 1700), Kind.NUMBER),
    1082: Kind.DATE,
    1114: Kind.MOMENT,
    1184: Kind.ZONED,
    2950: Kind.UUID,
    17: Kind.BINARY,
    16: Kind.PLAIN,
}
"""By the OID of the type."""

_TIMEOUTS: Final = frozenset({"57014", "55P03"})
_MISCONFIGURED: Final = ("25006", "28", "3D", "42", "0A")
"""SQLSTATEs, or what they begin with: read only, password, no such database, no such column."""

_REFUSED: Final = (
    "authentication failed",
    "does not exist",
    "no pg_hba.conf entry",
    "not permitted",
)
"""What a server says where it refuses to connect: the driver has no SQLSTATE then."""

_CONNECTION: Final[Mapping[str, Any]] = {
    "application_name": "candid",
    "client_encoding": "utf8",
    "connect_timeout": CONNECT_SECONDS,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,  # milliseconds
    "prepare_threshold": None,  # preparing costs a call of its own
}

_WRITABLE: Final = text(
    """
    SELECT 'everything, as a superuser' FROM pg_roles WHERE rolname = current_user AND rolsuper
    UNION ALL
    SELECT * FROM (
        SELECT format('%I.%I', n.nspname, c.relname)
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')
            AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
            AND n.nspname NOT LIKE 'pg\\_temp\\_%'
            AND (has_table_privilege(c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE')
                OR has_any_column_privilege(c.oid, 'INSERT, UPDATE'))
        ORDER BY 1 LIMIT :most
    ) AS tables
    """
)


class PostgreSql(Dialect):
    """Sessions are told at their start what they may do; an autocommitted SELECT is one call."""

    name = "PostgreSQL"
    driver = "postgresql+psycopg"
    package = "psycopg[binary]"

    @override
    def connect_arguments(self, url: URL, seconds: float) -> Mapping[str, Any]:
        given = url.query.get("options", "")
        told = {
            "default_transaction_read_only": "on",
            "statement_timeout": max(1, round(1000 * seconds)),
            "TimeZone": "UTC",
            "DateStyle": "ISO",
        }
        options = [given if isinstance(given, str) else " ".join(given)]
        options += [f"-c {name}={value}" for name, value in told.items()]
        return {
            **_CONNECTION,
            # At its start, so that a pooler between that would lose it refuses the session.
            "options": " ".join(options).strip(),
        }

    @override
    def prepare(self, connection: psycopg.Connection, seconds: float) -> Sequence[str]:
        for name in ("date", "timestamp", "timestamptz"):
            connection.adapters.register_loader(name, _lenient(connection, name))
        return ()

    @override
    def kind(self, type_code: object) -> Kind:
        return _KINDS.get(type_code, Kind.OTHER) if isinstance(type_code, int) else Kind.OTHER

    @override
    def fault(self, error: BaseException) -> Fault | None:
        state = getattr(error, "sqlstate", None) or ""
        if state in _TIMEOUTS:
            return Fault.TIMEOUT
        if state.startswith(_MISCONFIGURED):
            return Fault.MISCONFIGURED
        if not state and any(words in str(error) for words in _REFUSED):
            return Fault.MISCONFIGURED
        return Fault.TIMEOUT if isinstance(error, psycopg.errors.ConnectionTimeout) else None

    @override
    def writable(self, connection: Connection) -> Sequence[str]:
        return named(list(connection.scalars(_WRITABLE, {"most": LONGEST_NAMED + 1})))

    @override
    def sever(self, connection: psycopg.Connection) -> None:
        with (
            suppress(OSError, psycopg.Error),
            socket.socket(fileno=os.dup(connection.fileno())) as line,
        ):
            line.shutdown(socket.SHUT_RDWR)


def _lenient(connection: psycopg.Connection, name: str) -> type[Loader]:
    """Return a loader that gives as a text what Python has no date for, such as infinity."""
    usual = connection.adapters.get_loader(connection.adapters.types[name].oid, Format.TEXT)
    assert usual is not None  # noqa: S101 - every one of psycopg's own types has one
    its_class = usual

    class Lenient(Loader):
        def __init__(self, oid: int, context: AdaptContext | None = None) -> None:
            super().__init__(oid, context)
            self._usual = its_class(oid, context)

        @override
        def load(self, data: Buffer) -> object:
            try:
                return self._usual.load(data)
            except psycopg.DataError:
                return bytes(data).decode()

    return Lenient

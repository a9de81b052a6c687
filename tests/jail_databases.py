"""Databases of jails: real servers, each with an account that may only read."""

import shutil
import subprocess
import tempfile
import time
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from getpass import getuser
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final, Protocol
from urllib.parse import quote
from uuid import uuid4

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from typing_extensions import override

from adapters.jms.sql import Asked, Bounds, Query, SqlJms, opened_sql
from adapters.jms.sql.database import SEVER_SECONDS

READER: Final = "candid_reader"
KINDS: Final = ("postgresql", "mariadb")

Row = Sequence[object]


class JailDatabase(Protocol):
    """A database of a JMS; its owner is the test."""

    blob: str  # the types of columns
    moment: str
    text: str
    slow: str  # a query whose every row takes a minute

    @property
    def address(self) -> str:
        """Return where the account that only reads finds it."""
        ...

    @property
    def owner(self) -> str:
        """Return where an account that may do everything finds it."""
        ...

    def execute(self, statement: str, *rows: Row) -> None:
        """Run a statement as the owner, once or for each row of parameters."""
        ...

    def end_sessions(self) -> None:
        """End all sessions of the account that only reads, as a restart does."""
        ...

    def running(self) -> int:
        """Return how many statements of that account run now."""
        ...


def fill(jail: JailDatabase, table: str, columns: Mapping[str, str], rows: Sequence[Row]) -> None:
    """Make a table of these rows, which the account may read."""
    declared = ", ".join(f"{name} {kind}" for name, kind in columns.items())
    jail.execute(f"CREATE TABLE {table} ({declared})")
    places = ", ".join(["%s"] * len(columns))
    if rows:
        jail.execute(f"INSERT INTO {table} VALUES ({places})", *rows)  # noqa: S608 - of a test
    grant(jail, table)


def grant(jail: JailDatabase, table: str, privilege: str = "SELECT") -> None:
    """Let the account do something with a table."""
    jail.execute(f"GRANT {privilege} ON {table} TO {READER}")


@contextmanager
def jms_on(
    address: str,
    bookings: str = "SELECT * FROM bookings",
    *,
    photos: str | None = None,
    seconds: float = 10.0,
    zone: tzinfo = UTC,
    sever_seconds: float = SEVER_SECONDS,
    **asked: Any,  # noqa: ANN401 - further fields of Asked
) -> Generator[SqlJms]:
    """Open the adapter on a database."""
    listing = Query.of("PHOTOS", photos, None) if photos is not None else None
    bounds = Bounds(seconds, seconds, 4, sever_seconds)
    read = Asked(Query.of("BOOKINGS", bookings, None), listing, **asked)
    with opened_sql(address, read, zone, bounds) as jms:
        yield jms


@dataclass
class PostgresJail(JailDatabase):
    """A schema of its own on the PostgreSQL that the service's own tests use."""

    conninfo: str
    name: str = field(default_factory=lambda: f"test_{uuid4().hex}")
    blob: str = "bytea"
    moment: str = "timestamptz"
    text: str = "text"
    slow: str = (
        "SELECT external_image_id, (SELECT 'x' FROM pg_sleep(60)) AS last_name, "
        "(SELECT 'x' FROM pg_sleep(60)) AS photo FROM slow"
    )

    def __post_init__(self) -> None:
        self.execute(f"CREATE SCHEMA {self.name}")
        self.execute(f"GRANT USAGE ON SCHEMA {self.name} TO {READER}")

    @property
    @override
    def address(self) -> str:
        return self._address(READER)

    @property
    @override
    def owner(self) -> str:
        return self._address(str(conninfo_to_dict(self.conninfo)["user"]))

    @property
    def socket(self) -> Path:
        """Return the socket of the server."""
        told = conninfo_to_dict(self.conninfo)
        return Path(str(told["host"])) / f".s.PGSQL.{told['port']}"

    @override
    def execute(self, statement: str, *rows: Row) -> None:
        with psycopg.connect(self.conninfo, options=self._options) as connection:
            if rows:
                connection.cursor().executemany(statement.encode(), rows)
            else:
                connection.execute(statement.encode())

    @override
    def end_sessions(self) -> None:
        self.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE usename = %s",
            (READER,),
        )

    @override
    def running(self) -> int:
        with psycopg.connect(self.conninfo) as connection:
            counted = connection.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE usename = %s AND state = 'active'",
                (READER,),
            )
            return int((counted.fetchone() or (0,))[0])

    def address_at(self, folder: Path) -> str:
        """Return the address by a socket in another folder."""
        return self._address(READER, folder)

    @property
    def _options(self) -> str:
        return f"-c search_path={self.name}"

    def _address(self, user: str, folder: Path | None = None) -> str:
        told = conninfo_to_dict(self.conninfo)
        where = quote(str(folder or told["host"]), safe="")
        at = f"host={where}&port={told['port']}&options={quote(self._options)}"
        return f"postgresql://{user}@/{told['dbname']}?{at}"


@dataclass
class MariaJail(JailDatabase):
    """On a MariaDB of the tests' own."""

    socket: Path
    name: str = field(default_factory=lambda: f"test_{uuid4().hex}")
    blob: str = "longblob"
    moment: str = "timestamp(6) NULL"
    text: str = "varchar(300)"
    slow: str = (
        "SELECT external_image_id, CONCAT('x', SLEEP(60)) AS last_name, "
        "CONCAT('x', SLEEP(60)) AS photo FROM slow"
    )

    def __post_init__(self) -> None:
        self.execute(f"CREATE DATABASE {self.name}", database="")
        self.execute(f"CREATE USER IF NOT EXISTS {READER} IDENTIFIED BY ''")

    @property
    @override
    def address(self) -> str:
        return self._address(READER)

    @property
    @override
    def owner(self) -> str:
        return self._address("root")

    @override
    def execute(self, statement: str, *rows: Row, database: str | None = None) -> None:
        with self._connection(database) as connection, connection.cursor() as cursor:
            if rows:
                cursor.executemany(statement, rows)
            else:
                cursor.execute(statement)

    @override
    def end_sessions(self) -> None:
        self.execute(f"KILL USER {READER}")

    @override
    def running(self) -> int:
        with self._connection(None) as connection, connection.cursor() as cursor:
            cursor.execute(
                "SELECT COUNT(*) FROM information_schema.PROCESSLIST "
                "WHERE USER = %s AND COMMAND = 'Query'",
                (READER,),
            )
            return int(cursor.fetchone()[0])

    def _connection(self, database: str | None) -> Any:  # noqa: ANN401 - PyMySQL's own
        return import_module("pymysql").connect(
            unix_socket=str(self.socket),
            user="root",
            database=self.name if database is None else database,
            autocommit=True,
            init_command="SET time_zone = '+00:00'",
            max_allowed_packet=64 * 2**20,
        )

    def address_at(self, folder: Path) -> str:
        """Return the address by a socket in another folder."""
        return self._address(READER, folder / self.socket.name)

    def _address(self, user: str, socket: Path | None = None) -> str:
        where = quote(str(socket or self.socket))
        return f"mariadb://{user}@localhost/{self.name}?unix_socket={where}"


@pytest.fixture(scope="session")
def mariadb_server() -> Iterator[Path]:
    """Give the socket of a MariaDB of our own, where the programs are installed."""
    server, install = shutil.which("mariadbd"), shutil.which("mariadb-install-db")
    if server is None or install is None or find_spec("pymysql") is None:
        pytest.skip("needs mariadbd (Debian: mariadb-server) and the package pymysql")
    with tempfile.TemporaryDirectory(prefix="candid-mariadb-", dir="/tmp") as folder:
        data, socket = Path(folder) / "data", Path(folder) / "socket"
        usual = ["--no-defaults", f"--datadir={data}", f"--user={getuser()}"]
        made = [install, *usual, "--auth-root-authentication-method=normal", "--skip-test-db"]
        subprocess.run(made, check=True, capture_output=True)  # noqa: S603 - MariaDB's own program
        flags = [
            *(f"--socket={socket}", "--skip-networking", "--max-allowed-packet=67108864"),
            *("--innodb-buffer-pool-size=64M", "--innodb-flush-log-at-trx-commit=0"),
            *("--character-set-server=utf8mb4", f"--pid-file={folder}/pid"),
        ]
        with subprocess.Popen(  # noqa: S603 - MariaDB's own program
            [server, *usual, *flags], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ) as process:
            _await(socket, process)
            yield socket
            process.terminate()


@pytest.fixture(scope="session")
def postgres_of_jails(database_server: str) -> str:
    """Give a database without the service's own tables, and an account that only reads."""
    with psycopg.connect(make_conninfo(database_server, dbname="postgres"), autocommit=True) as one:
        one.execute("CREATE DATABASE jails TEMPLATE template0")
        one.execute(f"CREATE ROLE {READER} LOGIN")
    return make_conninfo(database_server, dbname="jails")


@pytest.fixture
def postgres_jail(postgres_of_jails: str) -> Iterator[PostgresJail]:
    """Give a jail's database on PostgreSQL, gone afterwards."""
    jail = PostgresJail(postgres_of_jails)
    yield jail
    jail.end_sessions()
    jail.execute(f"DROP SCHEMA {jail.name} CASCADE")


@pytest.fixture
def maria_jail(mariadb_server: Path) -> Iterator[MariaJail]:
    """Give a jail's database on MariaDB, gone afterwards."""
    jail = MariaJail(mariadb_server)
    yield jail
    jail.execute(f"DROP DATABASE {jail.name}")
    jail.execute(f"DROP USER {READER}", database="")


@pytest.fixture(params=KINDS)
def jail_database(request: pytest.FixtureRequest) -> JailDatabase:
    """Give a jail's database of each kind."""
    return jail_database_of(request.param, request)


def jail_database_of(kind: str, request: pytest.FixtureRequest) -> JailDatabase:
    """Return a jail's database of one kind, for the test that asks."""
    jail: JailDatabase = request.getfixturevalue(
        "postgres_jail" if kind == "postgresql" else "maria_jail"
    )
    return jail


def _await(socket: Path, process: subprocess.Popen[bytes]) -> None:
    while not socket.exists():
        assert process.poll() is None, "MariaDB does not start"
        time.sleep(0.05)

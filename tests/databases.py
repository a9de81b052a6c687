"""Databases for tests: one embedded server a session, one fresh database a test."""

from collections.abc import AsyncIterator, Iterator
from uuid import uuid4

import psycopg
import pytest
from anyio.from_thread import start_blocking_portal
from psycopg import sql
from psycopg.conninfo import make_conninfo

from adapters.records.embedded import EmbeddedPostgres
from adapters.records.migrations import upgrade
from adapters.records.postgres import (
    ConnectionPool,
    Deployment,
    PostgresRecords,
    PostgresRecordsOfCollections,
    connected,
)
from tests.fakes_data_keys import FakeDataKeys

COLLECTION = "jail"
KEY = bytes(range(32))
TERMS = "permission 2026-017 of 2026-03-02, signed by the sheriff"
DATA_KEYS = FakeDataKeys()
DEPLOYMENT = Deployment(KEY, KEY[::-1], TERMS, data_keys=DATA_KEYS)


@pytest.fixture(scope="session")
def database_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Give the connection string of a running server whose default database is migrated."""
    server = EmbeddedPostgres(tmp_path_factory.mktemp("database"))
    with start_blocking_portal() as portal, portal.wrap_async_context_manager(server):
        portal.call(upgrade, server.conninfo)
        yield server.conninfo


@pytest.fixture
def database(database_server: str) -> Iterator[str]:
    """Give the connection string of a fresh, migrated database."""
    DATA_KEYS.keys.clear()
    name = f"test_{uuid4().hex}"
    maintenance = make_conninfo(database_server, dbname="postgres")
    with psycopg.connect(maintenance, autocommit=True) as connection:
        copied = sql.SQL("CREATE DATABASE {} TEMPLATE candid").format(sql.Identifier(name))
        connection.execute(copied)
        yield make_conninfo(database_server, dbname=name)
        dropped = sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name))
        connection.execute(dropped)


@pytest.fixture
async def pool(database: str) -> AsyncIterator[ConnectionPool]:
    """Give connections to a fresh database."""
    async with connected(database, connections=8) as pool:
        yield pool


@pytest.fixture
def records(pool: ConnectionPool) -> PostgresRecords:
    """Give empty records."""
    return PostgresRecords(pool, COLLECTION, DEPLOYMENT)


@pytest.fixture
def of_collections(pool: ConnectionPool) -> PostgresRecordsOfCollections:
    """Give the records of any collection of that database."""
    return PostgresRecordsOfCollections(pool, DEPLOYMENT)

"""What all tests share."""

import logging
import signal
from collections.abc import Iterator

import pytest
import structlog
from hypothesis import HealthCheck, settings

from tests.buckets import s3_process, s3_server
from tests.databases import database, database_server, of_collections, pool, records
from tests.jail_databases import (
    jail_database,
    maria_jail,
    mariadb_server,
    postgres_jail,
    postgres_of_jails,
)

__all__ = [
    "anyio_backend",
    "database",
    "database_server",
    "jail_database",
    "maria_jail",
    "mariadb_server",
    "of_collections",
    "pool",
    "postgres_jail",
    "postgres_of_jails",
    "records",
    "s3_process",
    "s3_server",
]

settings.register_profile(
    "usual", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)  # a busy machine is no fault
settings.load_profile("usual")
settings.register_profile("thorough", max_examples=10_000, deadline=None)
"""`make examples` asks for it; a test that names a number of its own keeps that."""


def pytest_configure() -> None:
    """Have Ctrl-C end what the tests start, also where a shell runs them in the background."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def logs_as_before() -> Iterator[None]:
    """Undo what a command that is run in this process sets of everybody's logs."""
    root, configured = logging.getLogger(), structlog.get_config()
    before = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = before
    structlog.configure(**configured)


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Run asynchronous tests on asyncio only, as the service runs."""
    return "asyncio"

"""What all tests share."""

import pytest

from tests.buckets import s3_process, s3_server
from tests.databases import database, database_server, of_collections, pool, records

__all__ = [
    "anyio_backend",
    "database",
    "database_server",
    "of_collections",
    "pool",
    "records",
    "s3_process",
    "s3_server",
]


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Run asynchronous tests on asyncio only, as the service runs."""
    return "asyncio"

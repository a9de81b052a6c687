"""A role that owns nothing can run the service with the rights that docs/operate.md gives it."""

import re
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from adapters.records.postgres import PostgresRecords, connected
from adapters.work_queue.procrastinate import Jobs, Kind
from tests.databases import COLLECTION, DEPLOYMENT
from tests.records.samples import entry

DOCUMENT = (Path(__file__).parents[2] / "docs" / "operate.md").read_text()


@pytest.fixture
def unprivileged(database: str) -> str:
    """Connect as a role of its own, which was given what the document says."""
    role = f"service_{uuid4().hex[:8]}"
    found = re.search(r"## Roles in PostgreSQL.*?```sql\n(.*?)```", DOCUMENT, re.DOTALL)
    assert found is not None
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute(f"CREATE ROLE {role} LOGIN".encode())
        connection.execute(found[1].replace("candid_service", role).encode())
        connection.execute("CREATE TABLE made_later (number bigserial)")
    return make_conninfo(database, user=role)


async def test_such_a_role_reads_writes_and_queues(unprivileged: str) -> None:
    async with connected(unprivileged, connections=2) as pool:
        records, jobs = PostgresRecords(pool, COLLECTION, DEPLOYMENT), await Jobs.over(pool, "jail")

        async with records.unit() as unit:
            assert await unit.faces.count() == 0
        worker = await jobs.enter()
        await jobs.put_once(Kind.LIST, "I-1")
        await jobs.put_at(Kind.SCHEDULED, 1_800_000_000)
        for _ in range(2):
            job = await jobs.take(worker)
            assert job is not None
            await jobs.delete(job)
        await jobs.beat(worker)
        await jobs.leave(worker)

        assert await jobs.waiting() == 0
        async with pool.connection() as connection:
            await connection.execute("INSERT INTO made_later DEFAULT VALUES")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET hash = ''",
        "DELETE FROM audit",
        "TRUNCATE audit",
        "ALTER TABLE audit DISABLE TRIGGER ALL",
        "DROP TABLE audit",
        "SET session_replication_role = replica",
        "CREATE OR REPLACE FUNCTION chain_audit() RETURNS trigger LANGUAGE sql AS 'SELECT 1'",
    ],
)
async def test_such_a_role_can_only_add_to_the_audit(unprivileged: str, statement: str) -> None:
    async with connected(unprivileged, connections=2) as pool:
        records = PostgresRecords(pool, COLLECTION, DEPLOYMENT)
        async with records.unit() as unit:
            await unit.audit.append(entry("R-1"))
        async with records.view() as view:
            assert await view.audit.newest() == 1
        async with pool.connection() as connection:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                await connection.execute(statement.encode())
            await connection.rollback()

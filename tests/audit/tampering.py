"""Somebody who owns the database changes the audit behind the service's back."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from app.domain.audit_chain import ChainFinding
from app.domain.audit_record import AuditRecord
from app.ports.records import Records
from tests.records.samples import entry

YESTERDAY = "CREATE TABLE yesterday AS SELECT * FROM audit"
RESTORE = "DELETE FROM audit; INSERT INTO audit SELECT * FROM yesterday"


@contextmanager
def unguarded(database: str) -> Iterator[psycopg.Connection]:
    """Give a connection for which no trigger fires; what it does is committed."""
    with psycopg.connect(database) as connection:
        connection.execute("SET session_replication_role = replica")
        yield connection


def tamper(database: str, statement: str) -> None:
    with unguarded(database) as connection:
        for part in statement.split("; "):
            connection.execute(part.encode())


async def write(records: Records, count: int, first: int = 1) -> None:
    """Write so many records, one a unit."""
    for number in range(first, first + count):
        async with records.unit() as unit:
            await unit.audit.append(entry(f"R-{number}"))


async def written(records: Records) -> list[AuditRecord]:
    async with records.view() as view:
        return list(await view.audit.page(0, 1000))


def named(findings: Iterator[ChainFinding] | list[ChainFinding]) -> list[tuple[str, int, int]]:
    return [(one.fault.value, one.number, one.last) for one in findings]

"""What the audit's chain costs, and how fast it is verified.

Prints transactions a second at 8 connections, each writing one audit record as its last statement,
with the chain and on the same table without it, in turns in one run; and records verified a second
with the memory that takes. `python -m bench.audit --records 1000000` for the whole of it.
"""

import argparse
import asyncio
import resource
import tempfile
import time
from contextlib import AsyncExitStack
from pathlib import Path

import psycopg
from psycopg import sql

from adapters.records.embedded import EmbeddedPostgres
from adapters.records.migrations import upgrade
from adapters.records.postgres import Deployment, PostgresRecords, connected
from app.domain.audit import Actor, AuditAction, AuditEntry
from app.domain.audit_record import Origin, canonical
from app.domain.purpose import Purpose
from app.services.audit import AuditServices
from app.services.recorded import utc_now
from app.services.signatures import Signer
from bench.results import Results, results

CONNECTIONS = 8
ROUNDS = 3
ACTOR = Actor("bench", "192.0.2.1", "0b0f6c9e-8a55-4c06-b6f0-6a1d0d5f2b11", "Sgt. O")

_UNCHAINED = """
CREATE SEQUENCE bench_numbers;
CREATE FUNCTION number_audit() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN NEW.number := nextval('bench_numbers'); NEW.hash := ''; RETURN NEW; END $$;
CREATE TABLE unchained (LIKE audit INCLUDING ALL);
CREATE TRIGGER numbered BEFORE INSERT ON unchained FOR EACH ROW EXECUTE FUNCTION number_audit();
"""


def entry() -> AuditEntry:
    """Return what a search records."""
    found = [{"external_image_id": f"A{i}", "similarity": 91.25 - i} for i in range(5)]
    return AuditEntry(
        at=utc_now(),
        action=AuditAction.SEARCH,
        actor=ACTOR,
        outcome="answered",
        case_number="26-001234",
        purpose=Purpose.CRIMINAL_INVESTIGATION,
        photo_sha256="ab" * 32,
        gallery_faces=300_000,
        details={"candidates": found},
    )


async def transactions_a_second(conninfo: str, table: str, seconds: float) -> float:
    """Commit one record a transaction on so many connections."""
    statement = sql.SQL("INSERT INTO {} (record) VALUES (%s::json)").format(sql.Identifier(table))
    text, done = canonical(entry(), Origin("bench")), 0
    until = time.perf_counter() + seconds

    async def one() -> None:
        nonlocal done
        async with await psycopg.AsyncConnection.connect(conninfo) as connection:
            while time.perf_counter() < until:
                async with connection.pipeline():
                    await connection.execute(statement, (text,))
                    await connection.commit()
                done += 1

    await asyncio.gather(*(one() for _ in range(CONNECTIONS)))
    return done / seconds


async def compared(kept: Results, conninfo: str, seconds: float) -> None:
    """Print both rates and their ratio."""
    with psycopg.connect(conninfo) as connection:
        connection.execute(_UNCHAINED)
    rates: dict[str, list[float]] = {"audit": [], "unchained": []}
    for _ in range(ROUNDS):
        for table, found in rates.items():
            found.append(await transactions_a_second(conninfo, table, seconds))
    chained, plain = (sorted(found)[ROUNDS // 2] for found in rates.values())
    kept.keep("written", chained_a_second=chained, plain_a_second=plain, ratio=chained / plain)
    print(f"| {CONNECTIONS} connections | chained | without the chain | ratio |")
    print("|---|---|---|---|")
    print(f"| transactions a second | {chained:.0f} | {plain:.0f} | {chained / plain:.2f} |\n")


async def verified(kept: Results, conninfo: str, records: int) -> None:
    """Write so many records and verify them."""
    began = time.perf_counter()
    with psycopg.connect(conninfo) as connection:
        made = "INSERT INTO audit (record) SELECT %s::json FROM generate_series(1, %s)"
        connection.execute(made, (canonical(entry(), Origin("bench")), records))
    written = time.perf_counter() - began
    async with connected(conninfo, connections=2) as pool:
        deployment = Deployment(bytes(32), bytes(32), None)
        audit = AuditServices.over(PostgresRecords(pool, "bench", deployment), Signer.of(bytes(32)))
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        began = time.perf_counter()
        found = await audit.verify(ACTOR)
        seconds = time.perf_counter() - began
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    assert found.found == 0
    print("| records | chained in one statement | verified | a second | memory |")
    print("|---|---|---|---|---|")
    rate = found.records / seconds
    took = {"verified_s": seconds, "a_second": rate, "memory_grew_mb": grown}
    kept.keep("verified", records=found.records, chained_in_one_statement_s=written, **took)
    print(f"| {found.records} | {written:.1f} s | {seconds:.1f} s | {rate:.0f} | +{grown:.1f} MB |")


def main() -> None:
    """Measure and keep it."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--records", type=int, default=50_000)
    parser.add_argument("--seconds", type=float, default=2.0)
    with results("audit", parser) as kept:
        asyncio.run(measure(kept))


async def measure(kept: Results) -> None:
    """Measure on a database of its own."""
    async with AsyncExitStack() as stack:
        directory = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        server = await stack.enter_async_context(EmbeddedPostgres(directory))
        await upgrade(server.conninfo)
        await compared(kept, server.conninfo, kept.asked.seconds)
        await verified(kept, server.conninfo, kept.asked.records)


if __name__ == "__main__":
    main()

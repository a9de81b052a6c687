"""A process that uses the embedded database: says when it is ready, then commits until killed."""

import sys
from pathlib import Path

import anyio
import psycopg

from adapters.records.embedded import EmbeddedPostgres


def commit_for_ever(conninfo: str) -> None:
    """Write each number to standard output only once it is committed."""
    with psycopg.connect(conninfo, autocommit=True) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS committed (number bigserial)")
        while True:
            row = connection.execute("INSERT INTO committed DEFAULT VALUES RETURNING number")
            sys.stdout.write(f"{row.fetchall()[0][0]}\n")
            sys.stdout.flush()


async def main() -> None:
    async with EmbeddedPostgres(Path(sys.argv[1])) as database:
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        if sys.argv[2] == "commit":
            await anyio.to_thread.run_sync(commit_for_ever, database.conninfo)
        await anyio.to_thread.run_sync(sys.stdin.readline)


if __name__ == "__main__":
    anyio.run(main)

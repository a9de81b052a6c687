"""The embedded PostgreSQL comes back from every way of being killed with all it acknowledged."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import anyio
import psycopg
import pytest

from adapters.records.embedded import EmbeddedPostgres
from app.domain.errors import RecordsUnavailableError

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows needs a server of its own")

KILLS = 20


def postmaster_of(data_dir: Path) -> int:
    return int((data_dir / "postgresql/cluster/postmaster.pid").read_text().split("\n", 1)[0])


def is_running(data_dir: Path) -> bool:
    return (data_dir / "postgresql/cluster/postmaster.pid").exists()


@contextmanager
def another_process(data_dir: Path, doing: str) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "tests.records.committing", str(data_dir), doing]
    with subprocess.Popen(  # noqa: S603 - our own interpreter and module
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        try:
            yield process
        finally:
            process.kill()


async def answer(conninfo: str, query: str) -> object:
    """Return a query's only value, asked again until the server is back, at most half a minute."""
    with anyio.fail_after(30):
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(conninfo) as connection:
                    row = await (await connection.execute(query.encode())).fetchone()
                    return row and row[0]
            except psycopg.OperationalError:
                await anyio.sleep(0.05)


async def test_a_second_start_finds_what_the_first_one_kept(tmp_path: Path) -> None:
    async with EmbeddedPostgres(tmp_path) as first:
        with psycopg.connect(first.conninfo) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 7 AS number")

    began = time.monotonic()
    async with EmbeddedPostgres(tmp_path) as second:
        took = time.monotonic() - began
        kept = await answer(second.conninfo, "SELECT number FROM kept")

    assert kept == 7
    assert took < 5
    assert not is_running(tmp_path)


async def test_a_data_directory_with_spaces_and_a_very_long_path_works(tmp_path: Path) -> None:
    data_dir = tmp_path / "the jail's data" / ("long" * 38)

    async with EmbeddedPostgres(data_dir) as database:
        encoding = await answer(database.conninfo, "SHOW server_encoding")

    assert encoding == "UTF8"


async def test_nobody_else_may_enter_the_directory_and_there_is_no_network(tmp_path: Path) -> None:
    async with EmbeddedPostgres(tmp_path) as database:
        addresses = await answer(database.conninfo, "SHOW listen_addresses")

    assert addresses == ""
    assert (tmp_path / "postgresql").stat().st_mode & 0o077 == 0


async def test_the_last_process_that_uses_the_server_stops_it(tmp_path: Path) -> None:
    with another_process(tmp_path, "wait") as other:
        async with EmbeddedPostgres(tmp_path) as database:
            await answer(database.conninfo, "SELECT 1")
        still_running = is_running(tmp_path)
        other.communicate("\n", timeout=120)

    assert still_running
    assert not is_running(tmp_path)


async def test_a_killed_server_is_back_in_seconds_with_every_row(tmp_path: Path) -> None:
    async with EmbeddedPostgres(tmp_path) as database:
        with psycopg.connect(database.conninfo) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 7 AS number")

        os.kill(postmaster_of(tmp_path), signal.SIGKILL)
        kept = await answer(database.conninfo, "SELECT number FROM kept")

    assert kept == 7


async def test_a_backend_busy_while_its_server_is_killed_does_not_block_the_next(
    tmp_path: Path,
) -> None:
    async with (
        EmbeddedPostgres(tmp_path) as database,
        await psycopg.AsyncConnection.connect(database.conninfo) as busy,
        anyio.create_task_group() as tasks,
    ):
        tasks.start_soon(never_ends, busy)
        await anyio.sleep(0.3)

        os.kill(postmaster_of(tmp_path), signal.SIGKILL)
        one = await answer(database.conninfo, "SELECT 1")

    assert one == 1


async def never_ends(connection: psycopg.AsyncConnection) -> None:
    """Keep a backend computing, deaf to the death of its server."""
    with pytest.raises(psycopg.OperationalError):
        await connection.execute("SELECT count(*) FROM generate_series(1, 10000000000) AS n")


async def test_after_the_owner_was_killed_the_next_process_goes_on(tmp_path: Path) -> None:
    with another_process(tmp_path, "wait") as owner:
        owner.kill()

    left_running = is_running(tmp_path)
    async with EmbeddedPostgres(tmp_path) as database:
        one = await answer(database.conninfo, "SELECT 1")

    assert left_running
    assert one == 1
    assert not is_running(tmp_path)


async def test_a_pid_file_that_names_a_stranger_does_not_prevent_the_start(tmp_path: Path) -> None:
    async with EmbeddedPostgres(tmp_path):
        words = (tmp_path / "postgresql/cluster/postmaster.pid").read_text().split("\n", 1)[1]
    (tmp_path / "postgresql/cluster/postmaster.pid").write_text(f"{os.getppid()}\n{words}")

    async with EmbeddedPostgres(tmp_path) as database:
        one = await answer(database.conninfo, "SELECT 1")

    assert one == 1


async def test_a_cluster_that_was_never_finished_is_made_anew(tmp_path: Path) -> None:
    (tmp_path / "postgresql/cluster.unfinished/base").mkdir(parents=True)

    async with EmbeddedPostgres(tmp_path) as database:
        one = await answer(database.conninfo, "SELECT 1")

    assert one == 1


async def test_a_cluster_of_another_major_version_is_refused_by_its_number(tmp_path: Path) -> None:
    (tmp_path / "postgresql/cluster").mkdir(parents=True)
    (tmp_path / "postgresql/cluster/PG_VERSION").write_text("16\n")

    with pytest.raises(RecordsUnavailableError, match="made by PostgreSQL 16"):
        await EmbeddedPostgres(tmp_path).__aenter__()


async def test_a_data_directory_that_is_a_file_is_refused_with_its_name(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(RecordsUnavailableError, match="cannot be used"):
        await EmbeddedPostgres(tmp_path / "file").__aenter__()


async def test_no_acknowledged_commit_is_lost_over_twenty_random_kills(tmp_path: Path) -> None:
    chance = random.Random(20)  # noqa: S311 - moments to kill at, not secrets
    acknowledged: set[int] = set()
    for kill in range(KILLS):
        with another_process(tmp_path, "commit") as process:
            await anyio.sleep(chance.uniform(0.0, 0.3))
            victim = process.pid if kill % 2 else postmaster_of(tmp_path)
            os.kill(victim, signal.SIGKILL)
            process.kill()
            said, _ = process.communicate(timeout=120)
        acknowledged.update(int(line) for line in said.split("\n")[:-1])

    async with EmbeddedPostgres(tmp_path) as database:
        rows = await answer(database.conninfo, "SELECT array_agg(number) FROM committed")

    assert isinstance(rows, list)
    assert acknowledged
    assert acknowledged <= set(rows)

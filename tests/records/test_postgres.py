"""What PostgreSQL adds to the contract: faults, sealing, an audit nobody edits, migrations."""

import os
import signal
from pathlib import Path

import anyio
import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from adapters.records.embedded import EmbeddedPostgres
from adapters.records.migrations import HEAD, upgrade
from adapters.records.postgres import ConnectionPool, Deployment, PostgresRecords, connected
from app.domain.access import EVERY_SCOPE, Grant, new_access_key
from app.domain.errors import NotIndexedError, RecordsUnavailableError
from app.domain.record import IndexAnswer, IndexOutcome, IntentKind, PhotoRecord
from app.ports.records import Records
from app.ports.search_records import StoredAnswer
from tests.databases import COLLECTION, DEPLOYMENT, KEY
from tests.records.samples import NOW, entry, face_id, intent, photo, search


async def got(records: Records, external_image_id: str) -> PhotoRecord | None:
    """Ask until the records answer, at most half a minute (a slow disk recovers slowly)."""
    with anyio.fail_after(30):
        while True:
            try:
                async with records.unit() as unit:
                    return await unit.photos.get(external_image_id)
            except RecordsUnavailableError:
                await anyio.sleep(0.1)


async def test_records_heal_by_themselves_when_their_server_is_killed(tmp_path: Path) -> None:
    async with EmbeddedPostgres(tmp_path) as server:
        await upgrade(server.conninfo)
        async with connected(server.conninfo) as pool:
            records = PostgresRecords(pool, COLLECTION, DEPLOYMENT)
            async with records.unit() as unit:
                await unit.photos.put(photo("A1", face_id()), {})
            pid_file = tmp_path / "postgresql/cluster/postmaster.pid"

            os.kill(int(pid_file.read_text().split("\n", 1)[0]), signal.SIGKILL)
            await anyio.sleep(0.05)

            found = await got(records, "A1")
    assert found is not None


async def test_a_connection_lost_in_a_unit_is_told_as_unavailable_and_the_next_unit_works(
    records: Records, database: str
) -> None:
    async def cut_off() -> None:
        async with records.unit() as unit:
            await unit.photos.get("A1")
            with psycopg.connect(database) as other:
                other.execute(
                    "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
                    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
            await unit.photos.put(photo("A1"), {})

    with pytest.raises(RecordsUnavailableError):
        await cut_off()

    async with records.unit() as unit:
        assert await unit.photos.get("A1") is None


async def test_a_write_that_fails_fails_its_unit(records: Records) -> None:
    opened = intent(IntentKind.ENROL, "A1")

    async def twice() -> None:
        async with records.unit() as unit:
            await unit.intents.open(opened)
            await unit.intents.open(opened)

    with pytest.raises(psycopg.errors.UniqueViolation):
        await twice()

    async with records.unit() as unit:
        assert await unit.intents.due(NOW, 10) == []


async def test_a_server_that_is_not_there_is_told_as_unavailable(tmp_path: Path) -> None:
    nowhere = make_conninfo(host=str(tmp_path), dbname="candid")

    with pytest.raises(RecordsUnavailableError):
        await upgrade(nowhere)


async def test_a_database_that_can_only_be_read_fails_the_ping(database: str) -> None:
    read_only = make_conninfo(database, options="-c default_transaction_read_only=on")
    async with connected(read_only) as pool:
        with pytest.raises(RecordsUnavailableError, match="not written"):
            await PostgresRecords(pool, COLLECTION, DEPLOYMENT).ping()


@pytest.mark.parametrize(
    "statement", ["UPDATE audit SET hash = ''", "DELETE FROM audit", "TRUNCATE audit"]
)
async def test_the_audit_can_only_be_appended_to(
    records: Records, database: str, statement: str
) -> None:
    async with records.unit() as unit:
        await unit.audit.append(entry("R-1"))

    with (
        psycopg.connect(database) as connection,
        pytest.raises(psycopg.errors.RaiseException, match="append-only"),
    ):
        connection.execute(statement.encode())


async def test_what_was_answered_cannot_be_read_in_the_database(
    records: Records, database: str
) -> None:
    indexed = IndexAnswer(IndexOutcome.CREATED, photo("BOOKING-A1", face_id()))
    async with records.unit() as unit:
        await unit.searches.add(search("S-1"))
        await unit.answers.add("desk", "K-1", StoredAnswer("f" * 64, indexed))

    with psycopg.connect(database) as connection:
        rows = connection.execute("SELECT sealed FROM searches UNION SELECT sealed FROM answers")
        sealed = b"".join(row[0] for row in rows)

    assert b"Sample" not in sealed
    assert b"BOOKING-A1" not in sealed


async def test_an_answer_sealed_with_another_key_is_refused(
    records: Records, pool: ConnectionPool
) -> None:
    async with records.unit() as unit:
        await unit.searches.add(search("S-1"))

    other = PostgresRecords(pool, COLLECTION, Deployment(bytes(32), KEY, None))
    with pytest.raises(RecordsUnavailableError, match="another key"):
        async with other.unit() as unit:
            await unit.searches.get("S-1")


async def test_an_access_key_is_kept_encrypted_and_opens_in_every_collection(
    records: Records, pool: ConnectionPool, database: str
) -> None:
    access_key = new_access_key("importer", NOW, Grant(EVERY_SCOPE))
    async with records.unit() as unit:
        await unit.keys.add_access_key(access_key)

    with psycopg.connect(database) as connection:
        [(kept,)] = connection.execute("SELECT api_keys::text FROM api_keys").fetchall()
    async with PostgresRecords(pool, "annex", DEPLOYMENT).view() as unit:
        assert await unit.keys.find_access_key(access_key.access_key_id) == access_key

    assert access_key.secret not in kept
    assert access_key.secret.encode().hex() not in kept


async def test_an_access_key_moved_to_another_id_or_of_another_secret_does_not_open(
    records: Records, pool: ConnectionPool, database: str
) -> None:
    access_key = new_access_key("importer", NOW, Grant(EVERY_SCOPE))
    async with records.unit() as unit:
        await unit.keys.add_access_key(access_key)

    other = PostgresRecords(pool, COLLECTION, Deployment(KEY, bytes(32), None))
    with pytest.raises(RecordsUnavailableError, match="another key"):
        async with other.view() as unit:
            await unit.keys.find_access_key(access_key.access_key_id)
    with psycopg.connect(database) as connection:
        connection.execute("UPDATE api_keys SET prefix = 'CANDIDOTHER'")
    with pytest.raises(RecordsUnavailableError, match="altered"):
        async with records.view() as unit:
            await unit.keys.find_access_key("CANDIDOTHER")


async def test_a_key_of_the_wrong_length_is_refused(pool: ConnectionPool) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        PostgresRecords(pool, COLLECTION, Deployment(b"short", KEY, None))
    with pytest.raises(ValueError, match="32 bytes"):
        PostgresRecords(pool, COLLECTION, Deployment(KEY, b"short", None))


async def test_an_answer_is_forgotten_after_a_day(records: Records, database: str) -> None:
    stored = StoredAnswer("f" * 64, search("S-1"))
    async with records.unit() as unit:
        await unit.answers.add("desk", "K-1", stored)
        await unit.answers.add("desk", "K-2", stored)
    with psycopg.connect(database) as connection:
        connection.execute("UPDATE answers SET added_at = added_at - interval '2 days'")

    async with records.unit() as unit:
        assert await unit.answers.get("desk", "K-1") is None
        assert await unit.answers.add("desk", "K-1", stored)

    with psycopg.connect(database) as connection:
        kept = connection.execute("SELECT idempotency_key FROM answers").fetchall()
    assert kept == [("K-1",)]


async def test_keys_from_before_there_were_scopes_have_all_of_them(
    records: Records, database: str
) -> None:
    with psycopg.connect(database) as connection:
        connection.execute(
            "INSERT INTO api_keys (prefix, name, sha256, created_at) "
            "VALUES ('0a1b2c3d', 'desk', 'f00', now())"
        )

    async with records.view() as unit:
        key = await unit.keys.find("0a1b2c3d")

    assert key is not None
    assert key.grant == Grant(EVERY_SCOPE)


async def test_many_processes_may_prepare_one_database_at_once(database_server: str) -> None:
    with psycopg.connect(database_server, autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS fresh")
        connection.execute("CREATE DATABASE fresh TEMPLATE template0")
    fresh = make_conninfo(database_server, dbname="fresh")

    async with anyio.create_task_group() as tasks:
        for _ in range(3):
            tasks.start_soon(upgrade, fresh)

    with psycopg.connect(fresh) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [(HEAD,)]


async def test_the_database_of_a_newer_program_is_refused(database: str) -> None:
    with psycopg.connect(database) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")

    with pytest.raises(RecordsUnavailableError, match=r"newer Candid \(revision 9999"):
        await upgrade(database)


async def test_a_view_reads_what_is_committed_and_writes_nothing(records: Records) -> None:
    async with records.unit() as unit:
        await unit.photos.put(photo("A1"), {})

    async with records.view() as view:
        assert await view.photos.get("A1") is not None
        with pytest.raises(RuntimeError, match="only reads"):
            await view.intents.close(["any"])

    async with records.unit() as unit:
        assert await unit.photos.get("A1") is not None


async def test_a_view_cut_off_spoils_nothing_for_the_next_unit(records: Records) -> None:
    async def look_and_fail() -> None:
        async with records.view() as view:
            await view.photos.get("A1")
            raise NotIndexedError

    async def write_and_fail() -> None:
        async with records.unit() as unit:
            await unit.photos.put(photo("A2"), {})
            raise NotIndexedError

    for _ in range(20):
        with pytest.raises(NotIndexedError):
            await look_and_fail()
        with pytest.raises(NotIndexedError):
            await write_and_fail()

    async with records.view() as view:
        assert await view.photos.get("A2") is None

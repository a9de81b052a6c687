"""Databases that are slow, gone, silent or full; and queries that would change something."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC
from functools import partial
from pathlib import Path

import anyio
import pytest
from sqlalchemy import Connection, make_url
from structlog.testing import capture_logs

from adapters.jms.sql import Asked, Bounds, Query, SqlJms, opened_sql
from adapters.jms.sql.database import Database
from adapters.jms.sql.dialects import DIALECTS
from app.domain.errors import JmsMisconfiguredError, JmsTimeoutError, JmsUnavailableError
from app.domain.photo import View
from tests.database_line import Line, line_to
from tests.jail_databases import JailDatabase, MariaJail, PostgresJail, fill, grant, jms_on

IDS = [f"A{number}" for number in range(5)]


@dataclass
class Lined:
    """A database behind a line."""

    jail: PostgresJail | MariaJail
    line: Line
    address: str


@pytest.fixture
async def lined(jail_database: JailDatabase, tmp_path: Path) -> AsyncIterator[Lined]:
    assert isinstance(jail_database, PostgresJail | MariaJail)
    fill(jail_database, "bookings", {"external_image_id": "varchar(300)"}, [(one,) for one in IDS])
    server = jail_database.socket
    async with line_to(server, tmp_path / server.name) as line:
        yield Lined(jail_database, line, jail_database.address_at(tmp_path))


async def test_five_candidates_cost_one_round_trip(lined: Lined) -> None:
    with jms_on(lined.address) as jms:
        await jms.bookings(IDS)
        before = lined.line.round_trips

        answers = await jms.bookings(IDS)

    assert set(answers.found) == set(IDS)
    assert lined.line.round_trips == before + 1


async def test_a_query_that_takes_too_long_is_ended_on_the_server(
    jail_database: JailDatabase,
) -> None:
    fill(jail_database, "slow", {"external_image_id": "varchar(300)"}, [("A1",)])

    with jms_on(jail_database.address, jail_database.slow, seconds=0.3) as jms:
        with pytest.raises(JmsTimeoutError):
            await jms.bookings(["A1"])
        await _nothing_runs(jail_database)


async def test_a_caller_that_goes_away_leaves_its_session_to_the_next(
    jail_database: JailDatabase,
) -> None:
    fill(jail_database, "slow", {"external_image_id": "varchar(300)"}, [("A1",)])

    with jms_on(jail_database.address, jail_database.slow, seconds=1.0) as jms:
        for _ in range(8):  # more than there are sessions
            with anyio.move_on_after(0.02):
                await jms.bookings(["A1"])
        await _nothing_runs(jail_database)

        answers = await jms.bookings(["unknown"])

    assert answers.found == {}


async def test_sessions_that_were_ended_are_replaced(lined: Lined) -> None:
    with jms_on(lined.address) as jms:
        await asyncio.gather(*(jms.bookings(IDS) for _ in range(4)))
        lined.jail.end_sessions()

        answers = await jms.bookings(IDS)

    assert set(answers.found) == set(IDS)


async def test_a_question_that_meets_the_end_of_its_session_is_asked_again(lined: Lined) -> None:
    with jms_on(lined.address) as jms:
        await asyncio.gather(*(jms.bookings(IDS) for _ in range(4)))
        asking = asyncio.create_task(jms.bookings(IDS))
        # In the same turn of the event loop: the line carries the question when nobody is there.
        asyncio.get_running_loop().call_soon(lined.jail.end_sessions)

        answers = await asking

    assert set(answers.found) == set(IDS)


async def test_a_line_that_breaks_under_a_question_is_asked_again(lined: Lined) -> None:
    with jms_on(lined.address) as jms:
        await jms.bookings(IDS)
        lined.line.silent = True
        asking = asyncio.create_task(jms.bookings(IDS))
        before = lined.line.round_trips
        await _until(lambda: lined.line.round_trips > before)
        lined.line.silent = False
        lined.line.cut()

        answers = await asking

    assert set(answers.found) == set(IDS)


async def test_a_server_that_goes_silent_costs_its_time_and_then_its_threads_are_free(
    lined: Lined,
) -> None:
    with jms_on(lined.address, seconds=0.3, sever_seconds=0.1) as jms:
        assert await _until_it_answers(jms) == set(IDS)
        await asyncio.gather(*(_until_it_answers(jms) for _ in range(3)))
        lined.line.silent = True
        for _ in range(3):  # as many as there are sessions
            with pytest.raises(JmsTimeoutError):
                await jms.bookings(IDS)
        lined.line.silent = False

        answers = await _until_it_answers(jms)

    assert answers == set(IDS)


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://candid@127.0.0.1:1/jail",
        "postgresql://candid@/jail?host=/nowhere",
        "postgresql://candid@no-such-host.invalid/jail",
    ],
)
async def test_a_server_that_is_not_there_is_unavailable(address: str) -> None:
    with jms_on(address) as jms:
        with pytest.raises(JmsUnavailableError):
            await jms.bookings(["A1"])
        with pytest.raises(JmsUnavailableError):
            await jms.ping()


async def test_a_database_that_does_not_exist_is_told(jail_database: JailDatabase) -> None:
    address = make_url(jail_database.address).set(database="no_such_jail")

    with (
        jms_on(address.render_as_string(hide_password=False)) as jms,
        pytest.raises(JmsMisconfiguredError, match="check CANDID_JMS__URL"),
    ):
        await jms.bookings(["A1"])


async def test_a_wrong_password_is_told_and_not_repeated(maria_jail: MariaJail) -> None:
    address = maria_jail.address.replace("@localhost", ":sesame@localhost")

    with jms_on(address) as jms, pytest.raises(JmsMisconfiguredError) as caught:
        await jms.check()

    assert "Access denied" in str(caught.value)
    assert "sesame" not in str(caught.value)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * FROM no_such_view",
        "SELECT no_such_column AS external_image_id FROM bookings",
        "SELECT * FROM secrets",
        "SELECT nonsense nonsense nonsense",
    ],
)
async def test_a_query_that_is_refused_is_told_and_nothing_of_it_reaches_the_caller(
    jail_database: JailDatabase, query: str
) -> None:
    fill(jail_database, "bookings", {"external_image_id": "varchar(300)"}, [])
    jail_database.execute("CREATE TABLE secrets (external_image_id varchar(300))")

    with jms_on(jail_database.address, query) as jms, capture_logs() as logs:
        with pytest.raises(JmsMisconfiguredError) as caught:
            await jms.bookings(["A1"])
        with pytest.raises(JmsMisconfiguredError, match="It says: "):
            await jms.check()

    assert "check CANDID_JMS__URL, the view or query" in str(caught.value)
    assert not {"secrets", "no_such", "nonsense"} & set(str(caught.value).split())
    assert all("no_such" not in str(log) for log in logs)


@pytest.mark.parametrize(
    ("names", "why"),
    [
        (["last_name"], "no column external_image_id; it has last_name"),
        (["external_image_id", '"External Image ID"'], "has the column external_image_id twice"),
    ],
)
async def test_columns_that_are_missing_or_there_twice_are_told(
    postgres_jail: PostgresJail, names: Sequence[str], why: str
) -> None:
    fill(postgres_jail, "bookings", dict.fromkeys(names, "text"), [])

    with jms_on(postgres_jail.address) as jms, pytest.raises(JmsMisconfiguredError, match=why):
        await jms.bookings(["A1"])


async def test_a_view_that_was_mended_is_learnt_anew(jail_database: JailDatabase) -> None:
    fill(jail_database, "bookings", {"external_image_id": "varchar(300)", "a": "int"}, [("A1", 1)])

    with jms_on(jail_database.address) as jms:
        await jms.bookings(["A1"])
        jail_database.execute("ALTER TABLE bookings RENAME COLUMN external_image_id TO id")
        with pytest.raises(JmsMisconfiguredError):
            await jms.bookings(["A1"])
        jail_database.execute("ALTER TABLE bookings RENAME COLUMN id TO external_image_id")

        answers = await jms.bookings(["A1"])

    assert set(answers.found) == {"A1"}


@pytest.mark.parametrize("privilege", ["INSERT", "UPDATE", "DELETE", "UPDATE (last_name)"])
async def test_an_account_that_may_write_is_refused(
    jail_database: JailDatabase, privilege: str
) -> None:
    columns = dict.fromkeys(("external_image_id", "last_name"), "varchar(300)")
    fill(jail_database, "bookings", columns, [])
    fill(jail_database, "others", columns, [])
    grant(jail_database, "others", privilege)

    with (
        jms_on(jail_database.address) as jms,
        pytest.raises(JmsMisconfiguredError, match=r"may write .*others.*SELECT on the views"),
    ):
        await jms.bookings(["A1"])


async def test_an_owner_is_refused(jail_database: JailDatabase) -> None:
    fill(jail_database, "bookings", {"external_image_id": "varchar(300)"}, [])

    with (
        jms_on(jail_database.owner) as jms,
        pytest.raises(JmsMisconfiguredError, match="may write"),
    ):
        await jms.check()


async def test_a_function_that_writes_is_stopped_by_the_session(
    postgres_jail: PostgresJail,
) -> None:
    fill(postgres_jail, "bookings", {"external_image_id": "text"}, [("A1",)])
    postgres_jail.execute(
        "CREATE FUNCTION emptied() RETURNS text LANGUAGE sql SECURITY DEFINER AS "
        "$$ DELETE FROM bookings RETURNING 'x' $$"
    )

    with (
        jms_on(
            postgres_jail.address, "SELECT external_image_id, emptied() AS last_name FROM bookings"
        ) as jms,
        pytest.raises(JmsMisconfiguredError),
    ):
        await jms.bookings(["A1"])

    with jms_on(postgres_jail.address) as jms:
        assert set((await jms.bookings(["A1"])).found) == {"A1"}


async def test_a_session_cannot_write_whatever_the_account_may(
    jail_database: JailDatabase,
) -> None:
    fill(jail_database, "bookings", {"external_image_id": "varchar(300)"}, [("A1",)])
    owner = make_url(jail_database.owner)
    dialect = DIALECTS[owner.drivername]()
    url = owner.set(drivername=dialect.driver)
    with closing(Database(url, dialect, seconds=10, connections=1)) as database:
        for statement in ("DELETE FROM bookings", "CREATE TABLE mine (id int)"):
            with pytest.raises(JmsMisconfiguredError):
                await database.run(partial(_told, statement))
        rows = await database.run(
            lambda session: session.exec_driver_sql("SELECT * FROM bookings").fetchall()
        )

    assert [tuple(row) for row in rows] == [("A1",)]


def _told(statement: str, session: Connection) -> None:
    session.exec_driver_sql(statement)


async def test_an_import_leaves_searches_their_sessions(jail_database: JailDatabase) -> None:
    fill(jail_database, "slow", {"external_image_id": "varchar(300)"}, [("A1",)])
    read = Asked(
        Query.of("B", "SELECT external_image_id FROM slow", None),
        Query.of("P", jail_database.slow, None),
        photos_dir=Path("/"),
    )

    with opened_sql(
        jail_database.address, read, UTC, Bounds(5.0, import_seconds=0.5, connections=2)
    ) as jms:
        listing = asyncio.create_task(jms.photos(View.FRONT, None, None))
        answers = await asyncio.gather(*(jms.bookings(["A1"]) for _ in range(20)))

        assert all(set(one.found) == {"A1"} for one in answers)
        with pytest.raises(JmsTimeoutError):
            await listing


async def _nothing_runs(jail: JailDatabase) -> None:
    """Wait until the server runs nothing of ours any more; a minute it would take by itself."""
    await _until(lambda: not jail.running())


async def _until(is_so: Callable[[], bool]) -> None:
    for _ in range(400):
        if is_so():
            return
        await asyncio.sleep(0.05)
    pytest.fail("it did not come to that")


async def _until_it_answers(jms: SqlJms) -> set[str]:
    for _ in range(40):
        try:
            return set((await jms.bookings(IDS)).found)
        except JmsTimeoutError:
            continue
    return set()

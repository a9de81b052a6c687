"""A service starts only with a database that gives what is asked of it, or that is away."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry

from app.domain.errors import JmsUnavailableError
from app.ports.jms import Jms
from app.settings import Settings, SettingsError, SqlJmsSettings
from app.wiring.jms import open_jms
from tests.jail_databases import PostgresJail, fill

ADDRESS = "postgresql://candid:sesame@127.0.0.1:1/jail"


@asynccontextmanager
async def opened(**jms: object) -> AsyncIterator[Jms]:
    settings = Settings.read(jms={"kind": "sql", **jms}, extra_fields={"pod"})
    async with AsyncExitStack() as stack:
        made = await open_jms(settings, stack, CollectorRegistry())
        assert made is not None
        yield made


async def test_ids_that_must_be_encoded_are_asked_as_they_are(postgres_jail: PostgresJail) -> None:
    columns = dict.fromkeys(("external_image_id", "pod", "gang"), "text")
    fill(postgres_jail, "bookings", columns, [("A 1/2", "C", "none of your business")])

    async with opened(url=postgres_jail.address, bookings_view="bookings") as jms:
        answers = await jms.bookings(["::A:201:2f2"])

    assert dict(answers.found["::A:201:2f2"].extra) == {"pod": "C"}


async def test_a_database_that_is_away_does_not_stop_the_start() -> None:
    async with opened(url=ADDRESS, bookings_view="bookings") as jms:
        with pytest.raises(JmsUnavailableError):
            await jms.bookings(["A1"])


async def test_an_account_that_may_not_sign_in_stops_the_start(postgres_jail: PostgresJail) -> None:
    fill(postgres_jail, "bookings", {"external_image_id": "text"}, [("A1",)])
    postgres_jail.execute("ALTER ROLE candid_reader NOLOGIN")
    try:
        with pytest.raises(SettingsError, match="not permitted to log in"):
            async with opened(url=postgres_jail.address, bookings_view="bookings"):
                pass
    finally:
        postgres_jail.execute("ALTER ROLE candid_reader LOGIN")


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"bookings_view": "bookings", "url": "sqlite://"}, "CANDID_JMS__URL has to begin with"),
        ({"bookings_view": "a b"}, "CANDID_JMS__BOOKINGS_VIEW is no name of a view"),
        ({"bookings_query": "DROP TABLE a"}, "CANDID_JMS__BOOKINGS_QUERY has to begin with"),
        (
            {"bookings_view": "a", "photos_query": "SELECT 1; SELECT 2"},
            "CANDID_JMS__PHOTOS_QUERY is more than one statement",
        ),
        ({"bookings_view": "a", "photos_dir": "/nowhere"}, "/nowhere is no directory"),
        ({"bookings_view": "a", "mapping": "/nowhere"}, "mapping file /nowhere cannot be read"),
    ],
)
async def test_settings_that_can_never_work_stop_the_start(
    given: dict[str, object], why: str
) -> None:
    with pytest.raises(SettingsError, match=why) as caught:
        async with opened(**{"url": ADDRESS, **given}):
            pass

    assert "sesame" not in str(caught.value)


@pytest.mark.parametrize(
    ("statement", "why"),
    [
        ("SELECT 1", r"does not exist"),
        ("CREATE TABLE bookings AS SELECT 1 AS id", r"permission denied"),
        (
            "CREATE TABLE bookings AS SELECT 1 AS id; GRANT SELECT ON bookings TO candid_reader",
            r"CANDID_JMS__BOOKINGS_VIEW has no column external_image_id; it has id",
        ),
        (
            "CREATE TABLE bookings (external_image_id text); GRANT ALL ON bookings TO PUBLIC",
            r"may write test_\w+.bookings",
        ),
    ],
)
async def test_a_database_that_gives_something_else_stops_the_start(
    postgres_jail: PostgresJail, statement: str, why: str
) -> None:
    postgres_jail.execute(statement)

    with pytest.raises(SettingsError, match=why):
        async with opened(url=postgres_jail.address, bookings_view="bookings"):
            pass


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({}, "needs either BOOKINGS_VIEW or BOOKINGS_QUERY"),
        ({"bookings_view": "a", "bookings_query": "SELECT 1"}, "needs either"),
        ({"bookings_view": "a", "photos_view": "b", "photos_query": "c"}, "contradict each other"),
        ({"bookings_view": "a", "pool_size": 1}, "greater than or equal to 2"),
    ],
)
def test_contradictory_settings_are_refused(given: dict[str, object], why: str) -> None:
    with pytest.raises(SettingsError, match=why) as caught:
        Settings.read(jms={"url": ADDRESS, **given})

    assert "CANDID_JMS" in str(caught.value)
    assert "sesame" not in str(caught.value)


def test_the_environment_says_it_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CANDID_JMS__URL", ADDRESS)
    monkeypatch.setenv("CANDID_JMS__BOOKINGS_VIEW", "jms.bookings")
    monkeypatch.setenv("CANDID_JMS__PHOTOS_DIR", "/photos")

    jms = Settings.read().jms

    assert isinstance(jms, SqlJmsSettings)
    assert jms.photos_dir == Path("/photos")
    assert "sesame" not in repr(jms)

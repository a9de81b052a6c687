"""Where nothing can be recorded nothing is answered; when it can again, everything is."""

from collections.abc import AsyncIterator, Iterator
from uuid import uuid4

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from adapters.records.postgres import PostgresRecords, connected
from app.domain.access import Grant, Scope
from tests.api.applications import application, index, key_of, problem, search
from tests.audit.tampering import write, written
from tests.databases import COLLECTION, DEPLOYMENT
from tests.jails import ACTOR, Jail

_RAISING = """
CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no'; END $$;
CREATE TRIGGER failing BEFORE INSERT ON audit FOR EACH ROW EXECUTE FUNCTION fail()
"""
WAYS = {
    "its right is taken away": (
        "REVOKE INSERT ON audit FROM {role}",
        "GRANT INSERT ON audit TO {role}",
    ),
    "the table is gone": (
        "ALTER TABLE audit RENAME TO elsewhere",
        "ALTER TABLE elsewhere RENAME TO audit",
    ),
    "a trigger refuses": (
        _RAISING,
        "DROP TRIGGER failing ON audit",
    ),
    "a constraint refuses": (
        "ALTER TABLE audit ADD CONSTRAINT full_up CHECK (number < 1) NOT VALID",
        "ALTER TABLE audit DROP CONSTRAINT full_up",
    ),
}


@pytest.fixture
def role(database: str) -> Iterator[str]:
    """Give a role that may all that the service's may."""
    name = f"service_{uuid4().hex[:8]}"
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute(f"CREATE ROLE {name} LOGIN".encode())
        granted = f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {name}"
        connection.execute(granted.encode())
        connection.execute(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {name}".encode())
        yield name
        connection.execute(f"DROP OWNED BY {name}; DROP ROLE {name}".encode())


@pytest.fixture
async def kept(database: str, role: str) -> AsyncIterator[Jail]:
    """Give a jail whose service has a role of its own."""
    async with connected(make_conninfo(database, user=role), connections=4) as pool:
        yield Jail(PostgresRecords(pool, COLLECTION, DEPLOYMENT))


def as_owner(database: str, statement: str) -> None:
    with psycopg.connect(database) as connection:
        connection.execute(statement.encode())


@pytest.mark.parametrize("way", WAYS)
async def test_a_search_that_cannot_be_recorded_is_not_answered(
    kept: Jail, database: str, role: str, way: str
) -> None:
    spoil, mend = (statement.format(role=role) for statement in WAYS[way])
    async with application(kept) as client:
        await index(client, "A1")
        as_owner(database, spoil)

        refused = [await search(client), await client.get("/searches"), await index(client, "A2")]
        as_owner(database, mend)
        served = await search(client)

    for response in refused:
        body = problem(response, 503, "records_unavailable")
        assert "candidates" not in body
        assert response.headers["Retry-After"]
    assert len(served.json()["candidates"]) == 1
    listed = [one.fields["action"] for one in await written(kept.records)]
    assert listed == ["index", "search"]


async def test_readiness_says_that_the_audit_cannot_be_written(
    kept: Jail, database: str, role: str
) -> None:
    async with application(kept) as client:
        as_owner(database, f"REVOKE INSERT ON audit FROM {role}")
        down = await client.get("/health/ready")
        as_owner(database, f"GRANT INSERT ON audit TO {role}")
        up = await client.get("/health/ready")

    assert down.status_code == 503
    assert down.json()["parts"]["records"] == "records_unavailable"
    assert up.status_code == 200


async def test_an_audit_that_cannot_be_written_can_be_verified_where_it_is(
    kept: Jail, database: str, role: str
) -> None:
    await write(kept.records, 2)
    as_owner(database, f"REVOKE INSERT ON audit FROM {role}")

    verified = await kept.services().audit.verify(ACTOR)

    assert (verified.records, verified.found, verified.recorded) == (2, 0, False)


async def test_a_refusal_that_cannot_be_recorded_is_no_answer_either(
    kept: Jail, database: str, role: str
) -> None:
    async with application(kept, keys=True) as client:
        presented, _ = await key_of(kept, grant=Grant(frozenset({Scope.AUDIT})))
        client.headers["Authorization"] = f"Bearer {presented}"
        as_owner(database, f"REVOKE INSERT ON audit FROM {role}")

        problem(await search(client), 503, "records_unavailable")
        problem(await client.get("/audit"), 503, "records_unavailable")
        problem(await client.get("/audit/verify"), 503, "records_unavailable")

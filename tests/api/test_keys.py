"""/keys: given out, listed, replaced and taken back by calls."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest

from app.domain.access import EVERY_SCOPE, Grant, Scope, new_access_key
from app.domain.audit import AuditAction
from app.services.recorded import utc_now
from tests.api.applications import EVERYTHING, Json, application, key_of, problem
from tests.jails import Jail

ADMIN = Grant(EVERY_SCOPE - {Scope.AUDIT})
DESK: Json = {"name": "desk", "scopes": ["search"]}


async def _admin(jail: Jail, client: httpx.AsyncClient, grant: Grant = ADMIN) -> str:
    presented, key = await key_of(jail, "chief", grant)
    client.headers["Authorization"] = f"Bearer {presented}"
    return key.prefix


async def _made(client: httpx.AsyncClient, **asked: Any) -> Json:  # noqa: ANN401 - JSON
    response = await client.post("/keys", json=DESK | asked)
    assert response.status_code == 201, response.text
    assert response.headers["Cache-Control"] == "no-store"
    body: Json = response.json()
    return body


async def _status(client: httpx.AsyncClient, key: str, path: str = "/searches") -> int:
    sent = {"Authorization": f"Bearer {key}"}
    return (await client.get(path, headers=sent)).status_code


async def test_a_key_is_shown_once_works_and_is_listed_without_its_secret(jail: Jail) -> None:
    async with application(jail, keys=True) as client:
        prefix = await _admin(jail, client)
        made = await _made(
            client,
            purpose="missing_person",
            case_number=" 26-1 ",
            calls_a_minute=60,
            networks=["127.0.0.0/8", "2001:db8::/32"],
            trained_until="2027-06-30",
            expires_at="2999-01-01T00:00:00-06:00",
        )
        worked = await _status(client, made["key"])
        listed = await client.get("/keys")

    assert worked == 200
    chief, desk = listed.json()["items"]
    assert (chief["prefix"], desk["prefix"]) == (prefix, made["prefix"])
    assert desk["last_used_at"] is not None
    known = {name: value for name, value in made.items() if name in desk}
    assert known | {"last_used_at": desk["last_used_at"]} == desk
    assert (desk["case_number"], desk["expires_at"]) == ("26-1", "2999-01-01T06:00:00.000Z")
    assert made["key"].split("_", 2)[2] not in listed.text
    created, _, looked = await jail.audit()
    assert (created.action, looked.action) == (AuditAction.CREATE_KEY, AuditAction.VIEW_KEYS)
    assert created.details["networks"] == ["127.0.0.0/8", "2001:db8::/32"]
    assert made["key"] not in repr(created)


async def test_a_pair_that_signs_is_made_and_replaced_too(jail: Jail) -> None:
    async with application(jail, keys=True) as client:
        await _admin(jail, client)
        made = await _made(client, aws=True)
        other = (await client.post(f"/keys/{made['prefix']}/rotate", json={})).json()

    assert (made["aws"], made["key"], len(made["secret_access_key"])) == (True, None, 40)
    assert made["prefix"].startswith("CANDID")
    assert (other["aws"], other["key"]) == (True, None)
    assert other["secret_access_key"] != made["secret_access_key"]


async def test_nobody_gives_a_scope_that_they_do_not_hold(jail: Jail) -> None:
    async with application(jail, keys=True) as client:
        await _admin(jail, client)
        _, auditor = await key_of(jail, "auditor", Grant(frozenset({Scope.AUDIT})))
        made = await client.post("/keys", json=DESK | {"scopes": ["audit"]})
        signing = await client.post("/keys", json=DESK | {"scopes": ["audit"], "aws": True})
        taken = await client.post(f"/keys/{auditor.prefix}/rotate", json={})
        listed = (await client.get("/keys")).json()["items"]

    for response in (made, signing, taken):
        assert "scope audit" in problem(response, 403, "scope_not_held")["detail"]
    assert len(listed) == 2
    outcomes = [(entry.action, entry.outcome) for entry in await jail.audit()]
    assert outcomes == [
        (AuditAction.CREATE_KEY, "scope_not_held"),
        (AuditAction.CREATE_KEY, "scope_not_held"),
        (AuditAction.ROTATE_KEY, "scope_not_held"),
        (AuditAction.VIEW_KEYS, "answered"),
    ]


async def test_the_scope_audit_goes_with_no_other(jail: Jail) -> None:
    async with application(jail, keys=True) as client:
        await _admin(jail, client, EVERYTHING)
        mixed = await client.post("/keys", json=DESK | {"scopes": ["audit", "search"]})
        alone = await client.post("/keys", json=DESK | {"scopes": ["audit"]})

    problem(mixed, 422, "audit_alone")
    assert alone.status_code == 201


async def test_a_replaced_key_ends_at_once_or_after_the_overlap(jail: Jail) -> None:
    async with application(jail, keys=True) as client:
        await _admin(jail, client)
        first = await _made(client, calls_a_minute=7)
        second = (await client.post(f"/keys/{first['prefix']}/rotate", json={})).json()
        overlap = {"overlap_seconds": 3600}
        third = (await client.post(f"/keys/{second['prefix']}/rotate", json=overlap)).json()
        works = [await _status(client, one["key"]) for one in (first, second, third)]
        ended = await client.post(f"/keys/{first['prefix']}/rotate", json={})
        listed = {one["prefix"]: one for one in (await client.get("/keys")).json()["items"]}

    assert works == [401, 200, 200]
    assert {one["name"] for one in (first, second, third)} == {"desk"}
    assert {one["calls_a_minute"] for one in (first, second, third)} == {7}
    problem(ended, 409, "key_ended")
    assert listed[first["prefix"]]["revoked_at"] is not None
    assert listed[second["prefix"]]["expires_at"] is not None
    assert third["expires_at"] is None
    rotated = [e for e in await jail.audit() if e.action is AuditAction.ROTATE_KEY]
    assert [(e.outcome, e.details["replaces"], e.details["overlap_seconds"]) for e in rotated] == [
        ("answered", first["prefix"], 0),
        ("answered", second["prefix"], 3600),
        ("key_ended", first["prefix"], 0),
    ]


async def test_an_overlap_never_lengthens_a_keys_life(jail: Jail) -> None:
    soon = utc_now() + timedelta(seconds=60)
    async with application(jail, keys=True) as client:
        await _admin(jail, client)
        _, key = await key_of(jail, "desk", Grant(frozenset({Scope.SEARCH}), expires_at=soon))
        made = await client.post(f"/keys/{key.prefix}/rotate", json={"overlap_seconds": 86400})

    async with jail.records.view() as unit:
        old = await unit.keys.find(key.prefix)
    assert old is not None
    assert old.grant.expires_at == soon
    assert made.json()["expires_at"] is not None


async def test_a_revoked_key_ends_at_once_and_stays_revoked(jail: Jail) -> None:
    async with application(jail, keys=True) as client:
        await _admin(jail, client)
        made = await _made(client)
        before = await _status(client, made["key"])
        revoked = await client.delete(f"/keys/{made['prefix']}")
        again = await client.delete(f"/keys/{made['prefix']}")
        after = await _status(client, made["key"])

    assert (before, after) == (200, 401)
    assert revoked.json()["revoked_at"] is not None
    assert again.json() == revoked.json()


async def test_the_last_key_that_manages_keys_is_kept(jail: Jail) -> None:
    expired = replace(ADMIN, expires_at=utc_now())
    async with application(jail, keys=True) as client:
        await key_of(jail, "expired", expired)
        await _made_pair_of_admin(jail)
        prefix = await _admin(jail, client)
        kept = await client.delete(f"/keys/{prefix}")
        _, other = await key_of(jail, "deputy", ADMIN)
        gone = await client.delete(f"/keys/{other.prefix}")
        kept_again = await client.delete(f"/keys/{prefix}")
        works = await client.get("/keys")

    assert "candid keys revoke" in problem(kept, 409, "last_admin_key")["detail"]
    problem(kept_again, 409, "last_admin_key")
    assert (gone.status_code, works.status_code) == (200, 200)
    assert [entry.outcome for entry in await jail.audit()][:1] == ["last_admin_key"]


async def _made_pair_of_admin(jail: Jail) -> None:
    """Make one that signs: it cannot manage keys by calls."""
    async with jail.records.unit() as unit:
        await unit.keys.add_access_key(new_access_key("script", utc_now(), ADMIN))


async def test_a_prefix_that_nobody_has_is_not_found(jail: Jail) -> None:
    async with application(jail, keys=True) as client:
        await _admin(jail, client)
        answers = [await client.delete("/keys/0a1b2c3d"), await client.delete("/keys/a%00b")]
        answers += [await client.post("/keys/0a1b2c3d/rotate", json={})]

    for response in answers:
        problem(response, 404, "key_not_found")


async def test_keys_are_listed_in_pages(jail: Jail) -> None:
    async with application(jail, keys=True) as client:
        await _admin(jail, client)
        for number in range(3):
            await _made(client, name=f"desk {number}")
        first = (await client.get("/keys?limit=2")).json()
        second = (await client.get(f"/keys?limit=2&after={first['next']}")).json()
        nothing = (await client.get(f"/keys?after={second['next']}")).json()
        unknown = (await client.get("/keys?after=nobody")).json()

    names = [one["name"] for one in first["items"] + second["items"]]
    assert names == ["chief", "desk 0", "desk 1", "desk 2"]
    assert nothing == unknown == {"items": [], "next": None}


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"name": "a\nb"}, "name"),
        ({"name": " "}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"scopes": []}, "scopes"),
        ({"scopes": ["everything"]}, "scopes.0"),
        ({"expires_at": "2020-01-01T00:00:00Z"}, "expires_at"),
        ({"expires_at": "2999-01-01T00:00:00"}, "expires_at"),
        ({"expires_at": "9999-12-31T23:59:59-12:00"}, "expires_at"),
        ({"calls_a_minute": 0}, "calls_a_minute"),
        ({"networks": ["10.0.0.1/8"]}, "networks.0"),
        ({"trained_until": "soon"}, "trained_until"),
        ({"scope": ["search"]}, "scope"),
    ],
)
async def test_what_cannot_be_is_told_by_its_field(jail: Jail, asked: Json, field: str) -> None:
    async with application(jail, keys=True) as client:
        await _admin(jail, client)
        response = await client.post("/keys", json=DESK | asked)

    body = problem(response, 422, "invalid_request")
    assert [one["field"] for one in body["errors"]] == [field]
    assert "10.0.0.1" not in response.text


async def test_where_no_keys_are_asked_for_none_are_managed_by_calls(
    client: httpx.AsyncClient,
) -> None:
    answers = [
        await client.get("/keys"),
        await client.post("/keys", json=DESK),
        await client.post("/keys/0a1b2c3d/rotate", json={}),
        await client.delete("/keys/0a1b2c3d"),
    ]

    for response in answers:
        problem(response, 409, "keys_off")

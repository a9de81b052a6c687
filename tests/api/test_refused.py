"""Whoever shows no valid key is refused at every route: alike, recorded, and nothing leaked."""

from collections.abc import Mapping
from dataclasses import replace

import httpx
import pytest

from app.domain.access import EVERY_SCOPE, Grant, Scope, new_key
from app.domain.audit import AuditAction
from app.domain.networks import network_of
from app.services.lockout import Lockout
from app.services.recorded import utc_now
from tests.api.applications import EVERYTHING, application, key_of, problem, search
from tests.api.test_scopes import ROWS, called
from tests.jails import Jail, lock_out

ELSEWHERE = Grant(EVERY_SCOPE, networks=(network_of("10.20.0.0/16"), network_of("2001:db8::/32")))
PROXY = ("127.0.0.1",)


async def _refused_keys(jail: Jail) -> Mapping[str, str | None]:
    """Return what is sent, by the reason for which it is refused."""
    expired, _ = await key_of(jail, "expired", replace(EVERYTHING, expires_at=utc_now()))
    good, _ = await key_of(jail, "good")
    elsewhere, _ = await key_of(jail, "elsewhere", ELSEWHERE)
    revoked, key = new_key("revoked", utc_now(), EVERYTHING)
    async with jail.records.unit() as unit:
        await unit.keys.add(replace(key, revoked_at=utc_now()))
    return {
        "missing": None,
        "no_key": "password",
        "unknown": "candid_00000000_x",
        "wrong_secret": f"{good[:-1]}{'A' if good[-1] != 'A' else 'B'}",
        "expired": expired,
        "revoked": revoked,
        "other_network": elsewhere,
    }


@pytest.mark.parametrize(("method", "path", "any_of", "action"), ROWS)
async def test_without_a_valid_key_every_route_answers_alike_and_records_why(
    jail: Jail, method: str, path: str, any_of: frozenset[Scope], action: AuditAction
) -> None:
    del any_of, action
    keys = await _refused_keys(jail)
    async with application(jail, keys=True) as client:
        answers = []
        for key in keys.values():
            client.headers = httpx.Headers({"Authorization": f"Bearer {key}"} if key else {})
            answers.append(await called(client, method, path))

    bodies = [problem(one, 401, "unauthenticated") for one in answers]
    assert all(body == bodies[0] for body in bodies)
    assert len({tuple(sorted(one.headers)) for one in answers}) == 1
    entries = await jail.audit()
    assert [entry.details["reason"] for entry in entries] == list(keys)
    assert {(entry.action, entry.outcome) for entry in entries} == {
        (AuditAction.AUTHENTICATE, "unauthenticated")
    }
    assert all(str(entry.details["call"]).startswith(f"{method} /") for entry in entries)
    assert not any(key in repr(entry) for key in keys.values() if key for entry in entries)


async def test_whose_key_it_was_is_recorded_only_where_the_secret_was_right(jail: Jail) -> None:
    keys = await _refused_keys(jail)
    async with application(jail, keys=True) as client:
        for key in keys.values():
            client.headers = httpx.Headers({"Authorization": f"Bearer {key}"} if key else {})
            await client.get("/index")

    entries = await jail.audit()
    names = [entry.actor.name.split(" (")[0] for entry in entries]
    assert names == ["unknown"] * 4 + ["expired", "revoked", "elsewhere"]
    prefixes = [entry.details["prefix"] for entry in entries]
    assert prefixes[:3] == [None, None, "00000000"]
    assert {entry.actor.address for entry in entries} == {"127.0.0.1"}


async def test_a_key_is_used_from_its_networks_only(jail: Jail) -> None:
    presented, _ = await key_of(jail, "elsewhere", ELSEWHERE)
    async with application(jail, keys=True, proxies=PROXY) as client:
        client.headers["Authorization"] = f"Bearer {presented}"
        inside = [
            await client.get("/index", headers={"X-Forwarded-For": address})
            for address in ("10.20.3.4", "::ffff:10.20.3.4", "2001:db8::9")
        ]
        outside = await client.get("/index", headers={"X-Forwarded-For": "10.21.3.4"})

    assert [one.status_code for one in inside] == [200, 200, 200]
    problem(outside, 401, "unauthenticated")
    [entry] = await jail.audit()
    assert (entry.actor.address, entry.details["reason"]) == ("10.21.3.4", "other_network")


async def test_an_address_that_fails_too_often_is_locked_out_and_that_is_recorded_once(
    jail: Jail,
) -> None:
    jail.lockout = Lockout(3, 60.0)
    presented, _ = await key_of(jail)
    known, _ = await key_of(jail, "known before")
    async with application(jail, keys=True) as client:
        client.headers["Authorization"] = f"Bearer {known}"
        before = await client.get("/index")
        client.headers["Authorization"] = "Bearer candid_00000000_x"
        refused = [await client.get("/index") for _ in range(20)]
        client.headers["Authorization"] = f"Bearer {presented}"
        too_late = [await client.get("/index"), await search(client)]
        client.headers["Authorization"] = f"Bearer {known}"
        goes_on = await client.get("/index")
        alive = await client.get("/health/live")

    assert [one.status_code for one in refused] == [401] * 3 + [429] * 17
    for response in (*refused[3:], *too_late):
        problem(response, 429, "locked_out")
        assert 0 < int(response.headers["Retry-After"]) <= 60
    assert (before.status_code, goes_on.status_code, alive.status_code) == (200, 200, 200)
    outcomes = [entry.outcome for entry in await jail.audit()]
    assert outcomes == ["unauthenticated"] * 3 + ["locked_out"]


async def test_who_is_locked_out_is_answered_without_the_database(
    jail: Jail, database: str
) -> None:
    jail.lockout = Lockout(1, 60.0)
    async with application(jail, keys=True) as client:
        problem(await client.get("/index"), 401, "unauthenticated")
        lock_out(database)

        problem(await client.get("/index"), 429, "locked_out")


async def test_what_cannot_be_recorded_is_refused_as_such(jail: Jail, database: str) -> None:
    async with application(jail, keys=True) as client:
        lock_out(database)

        problem(await client.get("/index"), 503, "records_unavailable")


async def test_another_address_is_not_locked_out(jail: Jail) -> None:
    jail.lockout = Lockout(1, 60.0)
    async with application(jail, keys=True, proxies=PROXY) as client:
        for status, address in ((401, "192.0.2.1"), (429, "192.0.2.1"), (401, "192.0.2.2")):
            response = await client.get("/index", headers={"X-Forwarded-For": address})
            assert response.status_code == status


async def test_a_key_with_a_limit_is_told_when_to_call_again_and_that_is_recorded_once(
    jail: Jail,
) -> None:
    presented, key = await key_of(jail, "busy", replace(EVERYTHING, calls_a_minute=3))
    async with application(jail, keys=True) as client:
        client.headers["Authorization"] = f"Bearer {presented}"
        answers = [await client.get("/index") for _ in range(6)]

    assert [one.status_code for one in answers] == [200] * 3 + [429] * 3
    problem(answers[-1], 429, "rate_limited")
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 60
    [entry] = await jail.audit()
    assert (entry.outcome, entry.actor.name) == ("rate_limited", f"busy ({key.prefix})")
    assert entry.details == {"call": "GET /index", "calls_a_minute": 3}


async def test_a_path_of_odd_characters_is_not_recorded(jail: Jail) -> None:
    async with application(jail, keys=True) as client:
        await client.post("/a%20name%0A")

    [entry] = await jail.audit()
    assert entry.details["call"] == "POST ?"


async def test_where_the_person_is_required_what_shows_people_names_one(jail: Jail) -> None:
    jail.person_required = True
    presented, _ = await key_of(jail)
    async with application(jail, keys=True) as client:
        client.headers["Authorization"] = f"Bearer {presented}"
        unnamed = await client.get("/photos/A1")
        blank = await client.get("/searches", headers={"X-Candid-On-Behalf-Of": "  "})
        searched = await search(client, purpose="training_test")
        client.headers["X-Candid-On-Behalf-Of"] = "Det. N"
        named = await search(client, purpose="training_test")
        del client.headers["X-Candid-On-Behalf-Of"]
        other = await client.get("/index")

    for response in (unnamed, blank, searched):
        problem(response, 422, "on_behalf_of_required")
    assert (named.status_code, other.status_code) == (200, 200)
    recorded = [(entry.outcome, entry.actor.on_behalf_of) for entry in await jail.audit()]
    assert recorded == [("on_behalf_of_required", None)] * 3 + [("answered", "Det. N")]

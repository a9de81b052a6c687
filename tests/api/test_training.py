"""Who searches is trained, where the policy says so, by whichever door they come."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from app.domain.policy import Certainty, Effect, PolicyFacts, Profile, Rule
from tests.api.applications import EVERYTHING, application, key_of, problem, search
from tests.fakes_sign_in import holder, signing_in
from tests.jails import Jail

TRAINED = Rule(
    "trained", "Users are trained.", "Nobody's", Certainty.OWN, Effect(trained_only=True)
)
PROFILE = Profile(PolicyFacts("ours", "7", "0f"), "Ours", (TRAINED,))
DET = {"Authorization": "Bearer a.b.det"}


async def _asked(jail: Jail, days: int | None) -> tuple[httpx.Response, httpx.Response]:
    """Search, and ask who that is, with a training that counts so many days yet."""
    until = None if days is None else datetime.now(UTC).date() + timedelta(days=days)
    jail.profile = PROFILE
    jail.sign_in = signing_in(det=replace(holder("investigator"), trained_until=until))
    presented, _ = await key_of(jail, grant=replace(EVERYTHING, trained_until=until))
    async with application(jail, keys=True) as client:
        client.headers = httpx.Headers({"Authorization": f"Bearer {presented}"})
        by_key = await search(client, purpose="training_test")
        client.headers = httpx.Headers(DET)
        by_token = await search(client, purpose="training_test")
        who = await client.get("/whoami")
    assert by_key.status_code == by_token.status_code
    return by_token, who


@pytest.mark.parametrize("days", [None, -1, -400])
async def test_without_training_that_counts_nobody_searches(jail: Jail, days: int | None) -> None:
    refused, who = await _asked(jail, days)

    body = problem(refused, 403, "training_not_current")
    assert (
        "rule trained of the policy profile ours (version 7): Users are trained." in body["detail"]
    )
    assert [entry.outcome for entry in await jail.audit()] == ["training_not_current"] * 2
    assert who.json()["training_required"]
    assert "none that counts today" in who.json()["warnings"][0]


@pytest.mark.parametrize(("days", "warned"), [(0, True), (30, True), (31, False), (400, False)])
async def test_who_is_trained_searches_and_is_warned_near_its_end(
    jail: Jail, days: int, *, warned: bool
) -> None:
    found, who = await _asked(jail, days)

    warnings = found.json()["probe"]["warnings"]
    assert len(warnings) == warned
    assert who.json()["warnings"] == warnings
    assert all("Your training counts until 20" in one for one in warnings)


async def test_where_no_rule_asks_nobody_is_asked_or_warned(jail: Jail) -> None:
    jail.sign_in = signing_in(det=holder("investigator"))
    async with application(jail, keys=True) as client:
        client.headers = httpx.Headers(DET)
        found = await search(client, purpose="training_test")
        policy = (await client.get("/policy")).json()

    assert found.json()["probe"]["warnings"] == []
    assert {one["training_rule"] for one in policy["purposes"]} == {None}


async def test_the_policy_names_the_rule(jail: Jail) -> None:
    jail.profile = PROFILE
    async with application(jail) as client:
        policy = (await client.get("/policy")).json()

    assert {one["training_rule"] for one in policy["purposes"]} == {"trained"}
    assert policy["rules"][0]["enforced"]
